import { inRange, orderedSum, powInt } from './numbers.js';

export const DEFAULT_ALPHA = 0.1;

/** The state of one hotkey: bias-corrected moving average of its round means, and how many rounds it holds. */
export interface AverageState {
  readonly ema: number;
  readonly rounds: number;
}

/**
 * Mean total of one miner over the questions it was asked in a round: one entry a question, null (or missing up to
 * `asked`) for an answer that did not come or could not be used, which counts 0.
 */
export function roundMean(totals: readonly (number | null)[], asked: number = totals.length): number {
  const scores = totals.map((total) => (total === null ? 0 : inRange('total', total, 0, 100)));
  if (asked < totals.length) inRange('asked', asked, totals.length, Number.MAX_SAFE_INTEGER);
  return asked === 0 ? 0 : orderedSum(scores) / asked;
}

/**
 * Folds one round mean in. With n rounds, the step is α / (1 − (1 − α)ⁿ), which equals the usual EMA divided by its
 * bias 1 − (1 − α)ⁿ: after one round the average is that round, after many the step is α. Because the state holds the
 * corrected value it stays a mean of round means even when α is changed between rounds.
 */
export function foldAverage(state: AverageState | null, mean: number, alpha: number = DEFAULT_ALPHA): AverageState {
  inRange('alpha', alpha, Number.MIN_VALUE, 1);
  inRange('roundMean', mean, 0, 100);
  if (state === null || state.rounds === 0) return { ema: mean, rounds: 1 };
  const rounds = state.rounds + 1;
  const step = alpha / (1 - powInt(1 - alpha, rounds));
  return { ema: (1 - step) * state.ema + step * mean, rounds };
}

/** 0…100; 0 for a hotkey that was never judged. */
export function averageOf(state: AverageState | null): number {
  return state === null || state.rounds === 0 ? 0 : state.ema;
}

/** Quantile by linear interpolation between the two nearest ranks ((n − 1)·q); 0 for none. */
export function quantile(values: readonly number[], q: number): number {
  inRange('q', q, 0, 1);
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * q;
  const low = sorted[Math.floor(at)] ?? 0;
  const high = sorted[Math.ceil(at)] ?? low;
  return low + (high - low) * (at - Math.floor(at));
}

/** Rounds' worth of the 25th percentile mixed into a newcomer's average. */
export const SHRINK_ROUNDS = 5;

/** s = (n·average + k·p25)/(n + k): a newcomer starts near the 25th percentile, so that re-registering never pays. */
export function shrink(average: number, rounds: number, p25: number, k: number = SHRINK_ROUNDS): number {
  inRange('rounds', rounds, 0, Number.MAX_SAFE_INTEGER);
  inRange('k', k, 0, Number.MAX_SAFE_INTEGER);
  return rounds + k === 0 ? 0 : (rounds * average + k * p25) / (rounds + k);
}

/** Every hotkey's average shrunk toward the 25th percentile of all averages given. Order of the result = order given. */
export function shrinkAll<Entry extends { readonly state: AverageState | null }>(
  entries: readonly Entry[],
  k: number = SHRINK_ROUNDS,
): (Entry & { readonly score: number })[] {
  const p25 = quantile(
    entries.filter((entry) => entry.state !== null).map((entry) => averageOf(entry.state)),
    0.25,
  );
  return entries.map((entry) => ({
    ...entry,
    score: entry.state === null ? 0 : shrink(averageOf(entry.state), entry.state.rounds, p25, k),
  }));
}
