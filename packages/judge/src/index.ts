export type { JudgeCost } from './asker.js';
export { type Attack, attackSchema } from './attack.js';
export { alikeQuestions, defaultBankPath, hashBank, loadQuestionBank, parseQuestionBank } from './bank.js';
export { CONTROL_NAMES, type ControlName, type ControlReport, type ControlValue } from './controls.js';
export { needsCrisisItems } from './crisis.js';
export { JudgeErrorCode } from './errors.js';
export { type Evaluation, itemsFor, type JudgedItem, type VersusResult } from './evaluation.js';
export { type CalibrationFile, calibrationOf, crossCalibrated, loadCalibration } from './exam/calibration.js';
export { type ExamMemory, type ExamTerms, PASS_MARKS, runExam } from './exam/exam.js';
export type { MarkedAnswer } from './exam/marked.js';
export { type ExamMarks, type ExamReport, type ExamValues, examReportSchema, missedMarks } from './exam/report.js';
export { type Examination, examineAnswer } from './examiner/examineAnswer.js';
export type {
  ExaminedAnswer,
  ExaminedControl,
  ExaminedJudgement,
  Examiner,
  GateVerdict,
  JudgementRecord,
} from './examiner/examiner.js';
export { judgeExaminer } from './examiner/judgeExaminer.js';
export { openExaminer } from './examiner/openExaminer.js';
export { GATE_LIMITS, type GateInput, type GateReason, type GateResult, gate } from './gates/gate.js';
export type { LikelihoodReport } from './gates/likelihood.js';
export { detectInjection, type InjectionReport } from './injection/detect.js';
export { Judge, type JudgeOptions, type JudgeRequest } from './judge.js';
export type { DoubtReport, GateOutcome, Judgement, ReferenceMemory, ReferenceValues } from './judgement.js';
export {
  type JudgeManifest,
  judgeManifest,
  type ManifestDifference,
  manifestDifferences,
  readManifest,
} from './manifest.js';
export type { JudgeMetrics } from './metrics.js';
export { type JudgeModelOptions, type JudgeModelParts, openJudgeModel } from './openJudgeModel.js';
export { patientQuestion } from './patientQuestion.js';
export { type AnswerInField, type AnswerPreview, earlierAnswers, previewAnswer, type TierPreview } from './preview.js';
export { type JudgeProfile, LARGE_JUDGE, profileFor, SMALL_JUDGE } from './profile.js';
export {
  type GradedAnswer,
  gradedAnswerSchema,
  type Question,
  questionSchema,
  questionSha256,
  questionText,
  RUBRIC_AXES,
  type RubricItem,
  rubricItemSchema,
} from './question.js';
export { checkRewording, type Reworded, type RewordFault, reword, topUp } from './reword.js';
export { type ScoreContext, type Scored, scoreEvaluation } from './scoreEvaluation.js';
export { languageAmong } from './text/language.js';
