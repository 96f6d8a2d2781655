import { type Clock, describeError, type Logger, repeat } from '@bettertherapy/core';
import { commitmentText } from '@bettertherapy/evidence';
import type { Store } from '@bettertherapy/store';
import type { Duty } from './duty.js';

/** The chain as this duty needs it. */
export interface CommitmentChain {
  /** Index of the running epoch. */
  epoch(signal: AbortSignal): Promise<number>;
  current(signal: AbortSignal): Promise<string | null>;
  commit(text: string, signal: AbortSignal): Promise<void>;
}

/**
 * Puts the newest evidence hash on chain once per epoch. Each evidence names the hash before it, so that one hash stands
 * for every round so far.
 */
export class CommitEvidence implements Duty {
  readonly name = 'commitment';
  private epoch: number | null = null;

  constructor(
    private readonly options: { readonly everyMs: number },
    private readonly parts: {
      readonly store: Store;
      readonly chain: CommitmentChain;
      readonly clock: Clock;
      readonly log: Logger;
    },
  ) {}

  run(signal: AbortSignal): Promise<void> {
    const { clock, log } = this.parts;
    const failed = (error: unknown): void =>
      log.warn('evidence could not be put on chain; tried again', { error: describeError(error) });
    return repeat({ everyMs: this.options.everyMs, clock, signal, failed }, () => this.step(signal));
  }

  /** One look; true when something was sent. Public for tests. */
  async step(signal: AbortSignal): Promise<boolean> {
    const { store, chain, log } = this.parts;
    const newest = store.evidence.newest();
    if (!newest) return false;
    const epoch = await chain.epoch(signal);
    if (epoch === this.epoch) return false;
    const text = commitmentText(newest);
    // A restart forgets the epoch; what the chain has already is not sent again.
    if ((await chain.current(signal)) !== text) {
      await chain.commit(text, signal);
      log.info('evidence put on chain', { number: newest.number, sha256: newest.sha256, epoch });
      this.epoch = epoch;
      return true;
    }
    return false;
  }
}
