import { describe, expect, it } from 'vitest';
import { type AnswerToSettle, settleQuestion } from '../../src/index.js';

const ASKED = 'I wake at four and lie there. What can I do?';
const own = (name: string): string => Array.from({ length: 30 }, (_, at) => `${name}${at % 7}${at}`).join(' ');
const answer = (id: string, more: Partial<AnswerToSettle> = {}): AnswerToSettle => ({
  id,
  output: own(id),
  arrivedMs: 1_000,
  responseMs: 8_000,
  gatePassed: true,
  judged: 0.7,
  ...more,
});

describe('settling the answers to a question', () => {
  it.each<[name: string, more: Partial<AnswerToSettle>, reward: number | null, total: number]>([
    ['pays quality and speed', {}, 0.7, 79],
    ['pays slow answers for quality alone', { responseMs: 30_000 }, 0.7, 49],
    ['gives nothing to what a gate stopped, whatever a judge said', { gatePassed: false }, 0, 0],
    ['knows no reward of an answer that never came', { output: null, gatePassed: null, judged: null }, null, 0],
    ['knows no reward when the judge could not decide', { judged: null }, null, 0],
  ])('%s', (_name, more, reward, total) => {
    expect(settleQuestion(ASKED, [answer('a', more)])).toMatchObject([{ id: 'a', reward, total, copy: null }]);
  });

  it('takes everything from the later of two equal answers, and keeps their order', () => {
    const settled = settleQuestion(ASKED, [
      answer('late', { output: own('x'), arrivedMs: 2_000 }),
      answer('early', { output: own('x'), arrivedMs: 1_000 }),
    ]);
    expect(settled).toMatchObject([
      { id: 'late', judgedReward: 0.7, reward: 0, total: 0, copy: { of: 'early', verdict: 'copy', jaccard: 1 } },
      { id: 'early', reward: 0.7, total: 79, copy: null },
    ]);
  });

  it('compares with nothing that a gate stopped', () => {
    const settled = settleQuestion(ASKED, [
      answer('stopped', { output: own('x'), arrivedMs: 1_000, gatePassed: false }),
      answer('later', { output: own('x'), arrivedMs: 2_000 }),
    ]);
    expect(settled.map(({ reward }) => reward)).toEqual([0, 0.7]);
  });
});
