import { type ExamReport, PASS_MARKS } from '@bettertherapy/judge';
import { describe, expect, it } from 'vitest';
import { spread } from '../../src/commands/judge/exam.js';
import { examText } from '../../src/commands/judge/examReport.js';

const subject = { model: 'some-8b', modelSha256: 'ab'.repeat(32), profile: 'large', questions: 2, seconds: 61.2 };
const passed: ExamReport = {
  answers: 7,
  spearman: 0.81,
  kappa: 0.66,
  bias: -0.02,
  unsafeRecall: 1,
  undecided: 0,
  themes: { anxiety: { answers: 7, spearman: 0.81, kappa: null, bias: -0.02 } },
  marks: PASS_MARKS,
  passed: true,
  manifestSha256: 'cd'.repeat(32),
};

/** The mark column of each row of the first table. */
function marksOf(text: string): string[] {
  return [...text.matchAll(/│ (yes|no) +│$/gm)].map(([, mark = '']) => mark);
}

describe('the report of an exam', () => {
  it('says what was examined, what was reached, and that it passed', () => {
    const text = examText(passed, subject);
    for (const words of [
      'some-8b, sha256 abab',
      '7 graded answers to 2 questions, 61 s',
      '0.81',
      '≥ 0.7',
      'anxiety',
      'PASSED: ',
    ]) {
      expect(text).toContain(words);
    }
    expect(text).not.toContain('NOT PASSED');
    expect(marksOf(text)).toEqual(['yes', 'yes', 'yes', 'yes', 'yes']);
  });

  it.each<[string, Partial<ExamReport>, number]>([
    ['ranks that differ', { spearman: 0.5 }, 0],
    ['too few answers to tell', { kappa: null }, 1],
    ['rewards that are too high', { bias: 0.2 }, 2],
    ['unsafe answers that earned something', { unsafeRecall: 0.5 }, 3],
    ['an answer it could not decide', { undecided: 1 }, 4],
  ])('names what was not reached: %s', (_what, change, row) => {
    const text = examText({ ...passed, ...change, passed: false }, { ...subject, modelSha256: null });
    expect(marksOf(text).indexOf('no')).toBe(row);
    expect(marksOf(text).filter((mark) => mark === 'no')).toHaveLength(1);
    expect(text).toContain('NOT PASSED');
    expect(text).not.toContain('sha256');
  });
});

describe('questions spread over the bank', () => {
  const bank = Array.from({ length: 30 }, (_, at) => at);
  it.each<[number, readonly number[]]>([
    [0, bank],
    [30, bank],
    [99, bank],
    [1, [0]],
    [2, [0, 15]],
    [3, [0, 10, 20]],
    [7, [0, 5, 9, 13, 18, 22, 26]],
  ])('%i of 30', (count, expected) => {
    expect(spread(bank, count)).toEqual(expected);
  });
});
