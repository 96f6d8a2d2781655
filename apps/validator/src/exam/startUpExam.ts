import { backoffDelayMs, type Clock, describeError, type Logger } from '@bettertherapy/core';
import { type ExamMemory, type ExamReport, examReportSchema, missedMarks } from '@bettertherapy/judge';
import type { ExamKey, ExamRow, Store } from '@bettertherapy/store';
import type { Duty } from '../duties/duty.js';
import { examMemory } from './examMemory.js';
import type { ExamLevel } from './level.js';

/** `pending` until the exam was taken to its end. */
export type ExamState = 'off' | 'pending' | 'passed' | 'failed';

/** Why no weights are set on account of the exam. */
export type ExamHold = 'exam_pending' | 'exam_failed';

/** What others may know of it. */
export type ExamResult = Pick<StartUpExam, 'level' | 'state' | 'result'>;

export interface StartUpExamOptions extends ExamKey {
  readonly level: ExamLevel;
  /** The manifest names the very weights, so that another try would end like the last; a model behind a server may be another by now. */
  readonly modelIsPinned: boolean;
}

export interface StartUpExamParts {
  readonly store: Store;
  /** Takes the exam, but for the answers that `memory` holds. */
  readonly take: (
    memory: ExamMemory,
    onJudged: (judged: number, all: number) => void,
    signal: AbortSignal,
  ) => Promise<ExamReport>;
  /** A model that is gone for good. */
  readonly isFatal: (error: unknown) => boolean;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: { examTaken(report: ExamReport): void } | null;
  /** To `/ready`. */
  readonly report: (ok: boolean, state: string) => void;
}

const FIRST_BACKOFF_MS = 2_000;
const MAX_BACKOFF_MS = 120_000;
/** Answers between two words about how far it is. */
const PROGRESS_EVERY = 10;

/**
 * The exam that a judge takes before it judges for weights: once for each manifest and paper, answer by answer in the
 * journal, so that a restart goes on where it stood. A pass is kept for ever, a failure as long as the weights are known to
 * be the same.
 */
export class StartUpExam implements Duty {
  readonly name = 'exam';
  /** Tries in a row that the model cut off. */
  interruptions = 0;
  private known: ExamReport | null = null;
  private stands: ExamState = 'pending';

  constructor(
    private readonly options: StartUpExamOptions,
    private readonly parts: StartUpExamParts,
  ) {
    const { level, modelIsPinned } = options;
    const last = parts.store.exams.result(options);
    if (level === 'off') this.stands = 'off';
    else if (last !== null && (last.passed || modelIsPinned)) this.settle(reportOf(last));
  }

  get state(): ExamState {
    return this.stands;
  }

  get level(): ExamLevel {
    return this.options.level;
  }

  /** Of the judge in use, once it was examined. */
  get result(): ExamReport | null {
    return this.known;
  }

  /** Whether rounds may be judged. */
  get mayJudge(): boolean {
    return this.level !== 'require' || this.stands === 'passed';
  }

  /** Why no weights may be set; null when they may: this judge passed, or has yet to end its exam and the one before it passed. */
  get hold(): ExamHold | null {
    if (this.mayJudge) return null;
    const last = this.stands === 'pending' ? this.parts.store.exams.newest() : null;
    if (last?.passed) return null;
    return this.stands === 'pending' && last === null ? 'exam_pending' : 'exam_failed';
  }

  /** The exam that was failed, until one is passed; null where none is or none is asked for. */
  failure(): ExamReport | null {
    if (this.stands === 'failed') return this.known;
    if (this.stands !== 'pending') return null;
    const last = this.parts.store.exams.newest();
    return last === null || last.passed ? null : reportOf(last);
  }

  /** Takes the exam when it is due; ends when there is a result. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, log, report } = this.parts;
    this.tell();
    while (this.stands === 'pending') {
      try {
        await this.take(signal);
      } catch (error) {
        signal.throwIfAborted();
        if (this.parts.isFatal(error)) throw error;
        this.interruptions += 1;
        report(false, 'exam interrupted');
        log.error('the exam of the judge was interrupted', {
          ...{ interruptions: this.interruptions, error: describeError(error) },
          remedy: 'It goes on where it stood. Check that the model answers: pnpm bt judge exam --questions 1.',
        });
        await clock.sleep(backoffDelayMs(this.interruptions, FIRST_BACKOFF_MS, MAX_BACKOFF_MS, 0.5), signal);
      }
    }
  }

  private async take(signal: AbortSignal): Promise<void> {
    const { store, clock, log, report } = this.parts;
    if (store.exams.result(this.options)) store.exams.beginAnew(this.options);
    const taken = await this.parts.take(
      examMemory(this.options, { store, clock }),
      (judged, all) => {
        report(true, `exam: ${judged} of ${all} answers`);
        if (judged % PROGRESS_EVERY === 0) log.info('exam of the judge goes on', { judged, all });
      },
      signal,
    );
    const { manifestSha256, paperSha256 } = this.options;
    store.exams.keepResult({
      ...{ manifestSha256, paperSha256, passed: taken.passed, takenMs: clock.wallMs() },
      report: { ...taken, themes: { ...taken.themes }, marks: { ...taken.marks } },
    });
    this.interruptions = 0;
    this.settle(taken);
    this.tell();
  }

  private settle(report: ExamReport): void {
    this.known = report;
    this.stands = report.passed ? 'passed' : 'failed';
    this.parts.metrics?.examTaken(report);
  }

  private tell(): void {
    const { log, report } = this.parts;
    const { level } = this.options;
    if (this.stands === 'off') log.warn('the judge is not examined', { level });
    if (this.stands === 'passed') log.info('the judge passed its exam', { ...this.values() });
    if (this.stands === 'failed') {
      log.error('the judge failed its exam', {
        ...{ level, missed: this.known === null ? [] : missedMarks(this.known), ...this.values() },
        remedy:
          level === 'require'
            ? 'No round is judged and no weights are set. Judge with a larger model: pnpm bt models list, then --model.name.'
            : 'Judge with a larger model: pnpm bt models list, then --model.name.',
      });
    }
    report(this.stands !== 'failed' || level !== 'require', `exam ${this.stands}`);
  }

  private values() {
    const { answers, spearman, kappa, bias, unsafeRecall, undecided } = this.known ?? {};
    return { answers, spearman, kappa, bias, unsafeRecall, undecided, manifest: this.options.manifestSha256 };
  }
}

function reportOf(row: ExamRow): ExamReport {
  return examReportSchema.parse(row.report);
}
