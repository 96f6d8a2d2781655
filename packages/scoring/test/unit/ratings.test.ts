import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bayesianMean,
  type PatientRating,
  type RatingFault,
  ratingScores,
  ratingShare,
  ratingValue,
  weighRatings,
} from '../../src/ratings.js';
import { roundComponents } from '../../src/roundResult.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const WINDOW_HOURS = 720;
let made = 0;
const rating = (more: Partial<PatientRating> = {}): PatientRating => ({
  id: `r${made++}`,
  miner: 'm',
  user: 'u',
  stars: 4,
  thumb: null,
  atMs: 100 * DAY,
  userSinceMs: 0,
  turns: 2,
  talkedMs: 20_000,
  capped: false,
  ...more,
});
const faults = (ratings: readonly PatientRating[]): (RatingFault | null)[] =>
  weighRatings(ratings, WINDOW_HOURS).map(({ fault }) => fault);

// Computed by an independent program straight from the formulas; a change here means a new SCORING_VERSION.
describe('frozen vectors of ratings 1.1', () => {
  it.each([
    [0, 0],
    [1, 0.009523809523809525],
    [0.25, 0.0024691358024691358],
    [20, 0.1],
    [30, 0.12],
    [180, 0.18],
  ])('%f effective ratings weigh %f', (n, share) => expect(ratingShare(n)).toBeCloseTo(share, 15));

  it.each([
    [0, 0, 0.5, 0.5],
    [1, 1, 0.5, 0.5454545454545454],
    [10, 10, 0.6, 0.8],
    [0, 5, 0.7, 0.4666666666666667],
  ])('sum %f of %f around %f is %f', (sum, n, mean, wanted) => {
    expect(bayesianMean(sum, n, mean)).toBeCloseTo(wanted, 15);
  });

  it.each([
    [1, null, 0],
    [3, null, 0.5],
    [5, null, 1],
    [null, 'up', 1],
    [null, 'down', 0],
    [null, null, null],
  ] as const)('stars %s thumb %s is %s', (stars, thumb, value) => expect(ratingValue({ stars, thumb })).toBe(value));

  it('three ratings of one miner and one of another', () => {
    const ratings = [
      rating({ id: 'a', stars: 5, user: 'x', atMs: 100 * DAY }),
      rating({ id: 'b', stars: 3, user: 'x', atMs: 101 * DAY }),
      rating({ id: 'c', stars: 1, user: 'y', userSinceMs: 99 * DAY }),
      rating({ id: 'd', thumb: 'up', stars: null, miner: 'other', user: 'y2' }),
    ];
    const weighed = weighRatings(ratings, WINDOW_HOURS);
    expect(weighed.map(({ weight }) => weight)).toEqual([1, 1 / Math.sqrt(2), 0.25, 1]);
    const scores = ratingScores(weighed);
    expect(scores.get('m')?.n).toBeCloseTo(1.9571067811865475, 12);
    expect(scores.get('m')?.globalMean).toBeCloseTo(0.7958973296354567, 12);
    expect(scores.get('m')?.mean).toBeCloseTo(0.778827759705239, 12);
    expect(scores.get('m')?.share).toBeCloseTo(0.017826636274898024, 12);
  });

  it.each([
    [{ totals: [80, null, 60, 60], organic: [], capped: false, n: 0, mean: 0 }, 50],
    [{ totals: [50, 50, 50, 50], organic: [100], capped: false, n: 0, mean: 0 }, 60],
    [{ totals: [50, 50, 50, 50], organic: [100, 100, 100], capped: false, n: 0, mean: 0 }, 60],
    [{ totals: [50], organic: [], capped: false, n: 20, mean: 1 }, 55],
    [{ totals: [50], organic: [], capped: true, n: 20, mean: 1 }, 50],
    [{ totals: [50], organic: [], capped: true, n: 20, mean: 0 }, 45],
    [{ totals: [50, 50, 50, 50], organic: [100], capped: false, n: 20, mean: 0.5 }, 59],
  ])('%j gives %f', ({ totals, organic, capped, n, mean }, wanted) => {
    const score = n === 0 ? null : { n, mean, globalMean: 0.5, share: ratingShare(n) };
    expect(roundComponents({ totals, organic, organicShare: 0.2, rating: score, capped }).mean).toBeCloseTo(wanted, 12);
  });
});

describe('a rating does not count', () => {
  it('when its session is capped or it says nothing', () => {
    expect(faults([rating({ capped: true }), rating({ stars: null })])).toEqual(['capped', 'no_value']);
  });

  it.each([
    ['after one question, however long ago it was', 1, DAY, 'too_short'],
    ['after no question', 0, DAY, 'too_short'],
    ['a moment before twenty seconds of talk, however much was asked', 9, 19_999, 'too_short'],
    ['never after two questions and twenty seconds of talk', 2, 20_000, null],
    ['never after more of both', 3, 20_001, null],
  ] as const)('%s', (_name, turns, talkedMs, fault) => {
    const [weighed] = weighRatings([rating({ turns, talkedMs })], WINDOW_HOURS);
    expect(weighed?.fault).toBe(fault);
    expect(ratingScores(weighed ? [weighed] : []).get('m')?.n).toBe(fault === null ? 1 : undefined);
  });

  it('early in a talk, and takes the place of none that does on that day', () => {
    const early = { turns: 1, talkedMs: 3_000 };
    expect(faults([rating(), rating({ ...early, atMs: 100 * DAY + HOUR })])).toEqual([null, 'too_short']);
    const alike = Array.from({ length: 5 }, (_, i) => rating({ miner: `m${i}` }));
    expect(faults([...alike.slice(1), { ...rating({ miner: 'm0' }), ...early }])).toEqual([
      ...Array(4).fill(null),
      'too_short',
    ]);
  });

  it('when the same user rates the same miner again on that day: the last one stands', () => {
    const day = [0, 5, 10].map((hour) => rating({ atMs: 100 * DAY + hour * HOUR }));
    expect(faults([...day, rating({ miner: 'other' })])).toEqual(['same_day', 'same_day', null, null]);
  });

  it('when its user always gives the same, from five ratings on', () => {
    const given = (n: number, stars = 5) => Array.from({ length: n }, (_, i) => rating({ stars, miner: `m${i}` }));
    expect(faults(given(5))).toEqual(Array(5).fill('constant'));
    expect(faults(given(4))).toEqual(Array(4).fill(null));
    expect(faults([...given(5), rating({ stars: 1, miner: 'last' })])).toEqual(Array(6).fill(null));
  });

  it('in a burst, while a steady stream of as many counts', () => {
    const from = (i: number, atMs: number) => rating({ user: `u${i}`, stars: (i % 5) + 1, atMs });
    const burst = Array.from({ length: 12 }, (_, i) => from(i, 100 * DAY + i * 1000));
    expect(new Set(faults(burst))).toEqual(new Set(['burst']));
    const steady = Array.from({ length: 120 }, (_, i) => from(i, 100 * DAY + i * 6 * HOUR));
    expect(new Set(faults(steady))).toEqual(new Set([null]));
    expect(
      faults([
        ...steady,
        ...burst.map((one) => ({ ...one, user: `${one.user}b`, atMs: one.atMs + 900 * HOUR })),
      ]).filter((one) => one === 'burst'),
    ).toHaveLength(12);
  });
});

describe('whatever the ratings', () => {
  const any = fc
    .array(
      fc.record({
        miner: fc.constantFrom('a', 'b', 'c'),
        user: fc.constantFrom('u', 'v', 'w', 'x'),
        stars: fc.option(fc.integer({ min: 1, max: 5 })),
        thumb: fc.option(fc.constantFrom('up' as const, 'down' as const)),
        atMs: fc.integer({ min: 0, max: 30 * DAY }),
        userSinceMs: fc.integer({ min: -30 * DAY, max: 0 }),
        turns: fc.integer({ min: 1, max: 3 }),
        talkedMs: fc.integer({ min: 0, max: 60_000 }),
        capped: fc.boolean(),
      }),
      { maxLength: 60 },
    )
    .map((rows) => rows.map((row, at): PatientRating => ({ ...row, id: `r${at}` })));

  it('weights lie in 0…1, shares below 0.2, means in 0…1, and the order does not matter', () => {
    fc.assert(
      fc.property(any, (ratings) => {
        const weighed = weighRatings(ratings, WINDOW_HOURS);
        for (const { weight, fault } of weighed) {
          expect(weight).toBeGreaterThanOrEqual(0);
          expect(weight).toBeLessThanOrEqual(1);
          expect(weight > 0).toBe(fault === null);
        }
        const scores = ratingScores(weighed);
        for (const { share, mean } of scores.values()) {
          expect(share).toBeLessThan(0.2);
          expect(mean).toBeGreaterThanOrEqual(0);
          expect(mean).toBeLessThanOrEqual(1);
        }
        const reversed = ratingScores(weighRatings([...ratings].reverse(), WINDOW_HOURS));
        expect(new Map([...reversed].sort())).toEqual(new Map([...scores].sort()));
      }),
    );
  });

  const total = fc.double({ min: 0, max: 100, noNaN: true });
  const inputs = fc.record({
    totals: fc.array(fc.option(total), { minLength: 1, maxLength: 8 }),
    organic: fc.array(total, { maxLength: 8 }),
    organicShare: fc.double({ min: 0, max: 1, noNaN: true }),
    rating: fc.option(
      fc
        .record({
          n: fc.double({ min: 0.01, max: 1e6, noNaN: true }),
          mean: fc.double({ min: 0, max: 1, noNaN: true }),
        })
        .map((one) => ({ ...one, globalMean: 0.5, share: ratingShare(one.n) })),
    ),
    capped: fc.boolean(),
  });

  it('a result lies in 0…100, moves by ratings at most a fifth of the way, and is not lifted after a safety cap', () => {
    fc.assert(
      fc.property(inputs, (given) => {
        const { mean, judgedMean, organicWeight, questionsMean } = roundComponents(given);
        expect(mean).toBeGreaterThanOrEqual(0);
        expect(mean).toBeLessThanOrEqual(100 + 1e-9);
        expect(Math.abs(mean - judgedMean)).toBeLessThanOrEqual(20);
        expect(organicWeight).toBeLessThanOrEqual(given.organicShare);
        if (given.capped) expect(mean).toBeLessThanOrEqual(judgedMean);
        if (given.organic.length === 0 && given.rating === null) expect(mean).toBe(questionsMean);
      }),
    );
  });
});
