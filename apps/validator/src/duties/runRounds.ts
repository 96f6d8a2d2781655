import { backoffDelayMs, CodedError, describeError } from '@bettertherapy/core';
import { type Round, StoreErrorCode } from '@bettertherapy/store';
import type { Room } from '../disk/diskGate.js';
import type { StartUpExam } from '../exam/startUpExam.js';
import type { RoundParts } from '../round/parts.js';
import { runRound } from '../round/runRound.js';
import { roundSeed } from '../round/seed.js';
import type { Duty } from './duty.js';
import type { Standing } from './syncMetagraph.js';

export interface RunRoundsOptions {
  /** From the start of one round to the start of the next. */
  readonly intervalMs: number;
  /** Rounds in the journal after which no more are begun; 0 is endless. */
  readonly maxRounds: number;
  /** Between two looks at a place on the subnet that was lost. */
  readonly standingPollMs: number;
  /** Entries of one stage after which its round is given up. */
  readonly maxStageEntries: number;
  /** Makes seeds unpredictable; known to this validator alone. */
  readonly secret: string;
}

const FIRST_BACKOFF_MS = 2_000;
const MAX_BACKOFF_MS = 120_000;
/** Between two looks at a disk without room. */
const ROOM_POLL_MS = 1_000;
/** Between two looks at an exam that is not passed. */
const EXAM_POLL_MS = 1_000;

/** Rounds on a schedule, one at a time; one that a restart or fault cut off goes on first. */
export class RunRounds implements Duty {
  readonly name = 'rounds';

  constructor(
    private readonly options: RunRoundsOptions,
    private readonly parts: RoundParts & {
      readonly head: (signal: AbortSignal) => Promise<{ block: number; blockHash: string }>;
      readonly standing: (signal: AbortSignal) => Promise<Standing>;
      readonly report: (ok: boolean, state: string) => void;
      /** Whether what a round writes would find room. */
      readonly room: () => Room;
      /** Of the judge: without it no answer may be judged. */
      readonly exam: Pick<StartUpExam, 'mayJudge' | 'state'>;
      /** What would disturb the time that answers take. */
      readonly afterRound: () => void;
    },
  ) {}

  async run(signal: AbortSignal): Promise<void> {
    const { store, clock, log, report } = this.parts;
    let failures = 0;
    for (;;) {
      const open = store.rounds.open();
      if (!open && this.enough()) {
        report(true, 'done');
        log.info('all rounds done', { rounds: store.rounds.closedCount() });
        return;
      }
      try {
        if (this.parts.room() !== 'full' && open && this.resumedTooOften(open)) continue;
        if (!open) await this.waitForTurn(signal);
        if (!(await this.mayJudge(signal))) continue;
        if (!(await this.mayAsk(signal)) || !(await this.mayWrite(open, signal))) continue;
        const round = open ?? (await this.begin(signal));
        if (open) log.info('round resumed', { roundId: round.id, number: round.number });
        report(true, 'running');
        await runRound(round, this.parts, signal);
        this.announce(round.id);
        this.parts.afterRound();
        failures = 0;
      } catch (error) {
        signal.throwIfAborted();
        if (this.parts.isFatal(error)) throw error;
        // Nothing was kept of the step and nothing could be now: no fault of the round's, which waits for room.
        if (error instanceof CodedError && error.code === StoreErrorCode.DiskFull) {
          log.warn('round waits for room on the disk', { error: describeError(error) });
          await clock.sleep(ROOM_POLL_MS, signal);
          continue;
        }
        failures += 1;
        this.failed(error, failures);
        await clock.sleep(backoffDelayMs(failures, FIRST_BACKOFF_MS, MAX_BACKOFF_MS, 0.5), signal);
      }
    }
  }

  private enough(): boolean {
    const { maxRounds } = this.options;
    return maxRounds > 0 && this.parts.store.rounds.closedCount() >= maxRounds;
  }

  private async waitForTurn(signal: AbortSignal): Promise<void> {
    const { store, clock } = this.parts;
    const { intervalMs } = this.options;
    const last = store.rounds.latest(1)[0];
    if (!last) return;
    // Where the wall clock was set back, the last round lies in the future: wait one interval, never until then.
    const leftMs = last.startedMs + intervalMs - clock.wallMs();
    await clock.sleep(Math.min(intervalMs, Math.max(0, leftMs)), signal);
  }

  /** False after a wait: what a judge without its exam would say of miners may not count, so they are not asked. */
  private async mayJudge(signal: AbortSignal): Promise<boolean> {
    const { clock, report, exam } = this.parts;
    if (exam.mayJudge) return true;
    report(exam.state === 'pending', exam.state === 'pending' ? 'waiting for the exam' : 'the judge failed its exam');
    await clock.sleep(EXAM_POLL_MS, signal);
    return false;
  }

  /** False after a wait: miners turn away a hotkey without a place, and would be blamed for it. */
  private async mayAsk(signal: AbortSignal): Promise<boolean> {
    const { clock, report } = this.parts;
    const standing = await this.parts.standing(signal);
    if (standing === 'permit' || standing === 'no permits yet') return true;
    report(false, standing);
    await clock.sleep(this.options.standingPollMs, signal);
    return false;
  }

  /** False after a wait: without room nothing begins, and nothing goes on once a write has failed. */
  private async mayWrite(open: Round | null, signal: AbortSignal): Promise<boolean> {
    const { clock, report, room } = this.parts;
    const now = room();
    if (now === 'enough' || (now === 'low' && open)) return true;
    report(false, 'waiting for room on the disk');
    await clock.sleep(ROOM_POLL_MS, signal);
    return false;
  }

  private async begin(signal: AbortSignal): Promise<Round> {
    const { store, clock, newId, log } = this.parts;
    const head = await this.parts.head(signal);
    const number = (store.rounds.latest(1)[0]?.number ?? 0) + 1;
    const seed = roundSeed(head.blockHash, this.options.secret, number);
    const round = store.rounds.begin({ id: newId(), startedMs: clock.wallMs(), ...head, seed });
    log.info('round begun', { roundId: round.id, number: round.number, block: head.block });
    return round;
  }

  private announce(roundId: string): void {
    const { store, log, metrics } = this.parts;
    const round = store.rounds.byId(roundId);
    metrics?.roundFinished(round?.counted ? 'counted' : (round?.voidReason ?? 'void'));
    const fields = { roundId, number: round?.number, counted: round?.counted, voidReason: round?.voidReason };
    if (round?.counted) log.info('round finished', fields);
    else log.warn('round does not count', fields);
  }

  /** Logs a fault; a round whose stage was entered too often is given up, so that one bad round cannot hold all others. */
  private failed(error: unknown, failures: number): void {
    const { store, log, report } = this.parts;
    report(false, 'failing');
    log.error('round interrupted', { failures, error: describeError(error) });
    const round = store.rounds.open();
    if (!round || this.entriesOf(round) < this.options.maxStageEntries || failures < 2) return;
    this.giveUp(round, 'stage_failed');
  }

  /** A round that ends the whole process each time would hold up all others for ever. */
  private resumedTooOften(round: Round): boolean {
    if (this.entriesOf(round) < this.options.maxStageEntries) return false;
    this.giveUp(round, 'resumed_too_often');
    return true;
  }

  private entriesOf(round: Round): number {
    return Math.max(0, ...this.parts.store.rounds.stages(round.id).map((row) => row.entries));
  }

  private giveUp(round: Round, reason: string): void {
    const { store, clock, log, metrics } = this.parts;
    const entries = this.entriesOf(round);
    store.rounds.abandon({ roundId: round.id, reason, nowMs: clock.wallMs() });
    metrics?.roundFinished('abandoned');
    log.error('round given up', {
      ...{ roundId: round.id, number: round.number, reason, entries },
      remedy: 'Nothing of it counts, and the next round begins. Report it with the log of this round.',
    });
  }
}
