import { roundMean } from './average.js';
import { inRange, orderedMean } from './numbers.js';
import type { RatingScore } from './ratings.js';

/** Everything that one miner's result of a round is made of. */
export interface RoundInputs {
  /** Totals of the round's own questions, null for an answer that did not come. */
  readonly totals: readonly (number | null)[];
  /** Totals of patients' questions that were judged and not counted before. */
  readonly organic: readonly number[];
  /** Most that patients' questions may weigh, 0…1. */
  readonly organicShare: number;
  readonly rating: RatingScore | null;
  /** An answer of this round hit a safety cap: ratings may then take away and not add. */
  readonly capped: boolean;
}

export interface RoundComponents {
  /** Of the round's own questions, 0…100. */
  readonly questionsMean: number;
  /** Of patients' questions; null without any. */
  readonly organicMean: number | null;
  /** What patients' questions weigh in `judgedMean`. */
  readonly organicWeight: number;
  /** Both kinds of questions together. */
  readonly judgedMean: number;
  /** What ratings weigh in `mean`. */
  readonly ratingShare: number;
  /** What goes into the average, 0…100. */
  readonly mean: number;
}

/**
 * A patient's question counts like one of the round's own until all of them together reach their share; then ratings
 * come in: mean = (1 − ρ)·judged + ρ·100·rating. After a safety cap the result never lies above `judged`.
 */
export function roundComponents(inputs: RoundInputs): RoundComponents {
  const { totals, organic, rating } = inputs;
  const most = inRange('organicShare', inputs.organicShare, 0, 1);
  for (const total of organic) inRange('organic', total, 0, 100);
  const questionsMean = roundMean(totals);
  const organicMean = organic.length === 0 ? null : orderedMean(organic);
  const organicWeight = organicMean === null ? 0 : Math.min(most, organic.length / (organic.length + totals.length));
  const judgedMean =
    organicMean === null ? questionsMean : (1 - organicWeight) * questionsMean + organicWeight * organicMean;
  const ratingShare = rating?.share ?? 0;
  const mixed = rating === null ? judgedMean : (1 - ratingShare) * judgedMean + ratingShare * 100 * rating.mean;
  const mean = inputs.capped ? Math.min(mixed, judgedMean) : mixed;
  return { questionsMean, organicMean, organicWeight, judgedMean, ratingShare, mean };
}
