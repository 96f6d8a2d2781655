import { orderedMean, orderedSum } from './numbers.js';

/** A question's rewards against the same miners' means over the other questions. */
export interface ReliabilitySample {
  readonly reward: number;
  readonly rest: number;
}

/**
 * How well a question sorts miners: correlation of its rewards with the same miners' means over the other questions,
 * cut to 0…1. Null with fewer than 8 samples or when either side does not vary. Below 0.1 a question only adds noise.
 */
export function questionReliability(samples: readonly ReliabilitySample[]): number | null {
  if (samples.length < 8) return null;
  const meanReward = orderedMean(samples.map((s) => s.reward));
  const meanRest = orderedMean(samples.map((s) => s.rest));
  const rr = orderedSum(samples.map((s) => (s.reward - meanReward) * (s.reward - meanReward)));
  const tt = orderedSum(samples.map((s) => (s.rest - meanRest) * (s.rest - meanRest)));
  if (rr < 1e-12 || tt < 1e-12) return null;
  const rt = orderedSum(samples.map((s) => (s.reward - meanReward) * (s.rest - meanRest)));
  return Math.min(1, Math.max(0, rt / Math.sqrt(rr * tt)));
}
