import { badInput } from './errors.js';
import { orderedSum, powInt } from './numbers.js';

export interface ShareOptions {
  /** Whole number ≥ 1; 4 when left out, 1 is linear. */
  readonly power?: number | undefined;
}

export interface ShareEntry {
  readonly score: number;
  /** How many hotkeys share the place (a cluster); 1 when left out. */
  readonly sharedBy?: number | undefined;
}

/**
 * Share of the pay of each entry: (score/best)^power, divided among those who share a place, over the sum. Negative
 * scores count 0; all 0 when no score is positive. Depends only on the ratios of the scores.
 * @throws CodedError SCORING_BAD_INPUT
 */
export function shares(entries: readonly (number | ShareEntry)[], options: ShareOptions = {}): number[] {
  const power = options.power ?? 4;
  if (!Number.isSafeInteger(power) || power < 1) throw badInput('power must be a whole number ≥ 1', { power });
  const places = entries.map((entry) => (typeof entry === 'number' ? { score: entry, sharedBy: 1 } : entry));
  for (const { score } of places) if (!Number.isFinite(score)) throw badInput('a score is not a number', { score });
  const best = Math.max(0, ...places.map((place) => place.score));
  if (best === 0) return places.map(() => 0);
  const raised = places.map(
    ({ score, sharedBy }) => powInt(Math.max(0, score) / best, power) / Math.max(1, sharedBy ?? 1),
  );
  const sum = orderedSum(raised);
  return raised.map((value) => value / sum);
}
