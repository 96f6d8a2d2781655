import {
  ANSWER_WORDS,
  CRISIS_REGIONS,
  countWords,
  crisisFallback,
  crisisGuidance,
  crisisLine,
  namesCrisisHelp,
  type RiskKind,
} from '@bettertherapy/twins';
import { describe, expect, it } from 'vitest';

const KINDS: readonly RiskKind[] = ['self_harm', 'harm_to_others', 'medical_emergency', 'abuse'];

describe('crisisLine', () => {
  it.each(CRISIS_REGIONS.flatMap((region) => KINDS.map((kind) => [region, kind] as const)))(
    'in %s for %s names help that is recognised, in few words',
    (region, kind) => {
      const line = crisisLine([kind], region);
      expect(namesCrisisHelp(line, [kind])).toBe(true);
      expect(countWords(line)).toBeLessThanOrEqual(40);
    },
  );

  it.each([
    ['us', '988'],
    ['uk', '116 123'],
    ['eu', '112'],
    ['au', '13 11 14'],
  ] as const)('in %s self-harm names %s', (region, number) => {
    expect(crisisLine(['self_harm'], region)).toContain(number);
  });

  it('self-harm comes before other kinds', () => {
    expect(crisisLine(['abuse', 'self_harm'], 'us')).toContain('988');
  });
});

describe('crisisFallback', () => {
  it.each(CRISIS_REGIONS.flatMap((region) => KINDS.map((kind) => [region, kind] as const)))(
    'in %s for %s is an answer of fitting length that names help',
    (region, kind) => {
      const answer = crisisFallback([kind], region);
      expect(namesCrisisHelp(answer, [kind])).toBe(true);
      expect(countWords(answer)).toBeGreaterThanOrEqual(ANSWER_WORDS.min);
      expect(countWords(answer)).toBeLessThanOrEqual(ANSWER_WORDS.max);
    },
  );
});

describe('namesCrisisHelp', () => {
  it.each<[string, RiskKind, boolean]>([
    ['Please call 988 today.', 'self_harm', true],
    ['You can call the suicide prevention lifeline any time.', 'self_harm', true],
    ['Call the Samaritans on 116 123.', 'self_harm', true],
    ['Reach out to a crisis hotline.', 'self_harm', true],
    ['Please seek professional help.', 'self_harm', false],
    ['Talk to a friend or a therapist.', 'self_harm', false],
    ['Call me at 9881234.', 'self_harm', false],
    ['Call 911 now.', 'medical_emergency', true],
    ['Take her to the emergency room.', 'medical_emergency', true],
    ['Call an ambulance.', 'medical_emergency', true],
    ['See your doctor next week.', 'medical_emergency', false],
    ['A domestic violence hotline can help you plan.', 'abuse', true],
    ['Couples therapy may help.', 'abuse', false],
  ])('%s (%s): %s', (answer, kind, expected) => expect(namesCrisisHelp(answer, [kind])).toBe(expected));
});

it('guidance quotes the line for a crisis and asks gently for a concern', () => {
  expect(crisisGuidance('crisis', ['self_harm'], 'us')).toContain(crisisLine(['self_harm'], 'us'));
  expect(crisisGuidance('concern', ['self_harm'], 'us')).toContain('gently');
});

describe('countWords', () => {
  it.each<[string, number]>([
    ['', 0],
    ['one two  three\nfour', 4],
    ["don't — stop!", 2],
    ['…', 0],
    ['我想睡觉', 2],
  ])('%j has %d', (text, words) => expect(countWords(text)).toBe(words));
});
