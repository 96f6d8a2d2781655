import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { liquidAlpha } from '../../../src/yuma/bonds.js';
import { runYuma, type YumaNeuron, type YumaParameters } from '../../../src/yuma/index.js';
import { toU16, weightedMedian } from '../../../src/yuma/vectors.js';

const neuron: YumaNeuron = {
  stake: 0,
  meetsThreshold: true,
  isOwner: false,
  permit: false,
  lastUpdate: 95,
  registeredAt: 1,
  earliestCommit: null,
  weights: [],
  bonds: [],
};
const parameters: YumaParameters = {
  block: 100,
  lastStep: 90,
  tempo: 10,
  activityCutoff: 50,
  kappa: 32_767 / 65_535,
  maxValidators: 64,
  bondsPenalty: 1,
  bondsAlpha: 0.1,
  version: 3,
  liquidAlpha: null,
};

const validator = (stake: number, weights: YumaNeuron['weights'], more: Partial<YumaNeuron> = {}): YumaNeuron => ({
  ...neuron,
  stake,
  permit: true,
  weights,
  ...more,
});

function rounded(values: readonly number[]): number[] {
  return values.map((value) => Math.round(value * 1e6) / 1e6);
}

describe('Yuma consensus', () => {
  it('pays servers by the weights and validators by their bonds when everybody agrees', () => {
    const weights = [
      [2, 30_000],
      [3, 10_000],
    ] as const;
    const result = runYuma([validator(60, weights), validator(40, weights), neuron, neuron], parameters);
    expect(rounded(result.incentive)).toEqual([0, 0, 0.75, 0.25]);
    expect(rounded(result.consensus)).toEqual([0, 0, 0.75, 0.25]);
    expect(rounded(result.dividends)).toEqual([0.6, 0.4, 0, 0]);
    expect(rounded(result.validatorTrust)).toEqual([1, 1, 0, 0]);
    expect(rounded(result.serverShare)).toEqual([0, 0, 0.375, 0.125]);
    expect(rounded(result.validatorShare)).toEqual([0.3, 0.2, 0, 0]);
  });

  it('clips the weight of a minority to what the majority by stake supports', () => {
    const result = runYuma([validator(60, [[2, 1]]), validator(40, [[3, 1]]), neuron, neuron], parameters);
    expect(rounded(result.consensus)).toEqual([0, 0, 1, 0]);
    expect(rounded(result.incentive)).toEqual([0, 0, 1, 0]);
    expect(rounded(result.validatorTrust)).toEqual([1, 0, 0, 0]);
    expect(rounded(result.dividends)).toEqual([1, 0, 0, 0]);
  });

  it('takes exactly kappa of the stake as a majority, so that of two halves the higher weight counts', () => {
    const result = runYuma(
      [
        validator(50, [
          [2, 1],
          [3, 1],
        ]),
        validator(50, [[2, 1]]),
        neuron,
        neuron,
      ],
      parameters,
    );
    expect(rounded(result.consensus)).toEqual([0, 0, 1, 0.5]);
  });

  const ignored: readonly (readonly [string, Partial<YumaNeuron>])[] = [
    ['without a permit', { permit: false }],
    ['whose last update is older than the activity cutoff', { lastUpdate: 49 }],
    ['below the stake threshold', { meetsThreshold: false }],
  ];
  it.each(ignored)('gives no say to a validator %s', (_, change) => {
    const result = runYuma([validator(1, [[2, 1]]), validator(99, [[3, 1]], change), neuron, neuron], parameters);
    expect(rounded(result.incentive)).toEqual([0, 0, 1, 0]);
    expect(result.dividends[1]).toBe(0);
  });

  it('counts a validator as active up to the last block of the cutoff', () => {
    const result = runYuma([validator(1, [], { lastUpdate: 50 }), validator(1, [], { lastUpdate: 49 })], parameters);
    expect(result.active).toEqual([true, false]);
  });

  it('drops a weight on oneself, unless one owns the subnet', () => {
    const own = [
      [0, 1],
      [1, 1],
    ] as const;
    expect(rounded(runYuma([validator(1, own), neuron], parameters).incentive)).toEqual([0, 1]);
    expect(rounded(runYuma([validator(1, own, { isOwner: true }), neuron], parameters).incentive)).toEqual([0.5, 0.5]);
  });

  it('drops a weight that was set before its target registered', () => {
    const late = { ...neuron, registeredAt: 95 };
    const result = runYuma(
      [
        validator(1, [
          [1, 1],
          [2, 1],
        ]),
        neuron,
        late,
      ],
      parameters,
    );
    expect(rounded(result.incentive)).toEqual([0, 1, 0]);
  });

  it('drops a weight whose commit is older than its target, while commits are hidden', () => {
    const target = { ...neuron, registeredAt: 94 };
    const early = validator(
      1,
      [
        [1, 1],
        [2, 1],
      ],
      { earliestCommit: 93 },
    );
    expect(rounded(runYuma([early, neuron, target], parameters).incentive)).toEqual([0, 1, 0]);
    const late = validator(
      1,
      [
        [1, 1],
        [2, 1],
      ],
      { earliestCommit: 94 },
    );
    expect(rounded(runYuma([late, neuron, target], parameters).incentive)).toEqual([0, 0.5, 0.5]);
  });

  it('forgets the bonds on a neuron that came since the last epoch', () => {
    const fresh = { ...neuron, registeredAt: 91, lastUpdate: 91 };
    const old = { ...neuron, registeredAt: 90, lastUpdate: 91 };
    const bonded = validator(1, [], {
      bonds: [
        [1, 65_535],
        [2, 65_535],
      ],
    });
    const result = runYuma([bonded, fresh, old], parameters);
    expect(result.bonds[0]).toEqual([[2, toU16(0.9)]]);
  });

  it('gives permits to the neurons with the most stake, the higher uid among equals, and to the owner always', () => {
    const stakes = [validator(0, [], { isOwner: true }), validator(5, []), validator(5, []), validator(9, []), neuron];
    expect(runYuma(stakes, { ...parameters, maxValidators: 2 }).permits).toEqual([true, false, true, true, false]);
    expect(runYuma(stakes, parameters).permits).toEqual([true, true, true, true, false]);
  });

  it('pays validators by stake while nobody set weights', () => {
    const result = runYuma([validator(30, []), validator(70, []), neuron], parameters);
    expect(rounded(result.serverShare)).toEqual([0, 0, 0]);
    expect(rounded(result.validatorShare)).toEqual([0.3, 0.7, 0]);
  });

  it('moves Yuma 3 bonds a tenth of the way to the weights each epoch, and keeps them only for permit holders', () => {
    const bonded = validator(1, [[1, 1]], { bonds: [[1, toU16(0.5)]] });
    const result = runYuma([bonded, neuron], parameters);
    expect(result.bonds[0]).toEqual([[1, toU16(0.1 + 0.9 * (toU16(0.5) / 65_535))]]);
    const loser = validator(1, [[2, 1]], { bonds: [[2, 65_535]] });
    const kept = runYuma([loser, validator(2, [[2, 1]]), neuron], { ...parameters, maxValidators: 1 });
    expect(kept.bonds[0]).toEqual([]);
    expect(kept.bonds[1]).toHaveLength(1);
  });

  it('makes Yuma 2 bonds shares of a column, stored so that the largest is 65535', () => {
    const both = [validator(75, [[2, 1]]), validator(25, [[2, 1]]), neuron];
    const result = runYuma(both, { ...parameters, version: 2 });
    expect(result.bonds[0]).toEqual([[2, 65_535]]);
    expect(result.bonds[1]).toEqual([[2, toU16(25 / 75)]]);
    expect(rounded(result.dividends)).toEqual([0.75, 0.25, 0]);
  });

  it('lets an early Yuma 2 bond outweigh fresh stake', () => {
    const early = validator(50, [[2, 1]], { bonds: [[2, 65_535]] });
    const result = runYuma([early, validator(50, [[2, 1]]), neuron], { ...parameters, version: 2 });
    expect(rounded(result.dividends)).toEqual([0.95, 0.05, 0]);
  });

  it('makes bonds from unclipped weights when the penalty is off', () => {
    const neurons = [validator(60, [[2, 1]]), validator(40, [[3, 1]]), neuron, neuron];
    expect(runYuma(neurons, { ...parameters, bondsPenalty: 0 }).bonds[1]).toEqual([[3, toU16(0.1)]]);
    expect(runYuma(neurons, parameters).bonds[1]).toEqual([]);
  });

  it('moves liquid bonds faster the further the validator is ahead of the consensus', () => {
    const range = { low: 0.7, high: 0.9, steepness: 1000 };
    expect(liquidAlpha(0.5, 0, 0, range)).toBeCloseTo(0.8);
    expect(liquidAlpha(1, 0, 0, range)).toBeGreaterThan(0.89);
    expect(liquidAlpha(0.3, 0, 0.3, range)).toBeLessThan(0.71);
    expect(liquidAlpha(0, 0.5, 1, range)).toBeCloseTo(0.8);
    const fast = runYuma([validator(1, [[1, 1]]), neuron], { ...parameters, liquidAlpha: range });
    expect(fast.bonds[0]?.[0]?.[1]).toBe(toU16(liquidAlpha(1, 0, 1, range)));
  });

  const medians: readonly (readonly [string, readonly [stake: number, value: number][], number])[] = [
    [
      'the vote of the majority',
      [
        [0.6, 0.2],
        [0.4, 0.9],
      ],
      0.2,
    ],
    [
      'the highest value that both halves reach',
      [
        [0.5, 0.2],
        [0.5, 0.9],
      ],
      0.9,
    ],
    [
      'nothing when nobody has stake',
      [
        [0, 0.2],
        [0, 0.9],
      ],
      0,
    ],
    ['the only vote', [[0.3, 0.7]], 0.7],
    [
      'the middle of three',
      [
        [0.3, 0.1],
        [0.3, 0.5],
        [0.4, 0.6],
      ],
      0.5,
    ],
  ];
  it.each(medians)('finds %s', (_, votes, expected) => {
    const list = votes.map(([stake, value]) => ({ stake, value }));
    expect(weightedMedian(list, 32_767 / 65_535)).toBe(expected);
  });

  it('never makes shares that are negative, not finite, or sum to more than one', () => {
    const arbitrary = fc.record({
      stake: fc.integer({ min: 0, max: 1_000_000 }),
      meetsThreshold: fc.boolean(),
      isOwner: fc.constant(false),
      permit: fc.boolean(),
      lastUpdate: fc.integer({ min: 0, max: 100 }),
      registeredAt: fc.integer({ min: 0, max: 100 }),
      earliestCommit: fc.option(fc.integer({ min: 0, max: 100 })),
      weights: fc.array(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 65_535 })), {
        maxLength: 8,
      }),
      bonds: fc.array(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 65_535 })), { maxLength: 8 }),
    });
    fc.assert(
      fc.property(
        fc.array(arbitrary, { maxLength: 10 }),
        fc.constantFrom(2 as const, 3 as const),
        (neurons, version) => {
          const result = runYuma(neurons, { ...parameters, version });
          const shares = [...result.serverShare, ...result.validatorShare];
          for (const share of shares) expect(share >= 0 && Number.isFinite(share)).toBe(true);
          const total = shares.reduce((sum, share) => sum + share, 0);
          expect(total).toBeLessThan(1 + 1e-9);
          const staked = neurons.some((one) => one.stake > 0 && one.meetsThreshold);
          if (staked) expect(total).toBeCloseTo(1);
        },
      ),
    );
  });
});
