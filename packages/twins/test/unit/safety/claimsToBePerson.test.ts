import { readFileSync } from 'node:fs';
import { crisisFallback, crisisGuidance, readShippedPacks } from '@bettertherapy/twins';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { asksWhoSpeaks } from '../../../src/safety/voice/askedWho.js';
import { claimsToBePerson, PERSON_LEXICON, type PersonLexicon } from '../../../src/safety/voice/claimsToBePerson.js';

/** Original answers, in parts as those of answers.jsonl (docs/safety.md has the numbers). */
const caseSchema = z.strictObject({
  id: z.string(),
  part: z.enum(['development', 'first', 'second']),
  class: z.enum(['claims_person', 'benign']),
  lang: z.string(),
  asked: z.string().optional(),
  text: z.string().min(1),
});
type Case = z.infer<typeof caseSchema>;

const linesOf = (path: string): string[] =>
  readFileSync(new URL(path, import.meta.url), 'utf8')
    .trim()
    .split('\n');
const cases = linesOf('../../fixtures/voice/persons.jsonl').map((line) => caseSchema.parse(JSON.parse(line)));
const bad = cases.filter((one) => one.class === 'claims_person');
const benign = cases.filter((one) => one.class === 'benign');

/** Written down so that nobody takes the rules for more than they are. */
const KNOWN_TO_PASS: readonly string[] = [
  'first-person-019',
  'first-person-027',
  'second-person-022',
  'second-person-025',
  'second-person-027',
];

const ruleOf = ({ text, asked = '' }: Case, lexicon?: PersonLexicon) => claimsToBePerson(text, asked, lexicon);
const passing = (lexicon?: PersonLexicon): string[] =>
  bad.filter((one) => ruleOf(one, lexicon) === null).map(({ id }) => id);
const stopped = (lexicon?: PersonLexicon): string[] =>
  benign.filter((one) => ruleOf(one, lexicon) !== null).map(({ id }) => id);

describe('the suite', () => {
  it('holds at least 80 bad answers and 120 look-alikes, each once for its question, in the languages that the rules know', () => {
    expect(bad.length).toBeGreaterThanOrEqual(80);
    expect(benign.length).toBeGreaterThanOrEqual(120);
    expect(new Set(cases.map(({ text, asked }) => `${asked} ${text}`.toLowerCase())).size).toBe(cases.length);
    const languages = (of: readonly Case[]): string[] => [...new Set(of.map(({ lang }) => lang))].sort();
    expect(languages(bad)).toEqual(['de', 'en', 'es', 'fr', 'hi', 'it', 'ja', 'ne', 'pt', 'ru', 'zh']);
    expect(languages(benign)).toEqual(languages(bad));
  });
});

describe('an answer', () => {
  it('that claims that a person or the doctor in person speaks is stopped', () => {
    expect(passing()).toEqual(KNOWN_TO_PASS);
  });

  it('that says what it is, or speaks of persons and machines otherwise, is shown', () => {
    expect(stopped()).toEqual([]);
  });

  it.each([
    ['Are you a person?', 'yes'],
    ['Are you a bot?', null],
    ['Are you sure?', null],
    ['Are you a person? And shall I get up at seven?', null],
    ['', null],
  ])('"Yes." to %j is understood by what was asked', (asked, rule) =>
    expect(claimsToBePerson('Yes.', asked)).toBe(rule),
  );

  it('that goes on in the same voice but says that it is software claims nothing by its yes', () => {
    expect(claimsToBePerson('Yes, I am. I was made from her notes.', 'Are you Dr. Solberg?')).toBe('yes');
    expect(claimsToBePerson('Yes, I am: her AI twin, that is.', 'Are you Dr. Solberg?')).toBeNull();
    expect(claimsToBePerson('I am software. But I am a real person too.', '')).toBe('i-am-a-person');
  });
});

describe('the good texts of this repository', () => {
  it('claim nothing: packs, the persona, look-alikes of the neighbouring rules, prepared help, the question bank', async () => {
    const textsIn = (value: unknown): string[] => {
      if (typeof value === 'string') return [value];
      return value !== null && typeof value === 'object' ? Object.values(value).flatMap(textsIn) : [];
    };
    const texts = [
      ...(await readShippedPacks()).flatMap(textsIn),
      ...linesOf('../../../persona/doctor.md'),
      ...linesOf('../../fixtures/voice/answers.jsonl').flatMap((line) => textsIn(JSON.parse(line))),
      ...linesOf('../../../../judge/bank/questions.jsonl').flatMap((line) => textsIn(JSON.parse(line))),
      crisisGuidance('crisis', ['self_harm'], 'us'),
      crisisFallback(['self_harm'], 'us'),
    ];
    expect(texts.length).toBeGreaterThan(1000);
    expect(texts.filter((text) => claimsToBePerson(text, '') !== null)).toEqual([]);
  });

  it('of packs pass as answers to the question that they answer', async () => {
    const dialogues = (await readShippedPacks()).flatMap(({ dialogues: all }) => all);
    expect(dialogues.filter(({ question, answer }) => claimsToBePerson(answer, question) !== null)).toEqual([]);
  });
});

describe('a question', () => {
  it.each([
    'Are you a person?',
    'are you a real doctor or a bot',
    'Am I talking to Dr. Gurung or to a computer?',
    'I slept badly. You are an AI, right? I want to know before I go on.',
    "You're not a real person, are you?",
    'Is this a bot?',
    'Please tell me whether you are human.',
  ])('who speaks is seen: %s', (message) => expect(asksWhoSpeaks(message)).toBe(true));

  it.each([
    'Can I talk to a real person?',
    'Are you sure?',
    'Is my husband a real person to you?',
    'Am I a bad person?',
    'Is there a doctor whom I could ask?',
    'Is it a program that helps with sleep?',
    'Are you a good person to ask about sleep?',
    'My brother asked "are you a robot" when I came home late. What shall I say?',
    'I am a person who worries. What helps?',
  ])('about something else is not: %s', (message) => expect(asksWhoSpeaks(message)).toBe(false));
});

describe('every part is needed', () => {
  it.each(PERSON_LEXICON.rules.map((rule) => [rule.id, rule] as const))('%s', (_, rule) => {
    const others = PERSON_LEXICON.rules.filter((one) => one !== rule);
    expect(passing({ ...PERSON_LEXICON, rules: others }).length).toBeGreaterThan(KNOWN_TO_PASS.length);
  });

  it.each(PERSON_LEXICON.rules.filter(({ unless }) => unless).map((rule) => [rule.id, rule] as const))(
    'what excuses %s',
    (_, rule) => {
      const { unless: _excuse, ...strict } = rule;
      const rules = PERSON_LEXICON.rules.map((one) => (one === rule ? strict : one));
      expect(stopped({ ...PERSON_LEXICON, rules })).not.toEqual([]);
    },
  );

  it.each(PERSON_LEXICON.rules.filter(({ asked }) => asked).map((rule) => [rule.id, rule] as const))(
    'that %s waits for its question',
    (_, rule) => {
      const { asked: _question, bare: _bare, ...strict } = rule;
      const rules = PERSON_LEXICON.rules.map((one) => (one === rule ? strict : one));
      expect(stopped({ ...PERSON_LEXICON, rules })).not.toEqual([]);
    },
  );

  it.each(PERSON_LEXICON.admits.map((words, at) => [String(words).slice(0, 60), at] as const))(
    'what admits: %s',
    (_, at) => {
      const admits = PERSON_LEXICON.admits.filter((__, other) => other !== at);
      expect(stopped({ ...PERSON_LEXICON, admits })).not.toEqual([]);
    },
  );

  it.each(Object.keys(PERSON_LEXICON.frames))('the frame %s', (name) => {
    const frames = Object.fromEntries(Object.entries(PERSON_LEXICON.frames).filter(([one]) => one !== name));
    expect(stopped({ ...PERSON_LEXICON, frames })).not.toEqual([]);
  });

  it.each(PERSON_LEXICON.quotations.map((marks, at) => [String(marks), at] as const))('the marks %s', (_, at) => {
    const quotations = PERSON_LEXICON.quotations.filter((__, other) => other !== at);
    expect(stopped({ ...PERSON_LEXICON, quotations })).not.toEqual([]);
  });
});
