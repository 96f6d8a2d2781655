export {
  type AverageState,
  averageOf,
  DEFAULT_ALPHA,
  foldAverage,
  quantile,
  roundMean,
  SHRINK_ROUNDS,
  shrink,
  shrinkAll,
} from './average.js';
export { type CalibrationTable, calibrate, checkCalibration, IDENTITY_CALIBRATION } from './calibration.js';
export {
  type CopyCandidate,
  type CopyFinding,
  type CopyOptions,
  findClusters,
  findCopies,
  type PairHistory,
} from './copies.js';
export { type Eligibility, type WindowCounts, windowEligibility } from './eligibility.js';
export { ScoringErrorCode } from './errors.js';
export { fitCalibration, type GradedReward } from './isotonic.js';
export { fitLength, LENGTH_LIMIT, type LengthFit, type LengthSample, lengthAdjustment } from './length.js';
export { estimateJaccard, MIN_HASHES, minHash } from './minHash.js';
export { clamp, ln, orderedMean, orderedSum, roundTo } from './numbers.js';
export { computeWeights, type PaidMiner, type WeightInputs, type WeightResult } from './pay/computeWeights.js';
export { type MinerAverage, type Standing, type StandingInputs, standings } from './pay/standings.js';
export {
  bayesianMean,
  LEAST_RATED_TURNS,
  LEAST_TALKED_MS,
  MOST_RATING_SHARE,
  type PatientRating,
  RATING_PRIOR,
  type RatingFault,
  type RatingScore,
  ratingScores,
  ratingShare,
  ratingValue,
  talkedEnough,
  type WeighedRating,
  weighRatings,
} from './ratings.js';
export { questionReliability, type ReliabilitySample } from './reliability.js';
export {
  type AnsweredText,
  mayBeReplay,
  REPLAY_AT,
  replaySignature,
  replaySimilarity,
} from './replays.js';
export {
  applyCaps,
  type Cap,
  CRITICAL_CAP,
  combineReward,
  REWARD_WEIGHTS,
  type Reward,
  type RewardComponents,
} from './reward.js';
export { type RoundComponents, type RoundInputs, roundComponents } from './roundResult.js';
export {
  ANCHOR,
  anchorScale,
  LOWEST_REFERENCE,
  MINIMUM_DECIDED,
  type RubricAnswer,
  type RubricScore,
  rubricScore,
  VERSUS_VALUES,
  versusScore,
} from './rubric.js';
export { type Candidate, compareCandidates, type Selected, type SelectOptions, selectTop } from './select.js';
export { type AnswerToSettle, type SettledAnswer, settleQuestion } from './settle.js';
export { type ShareEntry, type ShareOptions, shares } from './shares.js';
export { jaccard, type ShingleOptions, shingles, wordsOf } from './shingles.js';
export {
  BONUS_ABOVE,
  isBlank,
  type JudgedAnswer,
  type ScoredAnswer,
  TIME_TIERS,
  type TotalScore,
  timeScore,
  totalScore,
} from './total.js';
export { SCORING_VERSION, sameArithmetic } from './version.js';
export {
  toU16Weights,
  U16_MAX,
  type U16Weights,
  type WeightEntry,
  type WeightRules,
  type WeightSkip,
} from './weights.js';
