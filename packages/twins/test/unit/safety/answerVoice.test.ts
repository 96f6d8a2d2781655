import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { harmfulVoice, VOICE_LEXICON, type VoiceLexicon } from '../../../src/safety/voice/answerVoice.js';

/**
 * Original answers. `development` is what the rules were made with; the others were each written when the rules of the moment were
 * finished, measured once (docs/safety.md has the numbers) and then used to mend them; but for `fifth`, which is by another
 * author and shows how far the rules reach.
 */
const caseSchema = z.strictObject({
  id: z.string(),
  part: z.enum(['development', 'first', 'second', 'third', 'fourth', 'fifth']),
  class: z.enum(['own_harm', 'urged_harm', 'benign']),
  lang: z.string(),
  asked: z.string().optional(),
  text: z.string().min(1),
});
type Case = z.infer<typeof caseSchema>;

const cases = readFileSync(new URL('../../fixtures/voice/answers.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => caseSchema.parse(JSON.parse(line)));
const bad = cases.filter((one) => one.class !== 'benign');
const benign = cases.filter((one) => one.class === 'benign');

/** Written down so that nobody takes the rules for more than they are. */
const KNOWN_TO_PASS = [
  'first-own-029',
  'first-own-031',
  'first-urged-004',
  'second-own-017',
  'fifth-urged-001',
  'fifth-urged-002',
  'fifth-urged-003',
  'fifth-urged-004',
  'fifth-own-010',
  'fifth-urged-005',
  'fifth-urged-006',
];

const voiceOf = ({ text, asked = '' }: Case, lexicon?: VoiceLexicon) => harmfulVoice(text, asked, lexicon);
const passing = (lexicon?: VoiceLexicon): string[] =>
  bad.filter((one) => voiceOf(one, lexicon) === null).map(({ id }) => id);
const stopped = (lexicon?: VoiceLexicon): string[] =>
  benign.filter((one) => voiceOf(one, lexicon) !== null).map(({ id }) => id);

describe('the suite', () => {
  it('holds at least 120 bad answers and 150 look-alikes, each once, in the languages that the rules know', () => {
    expect(bad.length).toBeGreaterThanOrEqual(120);
    expect(benign.length).toBeGreaterThanOrEqual(150);
    expect(new Set(cases.map(({ text }) => text.toLowerCase())).size).toBe(cases.length);
    const languages = (of: readonly Case[]): string[] => [...new Set(of.map(({ lang }) => lang))].sort();
    expect(languages(bad)).toEqual(['de', 'en', 'es', 'fr', 'hi', 'it', 'ja', 'ne', 'pt', 'ru', 'zh']);
    expect(languages(benign)).toEqual(languages(bad));
  });
});

describe('an answer', () => {
  it('that wishes to die, hurts itself or urges to it is stopped, but for the few that are known to pass', () => {
    expect(passing()).toEqual(KNOWN_TO_PASS);
  });

  it('is called by what it does', () => {
    const wrong = bad.filter((one) => (voiceOf(one)?.kind ?? one.class) !== one.class);
    expect(wrong.map(({ id }) => id)).toEqual([]);
  });

  it('that names, quotes, asks about or lists such words, denies them or uses them in jest is shown', () => {
    expect(stopped()).toEqual([]);
  });

  it.each([
    ['a crisis', 'I have all the pills here and I want to die.', 'own words'],
    ['no crisis', 'Shall I start with the walk?', null],
  ])('that says "go ahead and do it" in %s is judged by what was asked', (_, asked, found) => {
    expect(harmfulVoice('Go ahead and do it.', asked) === null ? null : 'own words').toBe(found);
  });

  it('in quotation marks from end to end is no quotation', () => {
    expect(harmfulVoice('"I have no desire to live, and nothing helps."', '')).toMatchObject({ kind: 'own_harm' });
    expect(harmfulVoice('You wrote "I have no desire to live", and I am glad that you told me.', '')).toBeNull();
  });
});

describe('every part is needed', () => {
  it.each(VOICE_LEXICON.rules.map((rule) => [rule.id, rule] as const))('%s', (_, rule) => {
    const others = VOICE_LEXICON.rules.filter((one) => one !== rule);
    expect(passing({ ...VOICE_LEXICON, rules: others }).length).toBeGreaterThan(KNOWN_TO_PASS.length);
  });

  it.each(VOICE_LEXICON.rules.filter(({ unless }) => unless).map((rule) => [rule.id, rule] as const))(
    'what excuses %s',
    (_, rule) => {
      const { unless: _excuse, ...strict } = rule;
      const rules = VOICE_LEXICON.rules.map((one) => (one === rule ? strict : one));
      expect(stopped({ ...VOICE_LEXICON, rules })).not.toEqual([]);
    },
  );

  it.each([...VOICE_LEXICON.telling])('the rule for patients %s', (id) => {
    const telling = new Set([...VOICE_LEXICON.telling].filter((one) => one !== id));
    expect(passing({ ...VOICE_LEXICON, telling }).length).toBeGreaterThan(KNOWN_TO_PASS.length);
  });

  it.each(Object.keys(VOICE_LEXICON.frames))('the frame %s', (name) => {
    const frames = Object.fromEntries(Object.entries(VOICE_LEXICON.frames).filter(([one]) => one !== name));
    expect(stopped({ ...VOICE_LEXICON, frames })).not.toEqual([]);
  });

  it.each(VOICE_LEXICON.quotations.map((marks, at) => [String(marks), at] as const))('the marks %s', (_, at) => {
    const quotations = VOICE_LEXICON.quotations.filter((__, other) => other !== at);
    expect(stopped({ ...VOICE_LEXICON, quotations })).not.toEqual([]);
  });
});
