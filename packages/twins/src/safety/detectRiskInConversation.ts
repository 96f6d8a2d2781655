import { detectRisk, NO_RISK, type RiskFinding } from './detectRisk.js';
import { normaliseForRules } from './normalise.js';
import type { RiskLevel } from './riskRule.js';

export interface ConversationMessage {
  readonly role: 'user' | 'assistant' | 'system';
  readonly content: string;
}

/** How many of the newest messages of the person are read; a crisis further back was met when it was new. */
const MESSAGES_READ = 24;
/** Messages of the person that may complete each other: "i have my pills here" and then "and wine". */
const JOINED = 4;
const ORDER: readonly RiskLevel[] = ['none', 'concern', 'crisis'];

/** The twin asked outright whether there is danger. */
const ASKED =
  /\b(?:suicid\w*|kill(?:ing)? yourself|end(?:ing)? your (?:own )?life|harm(?:ing)? yourself|hurt(?:ing)? yourself|self-?harm|want(?:ing)? to die|not want(?:ing)? to (?:live|be alive|be here)|thoughts of (?:death|dying))\b[^?]{0,120}\?/;
/** A reply that says yes, in a few words of a few languages. */
const AFFIRMED =
  /^(?:um+,? |well,? |i guess |honestly,? )?(?:yes|yeah|yep|yea|ya|yup|i am|i'm|i do|i have|i think so|sometimes|often|always|every day|all the time|a lot|maybe|kind of|kinda|sort of|a bit|right now|si|sí|sim|oui|ja|da|haan|han|ha|hajur|ho)(?![\p{L}'])/u;
const ONLY_DENIAL = /\b(?:no|not|never|none)\b/;

/**
 * The strongest danger in the newest messages of a person, each by itself, joined with its neighbours, and as a
 * reply: "yes" to "are you thinking of ending your life?" is a crisis. What the twin itself wrote is never a cue.
 */
export function detectRiskInConversation(messages: readonly ConversationMessage[]): RiskFinding {
  const spoken = messages.flatMap((message, at) => (message.role === 'user' ? [{ text: message.content, at }] : []));
  const newest = spoken.slice(-MESSAGES_READ);
  const findings = newest.flatMap(({ text, at }, i) => {
    const joined = newest.slice(Math.max(0, i - JOINED + 1), i + 1).map((message) => message.text);
    const before = messages[at - 1];
    const reply = before?.role === 'assistant' ? replyRisk(before.content, text) : NO_RISK;
    return [detectRisk(text), joined.length > 1 ? detectRisk(joined.join('\n')) : NO_RISK, reply];
  });
  return findings.reduce(merge, NO_RISK);
}

function replyRisk(asked: string, reply: string): RiskFinding {
  const said = normaliseForRules(reply);
  if (!ASKED.test(normaliseForRules(asked)) || !AFFIRMED.test(said) || ONLY_DENIAL.test(said.slice(0, 40)))
    return NO_RISK;
  return { level: 'crisis', kinds: ['self_harm'], cues: ['said-yes'] };
}

function merge(a: RiskFinding, b: RiskFinding): RiskFinding {
  const [strong, weak] = ORDER.indexOf(a.level) >= ORDER.indexOf(b.level) ? [a, b] : [b, a];
  const kinds = strong.level === weak.level ? [...strong.kinds, ...weak.kinds] : strong.kinds;
  return { level: strong.level, kinds: [...new Set(kinds)], cues: [...new Set([...strong.cues, ...weak.cues])] };
}
