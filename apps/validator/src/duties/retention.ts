import type { Metagraph } from '@bettertherapy/chain';
import { type Clock, describeError, type Logger } from '@bettertherapy/core';
import type { Store } from '@bettertherapy/store';
import type { Duty } from './duty.js';

export interface RetentionOptions {
  readonly everyMs: number;
  /**
   * Rounds with their texts, steps of averages, settled weights, and references that no answer was measured against since
   * are deleted when they are older; averages only of registrations that are gone as well.
   */
  readonly keepRoundsMs: number;
  readonly keepStrikesMs: number;
  /** Conversations that nobody came back to for longer are deleted, with their patients. */
  readonly keepSessionsMs: number;
  /** Questions without identifiers, and what programs asked without a session. */
  readonly keepOrganicMs: number;
}

/**
 * Removed in one transaction. A round of 256 miners is some ten thousand rows, and deleting holds up the thread that
 * times the answers of the round in progress.
 */
const ROUND_BATCH = 1;
const NONCE_BATCH = 1_000;
const STEP_BATCH = 500;
const INTENT_BATCH = 20;
const REFERENCE_BATCH = 200;
const SESSION_BATCH = 20;

/** Forgets what is too old, a little at a time, and folds the write-ahead log back into the database. */
export class Retention implements Duty {
  readonly name = 'retention';

  constructor(
    private readonly options: RetentionOptions,
    private readonly parts: {
      readonly store: Store;
      /** Who holds a place now. */
      readonly metagraph: (signal: AbortSignal) => Promise<Pick<Metagraph, 'neurons'>>;
      readonly clock: Clock;
      readonly log: Logger;
    },
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
    const beforeMs = nowMs - this.options.keepRoundsMs;
    const steps = await this.drain(() => store.averages.deleteHistoryBefore(beforeMs, STEP_BATCH), signal);
    const weights = await this.drain(() => store.weightIntents.deleteBefore(beforeMs, INTENT_BATCH), signal);
    const references = await this.drain(() => store.references.deleteUnusedSince(beforeMs, REFERENCE_BATCH), signal);
    const averages = await this.forgetGone(beforeMs, signal);
    const { keepSessionsMs, keepOrganicMs } = this.options;
    const sessions = await this.drain(() => store.patients.eraseIdle(nowMs - keepSessionsMs, SESSION_BATCH), signal);
    const organic =
      store.organic.deleteBefore(nowMs - keepOrganicMs) + store.patientAnswers.deleteSessionless(nowMs - keepOrganicMs);
    const forgotten = { rounds, nonces, strikes, steps, weights, references, averages, sessions, organic };
    if (Object.values(forgotten).some((count) => count > 0)) log.info('old rows forgotten', forgotten);
    store.checkpoint();
  }

  /** Nothing while the chain cannot say who is there. */
  private async forgetGone(beforeMs: number, signal: AbortSignal): Promise<number> {
    const { store, log, metagraph } = this.parts;
    try {
      return store.averages.deleteGone((await metagraph(signal)).neurons, beforeMs);
    } catch (error) {
      signal.throwIfAborted();
      log.debug('averages of who is gone are left for later', { error: describeError(error) });
      return 0;
    }
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
