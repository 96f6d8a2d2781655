import { foreignTo } from '../text/language.js';
import { cleanText, countWords, probeText, splitSentences } from '../text/normalise.js';
import { decodedBlobs, isSpelledOut, readings, squashedOrder } from './disguise.js';
import type { RuleHit } from './rule.js';
import { testSentence } from './rules.js';

export interface InjectionReport {
  /** 'attack': reward 0 and a strike. 'doubt': the judge is shown `cleaned` and the lower score counts. */
  readonly verdict: 'clean' | 'doubt' | 'attack';
  /** Names of the rules that fired, each once, attacks first. Never the text itself. */
  readonly rules: readonly string[];
  /** The cleaned answer without the sentences that fired. Equal to the cleaned answer when none did. */
  readonly cleaned: string;
  /** How many sentences were taken out. */
  readonly removed: number;
}

/** Chat-template markers that open a turn: nothing but an attempt to speak as somebody else. */
const OPENING_MARKER =
  /<\|(?:im_start|start_header_id|system|user|assistant|begin_of_text|start|message|channel|role)[^|>\n]{0,20}\|>|\[INST\]|<<SYS>>|<start_of_turn>|<｜(?:User|Assistant|System)｜>|<\/?(?:system|instructions?|admin|developer|evaluation|grading|rubric|score|verdict|judge|grader|reference|question|answer|candidate|reply|data)(?:[ _-][^<>\n]{0,40})?>|^#{1,6} ?(?:system|instructions?|evaluation|grading|rubric|score|verdict|new task|override|note to)\b|^[ \t>*#_-]*(?:system|developer|judge|grader|evaluator|examiner|validator)[ \t]*(?:message|prompt|note)?[*_ \t]*:|\[(?:system|admin|developer|evaluator|grader|judge|instruction)[^\]\n]{0,60}\]/imu;
/** A made-up turn: small honest models do this by accident, so it is only hidden. */
const DIALOGUE_MARKER = /^[ \t>*#_-]*(?:user|human|assistant|ai|bot|model|question|q|a)[ \t]*:/imu;
/** The same inside a cleaned text, where role markers at the start of a line are gone already. */
const QUESTION_AND_ANSWER = /(?:^|\s)(?:Q|A)\d{0,2} ?:(?:\s|$)/u;
/** Marks of optimised suffixes that prose does not have: a backslash, a bracket turned into a link to nowhere. */
const STRAY_CODE = /\\|\]\((?!https?:|tel:|mailto:)/u;
/** Text that a reader of the page would not see, or not as text: comments, template code, tags with attributes. */
const COMMENT =
  /<!--[\s\S]{0,2000}?(?:-->|$)|\/\*[\s\S]{0,2000}?\*\/|\{\{[\s\S]{0,400}?\}\}|\{%[\s\S]{0,400}?%\}|<[a-z][^<>\n]*=[^<>\n]*>/giu;
/** Invisible tag characters (outside of a flag emoji) spell ASCII text that only a model reads. */
const TAG_CHARACTERS = /[\u{e0020}-\u{e007e}]{4,}/u;

/**
 * Looks for text that speaks to the judge: phrase rules sentence by sentence and over neighbours, other readings of
 * disguised text, encoded blobs, role markers, and sentences in another language. No model is asked.
 */
export function detectInjection(answer: string, lang: string): InjectionReport {
  const hits: RuleHit[] = [];
  if (OPENING_MARKER.test(answer.normalize('NFKC'))) hits.push({ rule: 'role-marker', suspicion: 'attack' });
  if (TAG_CHARACTERS.test(answer.replace(/\u{1f3f4}[\u{e0020}-\u{e007f}]+/gu, ''))) {
    hits.push({ rule: 'invisible-text', suspicion: 'attack' });
  }
  const blobs = decodedBlobs(answer);
  for (const text of blobs.texts) {
    const found = splitSentences(text).flatMap((sentence) => testReadings(sentence));
    hits.push({ rule: 'encoded', suspicion: found.length > 0 ? 'attack' : 'doubt' });
  }
  for (const [comment] of answer.matchAll(COMMENT)) {
    hits.push({
      rule: 'hidden-comment',
      suspicion: testReadings(comment.replace(/[<>{}%*!="]|--/gu, ' ')).length > 0 ? 'attack' : 'doubt',
    });
  }
  const withoutBlobs = blobs.blobs.reduce((text, blob) => text.replace(blob, ' '), answer.replace(COMMENT, ' '));
  const clean = cleanText(withoutBlobs);
  const sentences = splitSentences(clean);
  const flagged = new Set<number>();
  const note = (at: number, found: readonly RuleHit[]): void => {
    if (found.length === 0) return;
    flagged.add(at);
    hits.push(...found);
  };
  const rawSentences = splitSentences(answer);
  sentences.forEach((sentence, at) => {
    note(at, testReadings(sentence));
    if (isSpelledOut(sentence)) note(at, [{ rule: 'spelled-out', suspicion: 'doubt' }]);
    if (isBlob(sentence)) note(at, [{ rule: 'no-words', suspicion: 'doubt' }]);
    if (STRAY_CODE.test(sentence)) {
      note(at, [{ rule: 'stray-code', suspicion: 'doubt' }]);
      // What runs into the code without a space belongs to it.
      if (/\S$/u.test(sentences[at - 1] ?? ' ')) note(at - 1, [{ rule: 'stray-code', suspicion: 'doubt' }]);
    }
    if (QUESTION_AND_ANSWER.test(sentence)) note(at, [{ rule: 'dialogue-marker', suspicion: 'doubt' }]);
    if (foreignTo(sentence, lang)) note(at, [{ rule: 'other-language', suspicion: 'doubt' }]);
  });
  for (const sentence of rawSentences) {
    if (DIALOGUE_MARKER.test(sentence)) hits.push({ rule: 'dialogue-marker', suspicion: 'doubt' });
    hits.push(...testReadings(sentence).filter((hit) => hit.suspicion === 'attack'));
  }
  noteNeighbours(sentences, flagged, note);
  const cleaned =
    flagged.size === 0
      ? clean
      : sentences
          .filter((_, at) => !flagged.has(at))
          .join('')
          .trim();
  const rules = [...hits]
    .sort((a, b) => (a.suspicion === b.suspicion ? 0 : a.suspicion === 'attack' ? -1 : 1))
    .map((hit) => hit.rule);
  const verdict = hits.some((hit) => hit.suspicion === 'attack') ? 'attack' : hits.length > 0 ? 'doubt' : 'clean';
  return { verdict, rules: [...new Set(rules)], cleaned, removed: flagged.size };
}

/** Orders cut into pieces: neighbours are read together, and short lines (one word a line) as one sentence. */
function noteNeighbours(
  sentences: readonly string[],
  flagged: ReadonlySet<number>,
  note: (at: number, found: readonly RuleHit[]) => void,
): void {
  let from = 0;
  while (from < sentences.length) {
    let to = from;
    while (to < sentences.length && countWords(sentences[to] ?? '') <= 3) to += 1;
    if (to - from >= 2) {
      const found = testReadings(
        sentences
          .slice(from, to)
          .join(' ')
          .replace(/[.!?\n]+/gu, ' '),
      );
      for (let at = from; at < to; at += 1) note(at, found);
    }
    from = Math.max(to, from + 1);
  }
  for (let at = 0; at + 1 < sentences.length; at += 1) {
    if (flagged.has(at) || flagged.has(at + 1)) continue;
    const first = sentences[at] ?? '';
    const second = sentences[at + 1] ?? '';
    if (countWords(first) + countWords(second) > 24) continue;
    const found = testSentence(probeText(`${first.replace(/[.!?\s]+$/u, '')} ${second}`)).filter(
      (hit) => hit.suspicion === 'attack',
    );
    // Two innocent halves may look guilty together, so a pair is only hidden, never punished.
    const doubts = found.map((hit) => ({ rule: hit.rule, suspicion: 'doubt' as const }));
    note(at, doubts);
    note(at + 1, doubts);
  }
}

/** Rules over the sentence as it reads, and over its disguised readings (there only what is certain counts). */
function testReadings(sentence: string): RuleHit[] {
  const hits = testSentence(probeText(sentence));
  for (const reading of readings(sentence.normalize('NFKC'))) {
    hits.push(...testSentence(probeText(reading)).filter((hit) => hit.suspicion === 'attack'));
  }
  if (squashedOrder(sentence.normalize('NFKC'))) hits.push({ rule: 'squashed', suspicion: 'attack' });
  return hits;
}

/** A piece of some length that is mostly marks, digits or symbols. */
function isBlob(sentence: string): boolean {
  const dense = sentence.replace(/\s/gu, '');
  const letters = dense.match(/\p{L}/gu)?.length ?? 0;
  const longestWord = Math.max(0, ...(dense.length === 0 ? [] : sentence.split(/\s+/u).map((word) => word.length)));
  return (
    (dense.length >= 20 && letters < dense.length * 0.5) || (longestWord >= 40 && !/^https?:/u.test(sentence.trim()))
  );
}
