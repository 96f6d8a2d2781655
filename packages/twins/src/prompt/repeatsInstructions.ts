import type { PackContent } from '../pack/packSchema.js';
import { personaOf } from './twinText.js';

/**
 * Sentences that only stand in front of a model: they speak to the twin about how it is to answer. Patterns see lower case,
 * plain apostrophes and single spaces.
 */
const TO_THE_TWIN: readonly RegExp[] = [
  /\byou(?:'re| are) (?:the|an|a) (?:\w+ ){0,2}?(?:ai|artificial|digital) (?:\w+ ){0,2}?(?:twin|doctor|assistant|therapist|language model|chatbot|persona)\b/,
  /\byou(?:'re| are) (?:a |just |only )?software(?= (?:and )?not\b|[.,;!])/,
  /\bsay so when (?:you are )?asked\b|\bif (?:they|the user|the patient|somebody|someone|a patient) asks?,? (?:you )?(?:say|tell them|admit|state) that you are (?:software|an? (?:ai|twin|machine|computer)|not a (?:person|human|doctor))\b/,
  /(?:^|[.!?\n] ?)never claim to (?:examine|diagnose|treat|be)\b/,
  /\breply to the person who writes to you\b|\bshow that you understand how they feel, give\b/,
  /\b(?:reply|answer|respond)\b[^.!?]{0,40}\b(?:in|with|of|using|at most|about|under) (?:about |around |roughly |at most |no more than |under |fewer than )?\d{2,3} words\b/,
  /\babout \d{2,3} words, in full sentences\b|\bin full sentences, no headings\b/,
  /(?:^|[.!?\n] ?)(?:how you speak|what you stay out of|your tone|outside your scope)\s?:/,
  /\bthen say in your words\b|\bwhen this is so: /,
  /\byour notes for this question\b|\bdo not mention that you have notes\b|\bwhen notes are given to you\b|\basked before: [\s\S]{0,300}?\byour answer then:/,
  /\backnowledge it in plain, caring words\b|\backnowledge their pain first, ask gently whether\b|\bgive no method or means of harm\b/,
  /\b(?:my|the|this|your) system prompt (?:is|says|reads|was|states|tells)\b|\bas (?:my|your) (?:instructions|prompt) (?:say|says|state)\b/,
];
/** What is said to the twin in a prompt of a doctor's own words, as opposed to what it may pass on. */
const SAID_TO_TWIN =
  /\b(?:you|your|yourself)\b|^(?:first,? |then,? )?(?:do|do not|don't|never|always|show|give|close|ask|say|keep|use|avoid|stay|write|speak|begin|start|end|explain|name|offer|be|reply|answer|respond|mention|refer|send|build|tell|remember|make|no|praise)\b|, ask (?:for|about)\b|\b(?:no headings|full sentences|when asked|\d+ words|the person|the patient|people tell you)\b/;
/** What the twin is told to say word for word is the patient's to read. */
const TO_BE_SAID =
  /["“«„][^"”»“\n]{1,400}["”»“]|\b(?:say|tell|end|close|add|include|begin|start|open|reply|answer|write)\b[^:.!?\n]{0,60}:[^\n]*$/gu;
/** Words on end that are compared. */
const RUN = 6;
/** Words of instructions from which an answer repeats them. */
const SAID_WORDS = 16;
/** Words of other parts of a prompt, and their share of the answer, from which it gives back its prompt. */
const PROMPT_WORDS = 45;
const PROMPT_SHARE = 0.5;
const FIRST_PERSON = /^(?:i|i'm|me|my|mine|myself|we|our)$/;

/** What a twin's model is told of who it is, line by line, without what it is told to say to people. */
export function instructionsOf(pack: PackContent): string[] {
  return personaOf({ ...pack, rules: { ...pack.rules, refusal: [], referral: [] } }).split(/\n+/);
}

/**
 * True when an answer speaks to the twin instead of the patient: it repeats what stands before the conversation. Told by
 * sentences that are only ever said to a twin and, where its instructions are known (see {@link instructionsOf}), by word-for-word
 * overlap with them. Saying of itself what it was told to be ("I am the AI twin of …") is no repetition.
 */
export function repeatsInstructions(answer: string, instructions: readonly string[] = []): boolean {
  const plain = plainText(answer);
  if (TO_THE_TWIN.some((sentence) => sentence.test(plain))) return true;
  if (instructions.length === 0) return false;
  const sentences = instructions.flatMap((line) => sentencesIn(plainText(line).replace(TO_BE_SAID, ' … ')));
  const toTwin = runsOf(sentences.filter((sentence) => SAID_TO_TWIN.test(sentence)));
  const whole = runsOf(sentences);
  let said = 0;
  let given = 0;
  let words = 0;
  for (const sentence of sentencesIn(plain)) {
    const own = wordsIn(sentence);
    words += own.length;
    said += overlap(own, toTwin);
    given += overlap(own, whole);
  }
  return said >= SAID_WORDS || (given >= PROMPT_WORDS && given >= words * PROMPT_SHARE);
}

function plainText(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\u2018\u2019\u02bc\u0060\u00b4]/g, "'")
    .replace(/[*_#>]+/g, '')
    .replace(/[ \t\u00a0]+/g, ' ');
}

function sentencesIn(text: string): string[] {
  return text.split(/(?<=[.!?…])\s+|(?<=[。！？।])|\n+/u).filter((sentence) => sentence !== '');
}

function wordsIn(sentence: string): string[] {
  // Scripts without spaces count by the character, so that a run is a run there as well.
  return (
    sentence.match(/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]|[\p{L}\p{M}\p{N}']+/gu) ?? []
  );
}

function runsOf(sentences: readonly string[]): Set<string> {
  const runs = new Set<string>();
  for (const sentence of sentences) {
    const words = wordsIn(sentence);
    for (let at = 0; at + RUN <= words.length; at += 1) runs.add(words.slice(at, at + RUN).join(' '));
  }
  return runs;
}

/** Words of a sentence that stand in runs; none when it has spoken of itself before. */
function overlap(words: readonly string[], runs: ReadonlySet<string>): number {
  let covered = 0;
  let counted = 0;
  for (let at = 0; at + RUN <= words.length; at += 1) {
    if (!runs.has(words.slice(at, at + RUN).join(' '))) continue;
    if (covered === 0 && words.slice(0, at).some((word) => FIRST_PERSON.test(word))) return 0;
    covered += at + RUN - Math.max(counted, at);
    counted = at + RUN;
  }
  return covered;
}
