import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldAverage, shrink, shrinkAll } from '../../src/average.js';
import { calibrate } from '../../src/calibration.js';
import { fitLength, lengthAdjustment } from '../../src/length.js';
import { ln, orderedSum, powInt } from '../../src/numbers.js';
import { combineReward } from '../../src/reward.js';
import { anchorScale, rubricScore, versusScore } from '../../src/rubric.js';
import { type Candidate, selectTop } from '../../src/select.js';
import { shares } from '../../src/shares.js';
import { totalScore } from '../../src/total.js';
import { toU16Weights, U16_MAX } from '../../src/weights.js';

const unit = fc.double({ min: 0, max: 1, noNaN: true });
const score = fc.double({ min: 0, max: 100, noNaN: true });
const item = fc.record({
  points: fc.integer({ min: -10, max: 10 }).filter((n) => n !== 0),
  p: unit,
  undecided: fc.boolean(),
});
const weightsOf = fc.uniqueArray(
  fc.record({ uid: fc.integer({ min: 0, max: 255 }), weight: fc.double({ min: 0, max: 1, noNaN: true }) }),
  { selector: (entry) => entry.uid, maxLength: 64 },
);
const candidates: fc.Arbitrary<Candidate[]> = fc.uniqueArray(
  fc.record({
    hotkey: fc.string({ minLength: 1, maxLength: 6 }),
    score,
    responseRate: unit,
    registeredAt: fc.integer({ min: 0, max: 20 }),
    cluster: fc.constantFrom(null, null, null, 'a', 'b'),
  }),
  { selector: (candidate) => candidate.hotkey, maxLength: 40 },
);

/** The same values in another order, decided by the test run. */
function permuted<T>(values: fc.Arbitrary<T[]>): fc.Arbitrary<[T[], T[]]> {
  return values.chain((list) =>
    fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length, maxLength: list.length })),
  );
}

describe('arithmetic', () => {
  it('sums to the same bits in any order', () => {
    fc.assert(fc.property(permuted(fc.array(score)), ([a, b]) => Object.is(orderedSum(a), orderedSum(b))));
  });

  it('has a logarithm and powers that agree with the engine to 1e-12', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 1e6, noNaN: true }), fc.integer({ min: 0, max: 300 }), (x, n) => {
        expect(ln(x)).toBeCloseTo(Math.log(x), 12);
        expect(powInt(0.9, n)).toBeCloseTo(0.9 ** n, 12);
      }),
    );
  });
});

describe('rubric, anchor, versus and reward', () => {
  it('stay in 0…1 and do not depend on the order of the items', () => {
    fc.assert(
      fc.property(permuted(fc.array(item)), ([a, b]) => {
        const { value } = rubricScore(a);
        expect(rubricScore(b)).toEqual(rubricScore(a));
        return value === null || (value >= 0 && value <= 1);
      }),
    );
  });

  it('never fall when a good item becomes likelier nor rise when a bad one does', () => {
    fc.assert(
      fc.property(fc.array(item, { minLength: 1 }), unit, (items, p) => {
        const [first, ...rest] = items;
        if (!first || first.p > p) return true;
        const before = rubricScore(items).value;
        const after = rubricScore([{ ...first, p }, ...rest]).value;
        if (before === null || after === null) return before === after;
        return first.points > 0 ? after >= before - 1e-12 : after <= before + 1e-12;
      }),
    );
  });

  it('rise with the value, fall with the reference and put the reference at 0.7', () => {
    fc.assert(
      fc.property(unit, unit, unit, (a, b, reference) => {
        const [low, high] = a < b ? [a, b] : [b, a];
        expect(anchorScale(low, reference)).toBeLessThanOrEqual(anchorScale(high, reference) + 1e-12);
        expect(anchorScale(a, high)).toBeLessThanOrEqual(anchorScale(a, low) + 1e-12);
        if (reference >= 0.1) expect(anchorScale(reference, reference)).toBeCloseTo(0.7, 12);
      }),
    );
  });

  it('give a versus value between much worse and much better', () => {
    fc.assert(
      fc.property(fc.array(unit, { minLength: 5, maxLength: 5 }), (levels) => {
        const value = versusScore(levels);
        return value === null ? levels.every((p) => p === 0) : value >= 0.2 && value <= 1;
      }),
    );
  });

  it('obey every cap, move in steps of 0.01 and rise with each component', () => {
    const component = fc.option(unit, { nil: null });
    fc.assert(
      fc.property(
        component,
        component,
        component,
        fc.array(unit, { maxLength: 3 }),
        unit,
        (rubric, versus, facts, limits, more) => {
          const caps = limits.map((limit) => ({ code: 'c', limit }));
          const { reward } = combineReward({ rubric, versus, facts, caps });
          if (reward === null) return rubric === null && versus === null;
          expect(Math.round(reward * 100) / 100).toBe(reward);
          for (const limit of limits) expect(reward).toBeLessThanOrEqual(limit + 0.005 + 1e-12);
          if (rubric !== null && more >= rubric) {
            expect(combineReward({ rubric: more, versus, facts, caps }).reward).toBeGreaterThanOrEqual(reward);
          }
          return reward >= 0 && reward <= 1;
        },
      ),
    );
  });

  it('keep their order through a calibration table', () => {
    const table = [
      [0, 0],
      [0.3, 0.1],
      [0.8, 0.75],
      [1, 1],
    ] as const;
    fc.assert(fc.property(unit, unit, (a, b) => a > b || calibrate(a, table) <= calibrate(b, table)));
  });
});

describe('total', () => {
  it('lies in 0…100, rises with the reward and never with the time', () => {
    fc.assert(
      fc.property(unit, unit, score, score, (a, b, s, t) => {
        const [low, high] = a < b ? [a, b] : [b, a];
        const [fast, slow] = s < t ? [s * 400, t * 400] : [t * 400, s * 400];
        const of = (reward: number, responseMs: number): number =>
          totalScore({ reward, responseMs, output: 'x' }).total;
        expect(of(low, fast)).toBeLessThanOrEqual(of(high, fast));
        expect(of(a, slow)).toBeLessThanOrEqual(of(a, fast));
        return of(a, fast) >= 0 && of(high, fast) <= 100;
      }),
    );
  });
});

describe('averages', () => {
  it('stay between the smallest and the largest round', () => {
    fc.assert(
      fc.property(
        fc.array(score, { minLength: 1, maxLength: 60 }),
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        (means, alpha) => {
          let state: ReturnType<typeof foldAverage> | null = null;
          for (const mean of means) state = foldAverage(state, mean, alpha);
          const ema = (state as ReturnType<typeof foldAverage> | null)?.ema ?? -1;
          return ema >= Math.min(...means) - 1e-9 && ema <= Math.max(...means) + 1e-9;
        },
      ),
    );
  });

  it('pull a newcomer toward the 25th percentile and hardly an old hand', () => {
    fc.assert(
      fc.property(score, score, (average, p25) => {
        const [young, old] = [shrink(average, 1, p25), shrink(average, 200, p25)];
        return Math.abs(young - p25) <= Math.abs(old - p25) + 1e-9 && Math.abs(old - average) <= 3;
      }),
    );
  });

  it('never lets a fresh registration beat the average it left behind when that was above the 25th percentile', () => {
    const field = Array.from({ length: 20 }, (_, n) => ({ id: n, state: { ema: 40 + n, rounds: 50 } }));
    const scores = shrinkAll([...field, { id: 99, state: { ema: 55, rounds: 1 } }]);
    expect(scores.at(-1)?.score).toBeLessThan(scores.find((one) => one.id === 15)?.score ?? 0);
  });
});

describe('selectTop and shares', () => {
  it('does not depend on the order given and takes no more than the limit', () => {
    fc.assert(
      fc.property(permuted(candidates), fc.integer({ min: 1, max: 12 }), ([a, b], limit) => {
        const chosen = selectTop(a, { limit });
        expect(selectTop(b, { limit })).toEqual(chosen);
        return new Set(chosen.map((one) => one.rank)).size <= limit;
      }),
    );
  });

  it('give shares that sum to 1, keep the order of the scores and ignore their unit', () => {
    fc.assert(
      fc.property(fc.array(score, { minLength: 1, maxLength: 100 }), fc.constantFrom(1, 2, 4), (scores, power) => {
        const got = shares(scores, { power });
        const sum = orderedSum(got);
        if (scores.every((s) => s === 0)) return sum === 0;
        expect(sum).toBeCloseTo(1, 9);
        expect(
          shares(
            scores.map((s) => s * 4),
            { power },
          ),
        ).toEqual(got);
        return scores.every((s, i) => scores.every((t, j) => s <= t || (got[i] ?? 0) >= (got[j] ?? 0)));
      }),
    );
  });
});

describe('toU16Weights', () => {
  it('gives what the chain accepts: sorted uids, a 65535, no zero, limit and minimum kept, order kept', () => {
    fc.assert(
      fc.property(
        weightsOf,
        fc.integer({ min: 1, max: U16_MAX }),
        fc.integer({ min: 0, max: 8 }),
        (entries, maxWeightsLimit, minAllowedWeights) => {
          const got = toU16Weights(entries, { maxWeightsLimit, minAllowedWeights });
          if ('skip' in got) {
            const positive = entries.filter((entry) => entry.weight > 0).length;
            return got.skip !== 'no_positive_weight' || positive === 0;
          }
          const { uids, values } = got;
          expect(uids).toEqual([...uids].sort((a, b) => a - b));
          expect(Math.max(...values)).toBe(U16_MAX);
          expect(Math.min(...values)).toBeGreaterThan(0);
          expect(values.length).toBeGreaterThanOrEqual(Math.max(1, minAllowedWeights));
          const sum = values.reduce((total, value) => total + value, 0);
          expect(U16_MAX * U16_MAX).toBeLessThanOrEqual(maxWeightsLimit * sum);
          const weight = new Map(entries.map((entry) => [entry.uid, entry.weight]));
          return uids.every((a, i) =>
            uids.every((b, j) => (weight.get(a) ?? 0) <= (weight.get(b) ?? 0) || (values[i] ?? 0) >= (values[j] ?? 0)),
          );
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('length', () => {
  it('never moves a score by more than 0.05 and not at all inside one SD', () => {
    fc.assert(
      fc.property(fc.double({ min: -5, max: 5, noNaN: true }), fc.integer({ min: 1, max: 2000 }), (slope, words) => {
        const fit = { slope, sd: 0.5, samples: 50 };
        const adjustment = lengthAdjustment(words, 120, fit);
        if (words >= 80 && words <= 190) expect(adjustment).toBe(0);
        return Math.abs(adjustment) <= 0.05;
      }),
    );
  });

  it('finds a slope that was put in', () => {
    const samples = Array.from({ length: 60 }, (_, n) => ({
      questionId: `q${n % 3}`,
      words: 40 + n * 5,
      score: 0.2 + (n % 3) * 0.1 + 0.1 * Math.log(40 + n * 5),
    }));
    expect(fitLength(samples)?.slope).toBeCloseTo(0.1, 9);
    expect(fitLength(samples.slice(0, 10))).toBeNull();
  });
});
