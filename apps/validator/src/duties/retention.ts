import { type Clock, describeError, type Logger } from '@bettertherapy/core';
import type { Store } from '@bettertherapy/store';
import type { Duty } from './duty.js';

export interface RetentionOptions {
  readonly everyMs: number;
  /** Texts of rounds older than this are deleted; averages and their history stay. */
  readonly keepRoundsMs: number;
  readonly keepStrikesMs: number;
}

/**
 * Removed in one transaction. A round of 256 miners is some ten thousand rows, and deleting holds up the thread that
 * times the answers of the round in progress.
 */
const ROUND_BATCH = 1;
const NONCE_BATCH = 1_000;

/** Forgets what is too old, a little at a time, and folds the write-ahead log back into the database. */
export class Retention implements Duty {
  readonly name = 'retention';

  constructor(
    private readonly options: RetentionOptions,
    private readonly parts: { readonly store: Store; readonly clock: Clock; readonly log: Logger },
  ) {}

  async run(signal: AbortSignal): Promise<void> {
    for (;;) {
      await this.parts.clock.sleep(this.options.everyMs, signal);
      try {
        await this.sweep(signal);
      } catch (error) {
        signal.throwIfAborted();
        this.parts.log.warn('clean-up failed', { error: describeError(error) });
      }
    }
  }

  /** One sweep; public for tests. */
  async sweep(signal: AbortSignal): Promise<void> {
    const { store, clock, log } = this.parts;
    const nowMs = clock.wallMs();
    const rounds = await this.drain(
      () => store.rounds.deleteEndedBefore(nowMs - this.options.keepRoundsMs, ROUND_BATCH),
      signal,
    );
    const nonces = await this.drain(() => store.nonces.cleanUp(nowMs, NONCE_BATCH), signal);
    const strikes = store.strikes.deleteBefore(nowMs - this.options.keepStrikesMs);
    if (rounds + nonces + strikes > 0) log.info('old rows forgotten', { rounds, nonces, strikes });
    store.checkpoint();
  }

  private async drain(batch: () => number, signal: AbortSignal): Promise<number> {
    let total = 0;
    for (let n = batch(); n > 0; n = batch()) {
      total += n;
      await this.parts.clock.sleep(0, signal);
    }
    return total;
  }
}
