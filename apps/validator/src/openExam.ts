import {
  defaultBankPath,
  hashBank,
  loadQuestionBank,
  openExaminer,
  type Question,
  runExam,
} from '@bettertherapy/judge';
import type { LanguageModel } from '@bettertherapy/llm';
import type { CalibrationTable } from '@bettertherapy/scoring';
import type { Store } from '@bettertherapy/store';
import { isFatal } from './errors.js';
import { StartUpExam } from './exam/startUpExam.js';
import type { ValidatorOptions } from './options.js';
import { component, type Telemetry } from './telemetry.js';

/** The exam of this judge, with what the journal knows of it already. @throws CodedError JUDGE_BAD_BANK */
export async function openExam(
  { judge: { exam: level } }: ValidatorOptions,
  parts: {
    readonly telemetry: Telemetry;
    readonly store: Store;
    readonly secret: string;
    readonly bank: readonly Question[];
    readonly calibration: CalibrationTable | undefined;
    readonly model: LanguageModel;
  },
): Promise<StartUpExam> {
  const { telemetry, store, secret, bank, calibration, model } = parts;
  const { clock, log, metrics, readiness } = telemetry;
  const paper = await paperOf(bank);
  // The judge of the rounds, but for its memory of references: those of a model that fails must not be kept for the next one.
  const { judge } = openExaminer(
    { bank, boundarySeed: secret, calibration },
    { model, clock, log: component(log, 'exam'), metrics: metrics.judge },
  );
  const { sha256, modelSha256 } = judge.manifest;
  return new StartUpExam(
    { level, manifestSha256: sha256, paperSha256: hashBank(paper), modelIsPinned: modelSha256 !== null },
    {
      store,
      take: (memory, onJudged, signal) => runExam(judge, paper, { memory, onJudged, signal }),
      isFatal,
      clock,
      log: component(log, 'exam'),
      metrics: metrics.judge,
      report: (ok, state) => readiness.set('judge', ok, state),
    },
  );
}

/** The questions with graded answers: of the bank in use, or of the one that comes with this release when that has none. */
async function paperOf(bank: readonly Question[]): Promise<Question[]> {
  const graded = bank.filter((question) => question.graded.length > 0);
  return graded.length > 0 ? graded : loadQuestionBank(defaultBankPath());
}
