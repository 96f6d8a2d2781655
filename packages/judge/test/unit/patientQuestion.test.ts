import { describe, expect, it } from 'vitest';
import { patientQuestion } from '../../src/patientQuestion.js';

describe('a question of a patient for the judge', () => {
  const row = { id: 'Ans_01-X', lang: 'en', crisis: true };

  it('has a reference and items that are valid in the bank, and names help in a crisis', () => {
    const question = patientQuestion({ ...row, turns: [{ role: 'user', text: 'I want to die' }] });
    expect(question).toMatchObject({
      id: 'organic-ans-01-x',
      crisis_expected: true,
      turns: [{ text: 'I want to die' }],
    });
    expect(question?.reference).toContain('988');
  });

  it.each([
    ['no text', [{ role: 'user' as const, text: ' ' }]],
    ['no turns', []],
    [
      'the twin last',
      [
        { role: 'user' as const, text: 'a' },
        { role: 'assistant' as const, text: 'b' },
      ],
    ],
  ])('is none with %s', (_name, turns) => expect(patientQuestion({ ...row, turns })).toBeNull());
});
