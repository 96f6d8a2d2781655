import {
  ANSWER_WORDS,
  countWords,
  detectRisk,
  matchQuery,
  readShippedPacks,
  type TwinPack,
} from '@bettertherapy/twins';
import { describe, expect, it } from 'vitest';

const packs = await readShippedPacks();

describe.each(packs.map((pack): [string, TwinPack] => [pack.id, pack]))('the shipped pack %s', (_id, pack) => {
  it('is marked as a demonstration in every place a reader may look at', () => {
    expect(pack.demonstration).toBe(true);
    expect(pack.summary).toMatch(/demonstration twin/i);
    expect(pack.licence).toMatchObject({ body: expect.stringMatching(/demonstration/), numberSha256: null });
  });

  it('knows enough, and says where from', () => {
    expect(pack.knowledge.length).toBeGreaterThanOrEqual(8);
    expect(pack.dialogues.length).toBeGreaterThanOrEqual(6);
    for (const { source } of pack.knowledge) expect(source.year).toBeLessThanOrEqual(2026);
  });

  it('says that it is software, leaves diagnoses and doses alone, and asks for the length that is judged', () => {
    expect(pack.systemPrompt).toMatch(/software and not a person/);
    expect(pack.systemPrompt).toMatch(/no diagnosis/);
    expect(pack.systemPrompt).toMatch(/About 90 words/);
    expect(pack.rules.refusal.length).toBeGreaterThanOrEqual(3);
    expect(pack.rules.referral.length).toBeGreaterThanOrEqual(3);
  });

  it.each(pack.dialogues.map((dialogue) => [dialogue.id, dialogue] as const))(
    'the sample %s is as long as answers should be and names nobody',
    (_name, { question, answer }) => {
      expect(countWords(answer)).toBeGreaterThanOrEqual(ANSWER_WORDS.min);
      expect(countWords(answer)).toBeLessThanOrEqual(ANSWER_WORDS.max);
      expect(matchQuery(question)).not.toBeNull();
      expect(detectRisk(question).level).not.toBe('crisis');
    },
  );
});

it('three specialities ship', () => {
  expect(packs.map(({ id }) => id)).toEqual(['dr-elin-solberg', 'dr-indra-gurung', 'dr-tomas-rivera']);
});
