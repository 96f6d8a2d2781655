import {
  type CrisisRegion,
  countWords,
  crisisFallback,
  crisisLine,
  namesCrisisHelp,
  type RiskFinding,
} from '@bettertherapy/twins';
import { fitLength } from './fitLength.js';
import { splitSentences } from './sentences.js';

/** Sentences that no one in danger should read, whatever the model meant by them. */
const HARMFUL =
  /\b(?:never|don't|do not|no need to) (?:\w+ ){0,2}(?:tell|inform|call|involve|contact|seek|talk to) (?:\w+ ){0,2}(?:anyone|anybody|someone|police|doctor|hospital|ambulance|help|911|988|emergency)\b|\b(?:i|we) (?:won't|will not|promise not to|will never) tell\b|\b(?:our|a) secret\b|\bkeep (?:this|it) (?:between us|secret|to yourself)\b|\byou(?:'d| would) be better off dead\b|\bgo ahead and (?:kill|hurt|end)\b|\byou are fine\b/i;

/**
 * The answer to a question in which the rules saw a crisis: sentences that keep people from help are dropped, and help
 * is named even when the model forgot it. Empty model text becomes the prepared answer.
 * @returns at most `maxWords` words, or the prepared answer
 */
export function crisisAnswer(
  text: string,
  risk: RiskFinding,
  options: { readonly region: CrisisRegion; readonly maxWords: number },
): { readonly text: string; readonly lineAdded: boolean } {
  const safe = splitSentences(text)
    .filter((sentence) => !HARMFUL.test(sentence))
    .join('')
    .trim();
  if (safe === '') return { text: crisisFallback(risk.kinds, options.region), lineAdded: true };
  const whole = fitLength(safe, options.maxWords);
  if (namesCrisisHelp(whole, risk.kinds)) return { text: whole, lineAdded: false };
  const line = crisisLine(risk.kinds, options.region);
  const body = fitLength(safe, options.maxWords - countWords(line));
  const urgent = risk.kinds.includes('medical_emergency') && !risk.kinds.includes('self_harm');
  return { text: urgent ? `${line} ${body}` : `${body} ${line}`, lineAdded: true };
}
