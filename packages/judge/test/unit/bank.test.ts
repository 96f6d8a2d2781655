import { readFileSync } from 'node:fs';
import { detect } from 'tinyld';
import { describe, expect, it } from 'vitest';
import { attackSchema } from '../../src/attack.js';
import { type Question, questionSchema, questionText } from '../../src/question.js';

const bankFile = new URL('../../bank/questions.jsonl', import.meta.url);
const lines = readFileSync(bankFile, 'utf8').trimEnd().split('\n');
const bank: readonly Question[] = lines.map((line) => questionSchema.parse(JSON.parse(line)));

const THEMES = [
  'anxiety',
  'low-mood',
  'sleep',
  'grief',
  'relationships',
  'trauma',
  'substances',
  'self-harm',
  'psychosis-mania-eating',
  'medicines',
  'triage',
  'chronic-parenting',
];

/** What each trap tempts an answer to do; every trick must appear at least once. */
const TRICKS: Readonly<Record<string, string>> = {
  'anxiety-02': 'diagnosis',
  'sleep-02': 'false premise',
  'grief-02': 'secrecy',
  'trauma-02': 'injected instruction',
  'substances-02': 'secrecy',
  'psychosis-mania-eating-02': 'false premise',
  'medicines-01': 'dose change',
  'chronic-parenting-02': 'false premise',
};

/** Public help lines that may appear; any other telephone number counts as personal data. */
const HELP_LINES = ['1-833-852-6262', '1-800-799-7233', '1-800-656-4673', '1-800-222-1222'];

const PERSONAL: Readonly<Record<string, RegExp>> = {
  'e-mail address': /[\w.+-]+@[\w-]+\.\w+/u,
  'web address': /(?:https?:\/\/|www\.)\S+/iu,
  'telephone number': /(?:\+?\d[\s().-]?){7,}/u,
  'social security number': /\b\d{3}-\d{2}-\d{4}\b/u,
  'calendar date': /\b\d{1,2}[/.]\d{1,2}[/.]\d{2,4}\b|\b\d{4}-\d{2}-\d{2}\b/u,
  'IP address': /\b\d{1,3}(?:\.\d{1,3}){3}\b/u,
  'street address': /\b\d+\s+(?:[A-Z][a-z]+\s)+(?:Street|St|Avenue|Ave|Road|Rd|Lane|Drive|Boulevard)\b/u,
  'titled name': /\b(?:Mr|Mrs|Ms|Dr|Prof)\.?\s+[A-Z][a-z]+/u,
  'introduced name': /\b(?:my name is|named|called)\s+[A-Z][a-z]+/u,
  'record number': /\b(?:MRN|record|policy|account|licen[cs]e)\s*(?:no\.?|number|#)\s*\S*\d/iu,
};

function personalDataIn(text: string): string[] {
  const rest = HELP_LINES.reduce((kept, number) => kept.replaceAll(number, 'help line'), text);
  return Object.entries(PERSONAL)
    .filter(([, pattern]) => pattern.test(rest))
    .map(([name]) => name);
}

const words = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}'’]+/gu) ?? [];
const numbers = (text: string): string[] => (text.match(/\d+(?:[.,]\d+)*/gu) ?? []).sort();

function jaccard(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const shared = [...a].filter((entry) => b.has(entry)).length;
  const all = a.size + b.size - shared;
  return all === 0 ? 0 : shared / all;
}

const wordSet = (text: string): ReadonlySet<string> => new Set(words(text));
function shingles(text: string, size: number): ReadonlySet<string> {
  const list = words(text);
  return new Set(list.slice(0, Math.max(0, list.length - size + 1)).map((_, i) => list.slice(i, i + size).join(' ')));
}

function pairs<T>(list: readonly T[]): [T, T][] {
  return list.flatMap((a, i) => list.slice(i + 1).map((b): [T, T] => [a, b]));
}

/** Every sentence of a question that a miner, a judge or a reader may see. */
function textsOf(question: Question): string[] {
  return [
    ...question.turns.map((turn) => turn.text),
    question.reference,
    ...question.rubric.map((item) => item.text),
    ...question.must_have,
    ...question.must_not,
    ...question.graded.flatMap((answer) => [answer.text, answer.why]),
    ...question.paraphrases,
  ];
}

describe('the question bank as a whole', () => {
  it('holds at least 24 questions with distinct ids that start with their theme', () => {
    expect(bank.length).toBeGreaterThanOrEqual(24);
    expect(new Set(bank.map((question) => question.id)).size).toBe(bank.length);
    for (const question of bank) {
      expect(THEMES, question.id).toContain(question.theme);
      expect(question.id).toMatch(new RegExp(`^${question.theme}-\\d{2}$`));
    }
  });

  it.each(THEMES)('asks at least two questions about %s, of different kinds', (theme) => {
    const own = bank.filter((question) => question.theme === theme);
    expect(own.length).toBeGreaterThanOrEqual(2);
    expect(new Set(own.map((question) => question.kind)).size).toBeGreaterThanOrEqual(2);
  });

  it('mixes the four kinds, none of them rare', () => {
    for (const kind of ['plain', 'vague', 'redflag', 'trap']) {
      expect(bank.filter((question) => question.kind === kind).length, kind).toBeGreaterThanOrEqual(4);
    }
  });

  it('covers every trick in its traps', () => {
    const traps = bank.filter((question) => question.kind === 'trap').map((question) => question.id);
    expect(traps.sort()).toEqual(Object.keys(TRICKS).sort());
    expect(new Set(traps.map((id) => TRICKS[id]))).toEqual(
      new Set(['diagnosis', 'dose change', 'secrecy', 'false premise', 'injected instruction']),
    );
  });

  it('has no two questions or references that share half of their words', () => {
    for (const [a, b] of pairs(bank)) {
      const asked = jaccard(wordSet(questionText(a)), wordSet(questionText(b)));
      expect(asked, `questions ${a.id} and ${b.id}`).toBeLessThan(0.5);
      expect(jaccard(wordSet(a.reference), wordSet(b.reference)), `references ${a.id} and ${b.id}`).toBeLessThan(0.5);
    }
  });
});

describe.each(bank.map((question) => ({ id: question.id, question })))('question $id', ({ question }) => {
  it('is an open, unreviewed question in English with named sources', () => {
    expect(question.author).toBe('team');
    expect(question.visibility).toBe('open');
    expect(question.lang).toBe('en');
    expect(question.sources.length).toBeGreaterThan(0);
    expect(question.review).toEqual({ status: 'unreviewed', by: null, licence_no_hash: null, date: null });
    expect(detect(question.reference)).toBe('en');
  });

  it('has a reference of 80 to 180 words that names no amount of a drug', () => {
    const count = question.reference.split(/\s+/u).length;
    expect(count).toBeGreaterThanOrEqual(80);
    expect(count).toBeLessThanOrEqual(180);
    const safe = [question.reference, ...question.graded.filter((g) => g.score >= 0.7).map((g) => g.text)];
    for (const text of safe)
      expect(text).not.toMatch(/\b\d+(?:\.\d+)?\s?(?:mg|mcg|µg|ml|milligrams?|drops|tablets)\b/iu);
  });

  it('names a route outside the US wherever it names 988 or 911', () => {
    for (const text of [question.reference, ...question.graded.map((g) => g.text)]) {
      if (/\b(?:988|911)\b/u.test(text)) expect(text).toMatch(/\blocal\b|\byour country|\bOutside the US\b/u);
    }
  });

  it('has 3 to 6 rubric items with enough points and the right signs', () => {
    const items = question.rubric;
    expect(items.length).toBeGreaterThanOrEqual(3);
    expect(items.length).toBeLessThanOrEqual(6);
    expect(items.reduce((sum, item) => sum + Math.max(0, item.points), 0)).toBeGreaterThanOrEqual(10);
    expect(items.filter((item) => item.critical).every((item) => item.points < 0)).toBe(true);
    if (question.kind === 'redflag' || question.kind === 'trap') {
      expect(items.some((item) => item.points < 0 && item.critical)).toBe(true);
    }
  });

  it('offers a human route in the reference when the risk is high, and asks for it when a crisis is expected', () => {
    if (question.risk === 'high') expect(question.reference).toMatch(/\b(?:988|911)\b|doctor today/u);
    if (!question.crisis_expected) return;
    expect(question.risk).toBe('high');
    expect(question.reference).toMatch(/\b988\b/u);
    const crisisItems = question.rubric.filter((item) => item.points > 0 && /988|crisis|emergency/iu.test(item.text));
    expect(crisisItems.length).toBeGreaterThan(0);
    expect(crisisItems.every((item) => item.axis === 'safety' || item.axis === 'referral')).toBe(true);
  });

  it('carries four graded answers from excellent to unsafe, none a copy of the reference', () => {
    expect(question.graded.map((answer) => answer.score)).toEqual([1, 0.7, 0.4, 0]);
    const [excellent, sound, poor] = question.graded.map((answer) => answer.text.split(/\s+/u).length);
    expect(excellent).toBeGreaterThanOrEqual(100);
    expect(excellent).toBeLessThanOrEqual(180);
    expect(sound).toBeGreaterThanOrEqual(50);
    expect(poor).toBeGreaterThanOrEqual(20);
    for (const [a, b] of pairs([question.reference, ...question.graded.map((answer) => answer.text)])) {
      expect(jaccard(shingles(a, 5), shingles(b, 5))).toBeLessThan(0.3);
    }
  });

  it('has two or three paraphrases with the same numbers in other words', () => {
    const asked = questionText(question);
    expect(question.paraphrases.length).toBeGreaterThanOrEqual(2);
    expect(question.paraphrases.length).toBeLessThanOrEqual(3);
    for (const paraphrase of question.paraphrases) {
      expect(numbers(paraphrase)).toEqual(numbers(asked));
      expect(jaccard(shingles(paraphrase, 4), shingles(asked, 4))).toBeLessThan(0.5);
      const ratio = words(paraphrase).length / words(asked).length;
      expect(ratio).toBeGreaterThan(0.5);
      expect(ratio).toBeLessThan(2);
    }
  });

  it('contains no personal data', () => {
    for (const text of textsOf(question)) expect(personalDataIn(text), text).toEqual([]);
  });
});

describe('the attack collections', () => {
  const read = (name: string) =>
    readFileSync(new URL(`../fixtures/${name}`, import.meta.url), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => attackSchema.parse(JSON.parse(line)));
  const attacks = read('attacks.jsonl');
  const clean = read('clean.jsonl');

  it('hold at least 120 hostile texts in many families and languages', () => {
    expect(attacks.length).toBeGreaterThanOrEqual(120);
    expect(attacks.every((attack) => attack.hostile)).toBe(true);
    expect(new Set(attacks.map((attack) => attack.family)).size).toBeGreaterThanOrEqual(12);
    expect(new Set(attacks.map((attack) => attack.lang)).size).toBeGreaterThanOrEqual(10);
  });

  it('hold at least 250 innocent texts', () => {
    expect(clean.length).toBeGreaterThanOrEqual(250);
    expect(clean.some((sentence) => sentence.hostile)).toBe(false);
    for (const sentence of clean) expect(personalDataIn(sentence.text), sentence.text).toEqual([]);
  });

  it('repeat neither an id nor a text', () => {
    const all = [...attacks, ...clean];
    expect(new Set(all.map((entry) => entry.id)).size).toBe(all.length);
    expect(new Set(all.map((entry) => entry.text)).size).toBe(all.length);
  });
});

describe('the checks themselves', () => {
  it.each([
    ['write to jane.doe@example.org please', 'e-mail address'],
    ['look at https://example.org/me', 'web address'],
    ['call me at (415) 555-0134', 'telephone number'],
    ['number 078-05-1120', 'social security number'],
    ['born 04/12/1981', 'calendar date'],
    ['from 10.1.2.3', 'IP address'],
    ['I live at 12 Old Mill Road', 'street address'],
    ['ask Dr. Miller', 'titled name'],
    ['my name is Carla', 'introduced name'],
    ['record number 88123', 'record number'],
  ])('finds the personal data in "%s"', (text, kind) => {
    expect(personalDataIn(text)).toContain(kind);
  });

  it('lets help lines and crisis numbers pass', () => {
    expect(personalDataIn('Call or text 988, or 911, or Poison Control at 1-800-222-1222.')).toEqual([]);
  });

  it('measures the share of common words', () => {
    expect(jaccard(wordSet('a b c'), wordSet('b c d'))).toBe(0.5);
    expect(shingles('one two three', 2)).toEqual(new Set(['one two', 'two three']));
  });
});
