import { defaultBankPath, hashBank, type Judge, loadQuestionBank, type Question, runExam } from '@bettertherapy/judge';
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
    readonly judge: Judge;
    readonly bank: readonly Question[];
  },
): Promise<StartUpExam> {
  const { telemetry, store, judge, bank } = parts;
  const { clock, log, metrics, readiness } = telemetry;
  const paper = await paperOf(bank);
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
