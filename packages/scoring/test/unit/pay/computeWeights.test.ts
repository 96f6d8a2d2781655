import { encodeSs58, type Hotkey, parseHotkey } from '@bettertherapy/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { computeWeights, type WeightInputs } from '../../../src/pay/computeWeights.js';

const hotkeyOf = (n: number): Hotkey => parseHotkey(encodeSs58(new Uint8Array(32).fill(n)));
const self = hotkeyOf(1);
const rules = { maxWeightsLimit: 65_535, minAllowedWeights: 1 };

interface Miner {
  readonly n: number;
  readonly ema: number;
  readonly rounds?: number;
  readonly asked?: number;
  readonly answered?: number;
}

function inputs(miners: readonly Miner[], more: Partial<WeightInputs> = {}): WeightInputs {
  return {
    self,
    neurons: miners.map(({ n }) => ({ uid: n, hotkey: hotkeyOf(n), registeredAt: 10 + n })),
    averages: miners.map(({ n, ema, rounds }) => ({
      hotkey: hotkeyOf(n),
      registeredAtBlock: 10 + n,
      ema,
      rounds: rounds ?? 20,
    })),
    counts: miners.map(({ n, asked, answered }) => ({
      hotkey: hotkeyOf(n),
      registeredAtBlock: 10 + n,
      asked: asked ?? 40,
      answered: answered ?? asked ?? 40,
    })),
    strikes: new Map(),
    copyPairs: [],
    previous: new Set(),
    power: 4,
    rules,
    ...more,
  };
}

function weights(miners: readonly Miner[], more: Partial<WeightInputs> = {}): Map<number, number> {
  const result = computeWeights(inputs(miners, more));
  if ('skip' in result) throw new Error(result.skip);
  return new Map(result.uids.map((uid, at) => [uid, result.values[at] ?? 0]));
}

describe('weights', () => {
  it('go with the fourth power of the score, or with the score', () => {
    const miners = [2, 3].map((n) => ({ n, ema: n === 2 ? 80 : 40, rounds: 1_000_000 }));
    const ratio = (map: Map<number, number>) => (map.get(2) ?? 0) / (map.get(3) ?? 1);
    expect(ratio(weights(miners))).toBeCloseTo(16, 1);
    expect(ratio(weights(miners, { power: 1 }))).toBeCloseTo(2, 2);
  });

  it('are for who holds the place now: a hotkey that registered anew starts without its old average', () => {
    const again = inputs([
      { n: 2, ema: 90 },
      { n: 3, ema: 50 },
    ]);
    const neurons = again.neurons.map((one) => (one.uid === 2 ? { ...one, registeredAt: 999 } : one));
    expect([...weightsOf({ ...again, neurons }).keys()]).toEqual([3]);
  });

  it('follow the hotkey to another uid', () => {
    const base = inputs([
      { n: 2, ema: 90 },
      { n: 3, ema: 50 },
    ]);
    const neurons = base.neurons.map((one) => ({ ...one, uid: 100 - one.uid }));
    expect(weightsOf({ ...base, neurons }).get(98)).toBe(65_535);
  });

  it.each([
    ['earned nothing', { n: 3, ema: 0 }],
    ['answers too seldom', { n: 3, ema: 80, asked: 40, answered: 27 }],
    ['was judged too seldom', { n: 3, ema: 80, asked: 7, answered: 7 }],
    ['was not asked in the last day', { n: 3, ema: 80, asked: 0 }],
  ])('leave out a miner that %s', (_name, miner) => {
    expect([...weights([{ n: 2, ema: 50 }, miner]).keys()]).toEqual([2]);
  });

  it('need no eight answers from anybody while nobody was asked eight times', () => {
    expect([
      ...weights([
        { n: 2, ema: 50, asked: 4 },
        { n: 3, ema: 40, asked: 4, answered: 3 },
      ]).keys(),
    ]).toEqual([2, 3]);
  });

  it('halve the score with every strike', () => {
    const miners = [
      { n: 2, ema: 80, rounds: 1_000_000 },
      { n: 3, ema: 80, rounds: 1_000_000 },
    ];
    const map = weights(miners, { power: 1, strikes: new Map([[`${hotkeyOf(3)}:13`, 1]]) });
    expect(map.get(3)).toBe(32_768);
  });

  it('give a cluster of copiers one share together', () => {
    const miners = [2, 3, 4].map((n) => ({ n, ema: 80 }));
    const pair = { a: hotkeyOf(3), b: hotkeyOf(4), together: 20, copies: 8, roundsWithCopies: 4 };
    const map = weights(miners, { copyPairs: [pair] });
    expect([map.get(2), map.get(3), map.get(4)]).toEqual([65_535, 32_768, 32_768]);
  });

  it('are skipped, never made up, when nobody has a score', () => {
    expect(computeWeights(inputs([]))).toMatchObject({ skip: 'no_scores' });
    expect(computeWeights(inputs([{ n: 2, ema: 0 }]))).toMatchObject({ skip: 'no_positive_weight' });
    expect(computeWeights(inputs([{ n: 1, ema: 90 }]))).toMatchObject({ skip: 'no_scores' });
    const few = inputs([{ n: 2, ema: 50 }], { rules: { ...rules, minAllowedWeights: 8 } });
    expect(computeWeights(few)).toMatchObject({ skip: 'too_few_weights', have: 1, need: 8 });
  });

  it('never rank a worse average above a better one of equal standing, and peak at 65535', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 100 }), { minLength: 2, maxLength: 30 }), (emas) => {
        const map = weights(emas.map((ema, i) => ({ n: i + 2, ema })));
        const sorted = emas.map((ema, i) => ({ ema, value: map.get(i + 2) ?? 0 })).sort((a, b) => a.ema - b.ema);
        expect(Math.max(...map.values())).toBe(65_535);
        sorted.forEach((one, at) => {
          expect(one.value).toBeGreaterThanOrEqual(sorted[at - 1]?.value ?? 0);
        });
      }),
    );
  });
});

function weightsOf(from: WeightInputs): Map<number, number> {
  const result = computeWeights(from);
  if ('skip' in result) throw new Error(result.skip);
  return new Map(result.uids.map((uid, at) => [uid, result.values[at] ?? 0]));
}
