import { clamp, ln, orderedMean, orderedSum } from './numbers.js';

/** How the score of recent answers ran with their length, measured within questions. */
export interface LengthFit {
  /** Score (0…1) gained per unit of ln(words). */
  readonly slope: number;
  /** Standard deviation of ln(words) within questions. */
  readonly sd: number;
  readonly samples: number;
}

export interface LengthSample {
  readonly questionId: string;
  readonly words: number;
  readonly score: number;
}

/** The adjustment never moves a score by more than this. */
export const LENGTH_LIMIT = 0.05;
const FEWEST_SAMPLES = 20;

/**
 * Least squares of score on ln(words) with one intercept per question (both centred on the question's mean).
 * Null with fewer than 20 samples or without spread in length.
 */
export function fitLength(samples: readonly LengthSample[]): LengthFit | null {
  const usable = samples.filter((s) => s.words > 0);
  if (usable.length < FEWEST_SAMPLES) return null;
  const groups = new Map<string, { x: number; y: number }[]>();
  for (const sample of usable) {
    const group = groups.get(sample.questionId) ?? [];
    group.push({ x: ln(sample.words), y: sample.score });
    groups.set(sample.questionId, group);
  }
  const xx: number[] = [];
  const xy: number[] = [];
  for (const group of groups.values()) {
    const meanX = orderedMean(group.map((g) => g.x));
    const meanY = orderedMean(group.map((g) => g.y));
    for (const { x, y } of group) {
      xx.push((x - meanX) * (x - meanX));
      xy.push((x - meanX) * (y - meanY));
    }
  }
  const spread = orderedSum(xx);
  if (spread < 1e-9) return null;
  return { slope: orderedSum(xy) / spread, sd: Math.sqrt(spread / usable.length), samples: usable.length };
}

/**
 * What is added to a score for its length: minus the slope times the part of ln(words/referenceWords) that lies
 * beyond one SD, within ±0.05. 0 without a fit, so an honest length costs nothing.
 */
export function lengthAdjustment(words: number, referenceWords: number, fit: LengthFit | null): number {
  if (!fit || words < 1 || referenceWords < 1) return 0;
  const distance = ln(words) - ln(referenceWords);
  const beyond = distance > fit.sd ? distance - fit.sd : distance < -fit.sd ? distance + fit.sd : 0;
  return clamp(-fit.slope * beyond, -LENGTH_LIMIT, LENGTH_LIMIT) + 0;
}
