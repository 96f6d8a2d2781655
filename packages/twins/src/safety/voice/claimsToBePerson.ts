import { askedWho } from './askedWho.js';
import { FOREIGN_PERSON_RULES } from './foreignPersonRules.js';
import { type Passage, passagesOf, QUOTATIONS } from './passages.js';
import { ADMITS, PERSON_RULES, type PersonRule } from './personRules.js';
import { FRAMES, type Frame, isReported } from './reported.js';
import { withoutStops } from './speakers.js';

/** The part of an answer that is read; gates refuse longer ones before. */
const MAX_CHARS = 20_000;
/** Sentences in which a bare yes or no is still the reply to the question. */
const BARE_WITHIN = 2;
/** "Nobody says that", "I do not claim that": close before, in the same clause. */
const TAKEN_BACK =
  /\b(?:never|nobody|no one|cannot|don't|doesn't|didn't|won't|wouldn't|can't|couldn't|not (?:mean|say|claim|pretend|think)\w*|untrue|false|lie|lying|wrong)\b(?! worry\b)(?:(?!\b(?:but|and|so|because|since)\b)[^,;:.–—]){0,50}$/;

/** All that the rules on who speaks are made of. */
export interface PersonLexicon {
  readonly rules: readonly PersonRule[];
  readonly admits: readonly RegExp[];
  readonly frames: Readonly<Record<string, Frame>>;
  readonly quotations: readonly RegExp[];
}

export const PERSON_LEXICON: PersonLexicon = {
  rules: [...PERSON_RULES, ...FOREIGN_PERSON_RULES],
  admits: ADMITS,
  // "He wanted us to …" stands before a wish, never before "I am".
  frames: Object.fromEntries(Object.entries(FRAMES).filter(([name]) => name !== 'wanted')),
  quotations: QUOTATIONS,
};

/**
 * The rule by which an answer claims that a person speaks, or the doctor in person; null when it does not. A twin is software and
 * says so. `question`: what the patient wrote last, by which a bare "Yes, I am" is understood. A profession alone ("I am a
 * psychiatrist") is how a twin introduces itself and no claim. By rules alone; English, and the plainest phrases of other languages.
 */
export function claimsToBePerson(answer: string, question: string, lexicon = PERSON_LEXICON): string | null {
  const passages = passagesOf(withoutStops(answer.slice(0, MAX_CHARS)), lexicon.quotations);
  const asked = askedWho(question);
  const admitted = passages.some(({ text }) => lexicon.admits.some((words) => words.test(text)));
  const rules = lexicon.rules.filter((rule) => {
    if (rule.asked === undefined) return true;
    if (asked === null || admitted) return false;
    if (rule.asked !== 'either' && rule.asked !== asked.about) return false;
    return rule.bare === undefined || (asked.last && !(asked.negated && asked.about === 'person'));
  });
  for (const [at, passage] of passages.entries()) {
    const found = rules.find((rule) => (rule.bare === undefined || at < BARE_WITHIN) && claims(rule, passage, lexicon));
    if (found) return found.id;
  }
  return null;
}

function claims({ cue, unless }: PersonRule, passage: Passage, { frames }: PersonLexicon): boolean {
  const { text } = passage;
  if (unless?.test(text)) return false;
  return [...text.matchAll(cue)].some(
    ({ index, 0: words }) =>
      !isReported(passage, [index, index + words.length], frames) &&
      !TAKEN_BACK.test(text.slice(Math.max(0, index - 80), index)),
  );
}
