export { type ChainFault, checkRow } from './chain.js';
export { commitmentText, type EvidenceCommitment, parseCommitment } from './commitment.js';
export {
  type EnvelopeFault,
  evidenceText,
  hashEvidence,
  type OpenedEvidence,
  openEvidence,
  signedText,
} from './envelope.js';
export { EvidenceErrorCode } from './errors.js';
export {
  type Recomputation,
  type RecomputedField,
  type RecomputeTolerance,
  recomputeAnswer,
  recordedGate,
  recordedReferences,
} from './recompute.js';
export { recordWeightInputs, weightInputsOf } from './recorded.js';
export { type Finding, type ReplayReport, replayRound } from './replay.js';
export {
  type EvidenceFile,
  evidenceFileSchema,
  type RecordedAnswer,
  type RecordedFold,
  type RecordedQuestion,
  type RecordedWeightInputs,
  type RecordedWeights,
  type RoundEvidence,
  roundEvidenceSchema,
} from './schema.js';
export { type AnswerCard, hotkeysOf, type Place, type RoundCard, type ScoreCard, scoreCard } from './scoreCard.js';
export { cappedWords, GATED_WORDS, REFUSED_WORDS, refusalSentence } from './why/reasonWords.js';
export { scoreComponents } from './why/scoreComponents.js';
export { type AnswerSums, sumAnswers } from './why/sumAnswers.js';
export { type MinerFacts, type Reason, unpaidReason, whyLow } from './why/whyLow.js';
