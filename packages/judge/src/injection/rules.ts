import { ATTACK_RULES } from './attackRules.js';
import { DOUBT_RULES } from './doubtRules.js';
import { FEATURES, type FeatureName } from './features.js';
import { FOREIGN_STRONG, FOREIGN_WEAK } from './foreign.js';
import type { Has, RuleHit } from './rule.js';

/** How honest answers speak of themselves: "As an AI language model, I …", "I'm an AI, not a doctor". */
const SELF_DESCRIPTION =
  /\b(?:as an?|i am (?:only |just )?an?|im (?:only |just )?an?) (?:large |digital |virtual )?(?:(?:ai|artificial intelligence)[ -]?(?:powered )?(?:language model|llm|assistant|chatbot|model|program|system|tool)?|language model|llm)(?:,? (?=(?:so |but |and )?(?:i|my|im|not)\b)|(?=[.,;]? ?$))/gu;

/** Every rule that a probe sentence trips, attacks first. Empty for an innocent sentence. */
export function testSentence(probe: string): RuleHit[] {
  const sentence = probe.replace(SELF_DESCRIPTION, '');
  const seen = new Map<FeatureName, boolean>();
  const has: Has = (name) => {
    const known = seen.get(name);
    if (known !== undefined) return known;
    const found = FEATURES[name].test(sentence);
    seen.set(name, found);
    return found;
  };
  const hits: RuleHit[] = [];
  for (const rule of ATTACK_RULES) if (rule.test(sentence, has)) hits.push({ rule: rule.name, suspicion: 'attack' });
  if (FOREIGN_STRONG.some((order) => order.test(sentence))) hits.push({ rule: 'foreign-order', suspicion: 'attack' });
  for (const rule of DOUBT_RULES) if (rule.test(sentence, has)) hits.push({ rule: rule.name, suspicion: 'doubt' });
  if (FOREIGN_WEAK.some((words) => words.test(sentence))) hits.push({ rule: 'foreign-mention', suspicion: 'doubt' });
  return hits;
}
