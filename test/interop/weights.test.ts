import { toU16Weights, U16_MAX, type U16Weights } from '@bettertherapy/scoring';
import { temporaryFolder } from '@bettertherapy/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openEnvironment, type PythonEnvironment } from './environment.js';
import { interopPart } from './part.js';
import { PythonProgram } from './pythonProgram.js';
import { type WeightCase, weightCases } from './weightVectors.js';

/** What the SDK would submit, or why it refuses. */
interface Submitted {
  readonly uids?: readonly number[];
  readonly values?: readonly number[];
  readonly error?: string;
}

const SEED = 20_260_301;
const CASES = weightCases(SEED, 1_000);
const UNLIMITED = CASES.map((one) => ({ ...one, limit: U16_MAX }));
/** What the SDK takes off its cutoff level, as a share of the sum of all weights. */
const SDK_EPSILON = 1e-7;

const sdk11 = await openEnvironment('sdk-11.3');
const sdk10 = await openEnvironment('sdk-10.2');
const folder = temporaryFolder('interop-weights');
afterAll(() => folder.remove());

function ours({ uids, weights, limit, need }: WeightCase): U16Weights {
  const entries = uids.map((uid, at) => ({ uid, weight: weights[at] ?? 0 }));
  return toU16Weights(entries, { maxWeightsLimit: limit, minAllowedWeights: need });
}

/** Values by uid; a uid that was left out has 0. */
function byUid(of: { readonly uids?: readonly number[]; readonly values?: readonly number[] }): Map<number, number> {
  return new Map((of.uids ?? []).map((uid, at) => [uid, of.values?.[at] ?? 0]));
}

/** The widest difference of any uid's value. */
function widest(a: Map<number, number>, b: Map<number, number>): number {
  const uids = [...new Set([...a.keys(), ...b.keys()])];
  return Math.max(0, ...uids.map((uid) => Math.abs((a.get(uid) ?? 0) - (b.get(uid) ?? 0))));
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Converts all cases with one of the SDKs. */
function convertsWith(environment: PythonEnvironment, body: (convert: Convert) => void): void {
  let python: PythonProgram;
  beforeAll(() => {
    python = new PythonProgram(environment, { script: 'weights.py', home: folder.path });
  });
  afterAll(() => python?.close());
  body((operation, vectors) => python.call<Submitted[]>(operation, { vectors }));
}
type Convert = (operation: 'conform' | 'emit' | 'process', vectors: readonly WeightCase[]) => Promise<Submitted[]>;

interopPart(`1,000 weight vectors (seed ${SEED}) through the SDK 11.3`, sdk11, () => {
  convertsWith(sdk11, (convert) => {
    it('come to the same u16 values bit for bit, or the same refusal, where no limit is set', async () => {
      const theirs = await convert('conform', UNLIMITED);
      let equal = 0;
      for (const [at, one] of UNLIMITED.entries()) {
        const result = ours(one);
        const expected = theirs[at] ?? {};
        if ('skip' in result) {
          const reason = {
            no_positive_weight: /^All weights are zero/,
            too_few_weights: /^Subnet 2 requires at least/,
          };
          expect(result.skip).not.toBe('max_weight_unreachable');
          expect(expected.error).toMatch(reason[result.skip as keyof typeof reason]);
        } else {
          expect(result).toEqual(expected);
          equal += 1;
        }
      }
      // Both kinds are there in numbers.
      expect(equal).toBeGreaterThan(600);
      expect(equal).toBeLessThan(950);
    });

    it('keep a limit exactly, where the SDK is off by its epsilon', async () => {
      const theirs = await convert('conform', CASES);
      const seen = { same: 0, clipped: 0, spread: 0 };
      for (const [at, one] of CASES.entries()) {
        const result = ours(one);
        const expected = theirs[at] ?? {};
        if ('skip' in result) {
          // Where too few earned anything the SDK gives weight to uids that earned none; we set nothing then.
          if (expected.error === undefined) {
            expect(new Set(expected.values).size).toBe(1);
            seen.spread += 1;
          }
          continue;
        }
        const { values } = result;
        expect(Math.max(...values) * U16_MAX).toBeLessThanOrEqual(one.limit * sum(values));
        const free = ours({ ...one, limit: U16_MAX });
        if ('values' in free && JSON.stringify(free) === JSON.stringify(result)) {
          expect(result).toEqual(expected);
          seen.same += 1;
        } else if (expected.error === undefined) {
          expect(widest(byUid(result), byUid(expected))).toBeLessThanOrEqual(tolerance(one, byUid(result)));
          seen.clipped += 1;
        }
      }
      expect(seen.same).toBeGreaterThan(600);
      expect(seen.clipped).toBeGreaterThan(50);
      expect(seen.spread).toBeGreaterThan(20);
    });
  });
});

/**
 * How far the SDK's values may lie from the exact ones. Its cutoff is too low by the epsilon's share of what is not cut,
 * so that everything not cut comes out larger by that share once the cut ones are scaled to 65535; and either side
 * rounds.
 */
function tolerance({ uids, weights }: WeightCase, exact: Map<number, number>): number {
  const uncut = uids.flatMap((uid, at) => (exact.get(uid) === U16_MAX ? [] : [weights[at] ?? 0]));
  const share = SDK_EPSILON / ((sum(uncut) / sum(weights)) * smallestCutShare(exact));
  return share >= 1 ? U16_MAX : 2 + (U16_MAX * share) / (1 - share);
}

/** The share of one cut weight in the sum of the exact result: the limit, nearly. */
function smallestCutShare(exact: Map<number, number>): number {
  return U16_MAX / sum([...exact.values()]);
}

interopPart(`1,000 weight vectors (seed ${SEED}) through the SDK 10.2`, sdk10, () => {
  convertsWith(sdk10, (convert) => {
    it('come to the same u16 values bit for bit in its conversion', async () => {
      const plain = UNLIMITED.map((one) => ({ ...one, need: 0 }));
      const theirs = await convert('emit', plain);
      for (const [at, one] of plain.entries()) {
        const result = ours(one);
        // The SDK says nothing to set by two empty lists.
        expect('skip' in result ? { uids: [], values: [] } : result).toEqual(theirs[at]);
      }
    });

    it('come to the same values within its single precision after its normalisation', async () => {
      const theirs = await convert('process', UNLIMITED);
      let compared = 0;
      for (const [at, one] of UNLIMITED.entries()) {
        const result = ours(one);
        if ('skip' in result) continue;
        expect(widest(byUid(result), byUid(theirs[at] ?? {}))).toBeLessThanOrEqual(1);
        compared += 1;
      }
      expect(compared).toBeGreaterThan(600);
    });
  });
});
