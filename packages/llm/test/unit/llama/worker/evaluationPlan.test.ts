import fc from 'fast-check';
import type { Token } from 'node-llama-cpp';
import { describe, expect, it } from 'vitest';
import { planEvaluation, reusableTokens } from '../../../../src/llama/worker/evaluationPlan.js';

/** Token numbers are branded by the library; for a plan any number will do. */
const tokens = (...values: number[]): Token[] => values as Token[];
const range = (from: number, to: number): Token[] => tokens(...Array.from({ length: to - from }, (_, i) => from + i));

describe('an evaluation plan', () => {
  it('cuts each segment from its own start', () => {
    expect(planEvaluation([range(0, 5), range(5, 8)], 2)).toEqual({ tokens: range(0, 8), borders: [2, 4, 5, 7, 8] });
  });

  it('has no border for an empty segment', () => {
    expect(planEvaluation([[], range(0, 2), []], 4).borders).toEqual([2]);
  });

  it.each([
    ['all but the last piece of the same plan', [range(0, 8)], [range(0, 8)], 6],
    ['the whole prefix before another suffix', [range(0, 5), tokens(9)], [range(0, 5), tokens(8)], 5],
    ['whole chunks before the first difference', [range(0, 7)], [[...range(0, 5), ...tokens(99, 6)]], 4],
    ['nothing when the first token differs', [range(0, 8)], [[...tokens(99), ...range(1, 8)]], 0],
    ['nothing behind a border the other did not have', [range(0, 3), range(3, 8)], [range(0, 8)], 2],
    ['nothing of an empty cache', [], [range(0, 8)], 0],
    ['nothing of a single piece', [range(0, 2)], [range(0, 2)], 0],
  ])('reuses %s', (_what, evaluated, wanted, reusable) => {
    expect(reusableTokens(planEvaluation(evaluated, 2), planEvaluation(wanted, 2))).toBe(reusable);
  });

  it('never reuses a token that differs or a piece of another shape, and leaves something to evaluate', () => {
    const segments = fc.array(fc.array(fc.integer({ min: 0, max: 2 }), { maxLength: 9 }), {
      minLength: 1,
      maxLength: 3,
    });
    fc.assert(
      fc.property(segments, segments, fc.integer({ min: 1, max: 4 }), (a, b, chunk) => {
        const evaluated = planEvaluation(
          a.map((values) => tokens(...values)),
          chunk,
        );
        const wanted = planEvaluation(
          b.map((values) => tokens(...values)),
          chunk,
        );
        const reused = reusableTokens(evaluated, wanted);
        expect(evaluated.tokens.slice(0, reused)).toEqual(wanted.tokens.slice(0, reused));
        const upTo = (borders: readonly number[]): number[] => borders.filter((border) => border <= reused);
        expect(upTo(evaluated.borders)).toEqual(upTo(wanted.borders));
        expect(reused === 0 || reused < wanted.tokens.length).toBe(true);
      }),
    );
  });
});
