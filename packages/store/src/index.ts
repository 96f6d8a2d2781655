export { type Administration, openAdministration } from './administration.js';
export { type BackupOptions, backupStore } from './backup.js';
export { type VerifiedCopy, verifyCopy } from './copy.js';
export { StoreErrorCode } from './errors.js';
export type { StoreIdentity } from './identity.js';
export type { InboxLine, InboxReader } from './inboxReader.js';
export { type InspectedStore, inspectStore } from './inspect.js';
export type { AnswerView, JournalReader, RoundView } from './journal.js';
export { type MigrateOptions, type MigrateReport, migrate } from './migrate/index.js';
export {
  type ControlLine,
  type MinerRefusal,
  OperatorReader,
  ROUND_METRICS,
  type RoundLine,
  type RoundMetric,
  type ScoredAnswerLine,
  type SeriesPoint,
} from './operatorReader.js';
export type { ApiKeyRepository, ApiKeyRow } from './repositories/apiKeys.js';
export type { AuditRepository, AuditRow } from './repositories/audit.js';
export type {
  Average,
  AverageState,
  AverageStep,
  MadeBy,
  RoundComponentsRow,
  RoundResult,
} from './repositories/averages.js';
export {
  type ConsentRow,
  type CorrectionRow,
  type DialogueRepository,
  type DialogueRow,
  reviewedBook,
} from './repositories/dialogues.js';
export type { DoctorRepository, DoctorRow } from './repositories/doctors.js';
export type { EvidenceSeal } from './repositories/evidence.js';
export type { ExamKey, ExamRow } from './repositories/exams.js';
export type { HeldPack, HeldPackRepository, TwinPublisher } from './repositories/heldPacks.js';
export type { ControlRow, FullJudgement, GateRow, JudgeManifestRow } from './repositories/judgements.js';
export type { JudgedLength, LengthFitRow } from './repositories/lengthFits.js';
export type { NonceEntry, NonceRepository } from './repositories/nonces.js';
export type { OrganicAnswer, OrganicQuestion, OrganicRepository } from './repositories/organic.js';
export type {
  AnswerEnd,
  Candidate,
  CandidateOutcome,
  NewCandidate,
  NewPatientAnswer,
  PatientAnswer,
} from './repositories/patientAnswers.js';
export type {
  Patient,
  PatientExport,
  PatientMessage,
  PatientSession,
  Rating,
  Report,
} from './repositories/patients.js';
export type { QuestionUse } from './repositories/questions.js';
export type { RatedAnswer, RatingWords } from './repositories/ratings.js';
export type { NewRequest, Request } from './repositories/requests.js';
export type { Response } from './repositories/responses.js';
export type {
  AskedQuestion,
  NewParticipant,
  NewQuestion,
  Participant,
  Round,
  StageRow,
} from './repositories/rounds.js';
export type { CopyPair, Score } from './repositories/scores.js';
export type { AnswerSignature } from './repositories/signatures.js';
export type { Strike } from './repositories/strikes.js';
export type { FoundNote, StoredNote, TwinNoteRepository } from './repositories/twinNotes.js';
export type { FrozenPack, TwinRepository, TwinRow, TwinVersionHead, TwinVersionRow } from './repositories/twins.js';
export type { NewWeightIntent, WeightIntent, WeightOutcome, WeightVerification } from './repositories/weightIntents.js';
export { type RestoreOptions, type RestoreReport, restoreStore } from './restore.js';
export { API_SCOPES, type ApiScope, CONSENT_SCOPES, type ConsentScope, STAGES, type Stage } from './schema/index.js';
export type { AnswerSource, JsonRecord, JsonValue, Turn, WeightEntry } from './schema/shapes.js';
export type { StoreMetrics } from './session.js';
export { openStore, Store, type StoreOptions, type StoreParts } from './store.js';
export { type NewToken, newToken, parseToken, sameHash, sha256 } from './tokens.js';
