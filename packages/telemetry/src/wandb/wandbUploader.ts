import { backoffDelayMs, type Clock, describeError, hasCode, type Logger } from '@bettertherapy/core';
import { TelemetryErrorCode } from '../errors.js';
import type { TelemetryFailures } from '../failures.js';
import type { RunConfig, UploadJob } from './messages.js';
import type { SpoolBatch, WandbSpool } from './spool.js';

export interface WandbOptions {
  readonly baseUrl: string;
  /** A secret: never logged, never part of an error. */
  readonly apiKey: string;
  readonly project: string;
  readonly entity: string | null;
  readonly notes: string | null;
  /** A run's name on the pages, from when it began. */
  readonly runName: (startedMs: number) => string;
  readonly everyMs: number;
  readonly firstRetryMs: number;
  readonly maxRetryMs: number;
}

/** Of one upload; more goes in the next one at once. Proxies before a server of one's own often take no more than 1 MiB. */
const BATCH_BYTES = 512 * 1024;

/**
 * Sends what waits in the spool every `everyMs`, oldest first, and lets go of it only when the server has it. Never throws
 * but the signal's reason: what fails is said once and tried again with growing waits until it is well.
 */
export class WandbUploader {
  private failedInARow = 0;
  private batchBytes = BATCH_BYTES;
  private told: string | null = null;

  constructor(
    private readonly options: WandbOptions,
    private readonly parts: {
      readonly spool: WandbSpool;
      /** Resolves to the run's address when the server has all lines. */
      readonly upload: (job: UploadJob, signal: AbortSignal) => Promise<string>;
      /** Of the run, as it stands now. */
      readonly config: () => RunConfig;
      readonly clock: Clock;
      readonly log: Logger;
      readonly failures: TelemetryFailures;
    },
  ) {}

  /** Until the signal aborts; rejects with its reason. */
  async run(signal: AbortSignal): Promise<void> {
    for (;;) {
      while (await this.sendNext(signal)) signal.throwIfAborted();
      await this.parts.clock.sleep(this.waitMs(), signal);
    }
  }

  /** Sends one batch; true when it was taken and more may wait. Public for tests. */
  async sendNext(signal: AbortSignal): Promise<boolean> {
    const { spool, upload } = this.parts;
    let batch: SpoolBatch | null = null;
    try {
      batch = spool.next(this.batchBytes);
      if (!batch) return false;
      const url = await upload(this.jobOf(batch), signal);
      spool.accept(batch);
      this.worked(batch, url);
      return true;
    } catch (error) {
      signal.throwIfAborted();
      if (batch && hasCode(error, TelemetryErrorCode.WandbTooLarge)) {
        this.makeSmaller(batch);
        return true;
      }
      this.failed(error);
      return false;
    }
  }

  /** Half as much goes in one upload from here on; a single round that is too large never goes, and holds up no other. */
  private makeSmaller(batch: SpoolBatch): void {
    const { spool, log } = this.parts;
    if (batch.lines.length > 1) {
      this.batchBytes = Math.ceil(batch.bytes / 2);
      log.info('wandb takes no upload as large as this; less goes in one from here on', { bytes: this.batchBytes });
      return;
    }
    spool.drop(batch);
    log.warn('a round is larger than wandb takes and is dropped', {
      ...{ round: batch.lines[0]?.round, bytes: batch.bytes, droppedInAll: spool.size.dropped },
      remedy: 'Let the proxy before wandb take larger requests (client_max_body_size of nginx).',
    });
  }

  private jobOf({ run, offset, lines }: SpoolBatch): UploadJob {
    const { baseUrl, apiKey, project, entity, notes, runName } = this.options;
    return {
      ...{ baseUrl: baseUrl.replace(/\/+$/, ''), apiKey, project, entity, notes },
      runId: run.id,
      runName: runName(run.startedMs),
      startedMs: run.startedMs,
      config: this.parts.config(),
      offset,
      lines: lines.map(({ atMs, scalars }) => ({ atMs, scalars })),
    };
  }

  private waitMs(): number {
    const { everyMs, firstRetryMs, maxRetryMs } = this.options;
    return this.failedInARow === 0 ? everyMs : backoffDelayMs(this.failedInARow, firstRetryMs, maxRetryMs, 1);
  }

  private worked({ run, offset, lines }: SpoolBatch, url: string): void {
    const { log } = this.parts;
    const last = lines.at(-1)?.round;
    if (offset === 0) log.info('wandb run', { run: run.id, url });
    if (this.failedInARow > 0) log.info('wandb takes rounds again', { failures: this.failedInARow, lastRound: last });
    log.debug('rounds sent to wandb', { run: run.id, lines: lines.length, lastRound: last });
    this.failedInARow = 0;
    this.told = null;
  }

  private failed(error: unknown): void {
    const { log, failures, spool } = this.parts;
    this.failedInARow += 1;
    failures.count('wandb');
    const said = describeError(error);
    const { lines: waiting } = spool.size;
    // The same failure again says nothing new.
    if (said === this.told) log.debug('wandb still fails', { error: said, waiting });
    else {
      log.warn('rounds could not be sent to wandb; they are kept and sent later', { error: said, waiting });
    }
    this.told = said;
  }
}
