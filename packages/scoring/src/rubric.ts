import { clamp, inRange, orderedSum } from './numbers.js';

/** One answered yes/no item. `p` is the probability that the statement holds, read from the two label tokens only. */
export interface RubricAnswer {
  /** Never 0. Negative: the statement describes bad behaviour. */
  readonly points: number;
  readonly p: number;
  /** The labels together held too little probability: the item says nothing. */
  readonly undecided: boolean;
}

export interface RubricScore {
  /** R in 0…1, or null when too few positive points were decided to say anything. */
  readonly value: number | null;
  /** Σ points·p over the decided items, before the clamp. */
  readonly points: number;
  /** Σ of the positive points of the decided items. */
  readonly positivePoints: number;
  /** Share of all positive points that was decided, 0…1. */
  readonly decided: number;
}

/** Below this share of decided positive points the rubric has no value. */
export const MINIMUM_DECIDED = 0.5;

/**
 * R = clamp(Σ points·p / Σ positive points, 0, 1). Undecided items leave both sums; when fewer than half of the
 * positive points are decided the value is null. Points are in rubric points (−10…10).
 * @throws CodedError SCORING_BAD_INPUT
 */
export function rubricScore(items: readonly RubricAnswer[]): RubricScore {
  for (const item of items) {
    inRange('p', item.p, 0, 1);
    inRange('points', item.points, -10, 10);
  }
  const decidedItems = items.filter((item) => !item.undecided);
  const points = orderedSum(decidedItems.map((item) => item.points * item.p));
  const positivePoints = orderedSum(decidedItems.map((item) => Math.max(0, item.points)));
  const all = orderedSum(items.map((item) => Math.max(0, item.points)));
  const decided = all === 0 ? 0 : positivePoints / all;
  const value = decided < MINIMUM_DECIDED ? null : clamp(points / positivePoints, 0, 1);
  return { value, points, positivePoints, decided };
}

/** Reward of an answer that is exactly as good as the reference. */
export const ANCHOR = 0.7;
/** A reference whose own value is below this says more about the judge than about the answer; the scale stops here. */
export const LOWEST_REFERENCE = 0.1;

/**
 * Puts a value on the scale where the reference is 0.7: below it 0.7·v/v_ref, above it 0.7 + 0.3·(v − v_ref)/(1 − v_ref).
 * `referenceValue` below 0.1 counts as 0.1; a reference value of 1 has no upper branch.
 */
export function anchorScale(value: number, referenceValue: number): number {
  const v = inRange('value', value, 0, 1);
  const reference = Math.max(LOWEST_REFERENCE, inRange('referenceValue', referenceValue, 0, 1));
  if (v <= reference) return (ANCHOR * v) / reference;
  return ANCHOR + ((1 - ANCHOR) * (v - reference)) / (1 - reference);
}

/** Values of the levels "much worse, worse, equal, better, much better" than the reference. */
export const VERSUS_VALUES = [0.2, 0.5, 0.7, 0.85, 1] as const;

/**
 * A = Σ p(level)·value over the five levels, worst first. The probabilities are normalised by their sum; null when
 * they sum to 0.
 */
export function versusScore(levelProbabilities: readonly number[]): number | null {
  const terms: number[] = [];
  const mass: number[] = [];
  VERSUS_VALUES.forEach((value, level) => {
    const p = inRange('levelProbability', levelProbabilities[level] ?? 0, 0, 1);
    terms.push(p * value);
    mass.push(p);
  });
  const sum = orderedSum(mass);
  // The lowest level is worth 0.2 and the highest 1; the clamp takes back what rounding of the division may add.
  return sum === 0 ? null : clamp(orderedSum(terms) / sum, VERSUS_VALUES[0], 1);
}
