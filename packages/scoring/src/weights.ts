import { badInput } from './errors.js';
import { orderedSum, roundHalfEven } from './numbers.js';

export const U16_MAX = 65_535;

/** A weight this small beside the largest counts as 0. */
const DUST = 1e-9;

export interface WeightEntry {
  readonly uid: number;
  /** ≥ 0 in any unit; only ratios count. */
  readonly weight: number;
}

export interface WeightRules {
  /** Hyperparameter `max_weights_limit` (u16): no weight may exceed this share of the sum; 65535 is no limit. */
  readonly maxWeightsLimit: number;
  /** Hyperparameter `min_allowed_weights`: fewer non-zero weights are refused by the chain. */
  readonly minAllowedWeights: number;
}

/** Why no weights are set this epoch. Nothing is ever padded, made up, or spread evenly to get past a rule. */
export type WeightSkip =
  /** Every weight is 0: nobody earned anything. */
  | 'no_positive_weight'
  /** Fewer non-zero weights than `min_allowed_weights`. */
  | 'too_few_weights'
  /** So few miners that even equal weights would exceed `max_weights_limit`. */
  | 'max_weight_unreachable';

export type U16Weights =
  | { readonly uids: number[]; readonly values: number[] }
  | { readonly skip: WeightSkip; readonly have: number; readonly need: number };

/**
 * Weights as the chain takes them: (0) leave out what is 0 or below 1e-9 of the largest; (1) cut at the level where the largest is `maxWeightsLimit/65535` of the sum;
 * (2) scale so that the largest is 65535 and round, exact halves to even; (3) drop zeros; (4) check the rules again on
 * the integers. Sorted by uid.
 * @throws CodedError SCORING_BAD_INPUT on a uid given twice or outside u16, a negative weight, or rules outside u16.
 */
export function toU16Weights(entries: readonly WeightEntry[], rules: WeightRules): U16Weights {
  const { maxWeightsLimit: limit, minAllowedWeights: need } = rules;
  for (const [name, value] of [['maxWeightsLimit', limit] as const, ['minAllowedWeights', need] as const]) {
    if (!Number.isInteger(value) || value < 0 || value > U16_MAX) throw badInput(`${name} must be a u16`, { value });
  }
  checkEntries(entries);
  const largest = entries.reduce((most, entry) => Math.max(most, entry.weight), 0);
  const positive = entries.filter((entry) => entry.weight > largest * DUST).sort((a, b) => a.uid - b.uid);
  if (positive.length === 0) return { skip: 'no_positive_weight', have: 0, need: Math.max(1, need) };
  if (positive.length < need) return { skip: 'too_few_weights', have: positive.length, need };
  if (positive.length * limit < U16_MAX) {
    return {
      skip: 'max_weight_unreachable',
      have: positive.length,
      need: limit === 0 ? U16_MAX : Math.ceil(U16_MAX / limit),
    };
  }
  const cut = waterFill(
    positive.map((entry) => entry.weight),
    limit,
  );
  const values = upscale(cut, limit);
  const kept = positive.flatMap(({ uid }, at) => {
    const value = values[at] ?? 0;
    return value > 0 ? [{ uid, value }] : [];
  });
  if (kept.length < need) return { skip: 'too_few_weights', have: kept.length, need };
  return { uids: kept.map((entry) => entry.uid), values: kept.map((entry) => entry.value) };
}

function checkEntries(entries: readonly WeightEntry[]): void {
  const seen = new Set<number>();
  for (const { uid, weight } of entries) {
    if (!Number.isInteger(uid) || uid < 0 || uid > U16_MAX) throw badInput('uid must be a u16', { uid });
    if (seen.has(uid)) throw badInput('a uid is given twice', { uid });
    if (!(weight >= 0 && Number.isFinite(weight))) throw badInput('a weight must be finite and ≥ 0', { uid, weight });
    seen.add(uid);
  }
}

/**
 * Lowers the largest weights to one common level c so that c is at most `limit/65535` of the new sum, leaving the rest
 * alone. With the k largest cut, c = share·rest/(1 − k·share); the smallest k whose c holds back nobody else is it.
 * Weights come back relative to the largest of the input (1).
 */
function waterFill(weights: readonly number[], limit: number): number[] {
  const largest = Math.max(...weights);
  const relative = weights.map((weight) => weight / largest);
  if (limit === U16_MAX) return relative;
  const descending = [...relative].sort((a, b) => b - a);
  const share = limit / U16_MAX;
  for (let k = 0; k < descending.length; k += 1) {
    const next = descending[k] ?? 0;
    const rest = orderedSum(descending.slice(k));
    // k weights at the level `next` beside the rest: if that already obeys the limit, the level lies at or above it.
    if (next > share * (k * next + rest)) continue;
    if (k === 0) return relative;
    const level = (share * rest) / (1 - k * share);
    return relative.map((weight) => Math.min(weight, level));
  }
  const smallest = descending.at(-1) ?? 0;
  return relative.map(() => smallest);
}

/** Largest → 65535. Where rounding down would lift the largest over the limit again, the others are rounded up. */
function upscale(weights: readonly number[], limit: number): number[] {
  const largest = Math.max(...weights);
  const scaled = weights.map((weight) => (weight / largest) * U16_MAX);
  const values = scaled.map(roundHalfEven);
  const sum = values.reduce((total, value) => total + value, 0);
  return U16_MAX * U16_MAX <= limit * sum ? values : scaled.map(Math.ceil);
}
