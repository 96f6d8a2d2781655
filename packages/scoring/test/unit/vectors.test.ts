import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { averageOf, foldAverage } from '../../src/average.js';
import { combineReward } from '../../src/reward.js';
import { anchorScale, rubricScore } from '../../src/rubric.js';
import { shares } from '../../src/shares.js';
import { totalScore } from '../../src/total.js';
import { SCORING_VERSION } from '../../src/version.js';
import { toU16Weights } from '../../src/weights.js';

interface Vectors {
  total: { reward: number | null; responseMs: number; output: string | null; expect: [number, number, number] }[];
  average: { alpha: number; means: number[]; expect: number[] };
  average2: { alpha: number; means: number[]; expect: number[] };
  reward: {
    rubric: number | null;
    versus: number | null;
    facts: number | null;
    lengthAdjustment: number;
    caps: number[];
    expect: number;
  }[];
  anchor: { value: number; reference: number; expect: number }[];
  rubric: { items: [number, number, boolean][]; expect: number | null }[];
  shares: { scores: number[]; power: number; expect: number[] }[];
  weights: { entries: [number, number][]; limit: number; need: number; expect: string | [number, number][] }[];
}

// Computed once by an independent program straight from the formulas; a change here means a new SCORING_VERSION.
const vectors: Vectors = JSON.parse(readFileSync(new URL('../fixtures/vectors.json', import.meta.url), 'utf8'));

describe('frozen vectors of scoring 1', () => {
  it('belong to this version', () => expect(SCORING_VERSION).toMatch(/^1\./));

  it.each(vectors.total)(
    'total of reward $reward in $responseMs ms with output $output',
    ({ expect: [q, t, sum], ...answer }) => {
      expect(totalScore(answer)).toEqual({ quality: q, time: t, total: sum });
    },
  );

  it.each([vectors.average, vectors.average2])(
    'bias-corrected average with alpha $alpha',
    ({ alpha, means, expect: wanted }) => {
      let state: ReturnType<typeof foldAverage> | null = null;
      means.forEach((mean, at) => {
        state = foldAverage(state, mean, alpha);
        expect(averageOf(state)).toBeCloseTo(wanted[at] ?? Number.NaN, 9);
      });
    },
  );

  it.each(vectors.reward)('reward of R $rubric A $versus F $facts length $lengthAdjustment caps $caps', (vector) => {
    const caps = vector.caps.map((limit) => ({ code: 'x', limit }));
    expect(combineReward({ ...vector, caps }).reward).toBe(vector.expect);
  });

  it.each(vectors.anchor)('anchor scale of $value by reference $reference', ({ value, reference, expect: wanted }) => {
    expect(anchorScale(value, reference)).toBeCloseTo(wanted, 12);
  });

  it.each(vectors.rubric)('rubric score of $items', ({ items, expect: wanted }) => {
    const { value } = rubricScore(items.map(([points, p, undecided]) => ({ points, p, undecided })));
    if (wanted === null) expect(value).toBeNull();
    else expect(value).toBeCloseTo(wanted, 12);
  });

  it.each(vectors.shares)('shares of $scores to the power $power', ({ scores, power, expect: wanted }) => {
    const got = shares(scores, { power });
    expect(got).toHaveLength(wanted.length);
    for (const [at, share] of got.entries()) expect(share).toBeCloseTo(wanted[at] ?? Number.NaN, 12);
  });

  it.each(vectors.weights)(
    'weights of $entries under limit $limit and minimum $need',
    ({ entries, limit, need, expect: wanted }) => {
      const got = toU16Weights(
        entries.map(([uid, weight]) => ({ uid, weight })),
        { maxWeightsLimit: limit, minAllowedWeights: need },
      );
      if (typeof wanted === 'string') expect(got).toMatchObject({ skip: wanted });
      else expect(got).toEqual({ uids: wanted.map(([uid]) => uid), values: wanted.map(([, value]) => value) });
    },
  );
});
