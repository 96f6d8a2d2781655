import { type Clock, describeError, type Logger } from '@bettertherapy/core';
import type { Store } from '@bettertherapy/store';
import type { TelemetryFailures, WandbSpool } from '@bettertherapy/telemetry';
import { roundScalars } from '../wandb/roundScalars.js';
import type { Duty } from './duty.js';

/** Puts every closed round into the spool for wandb, in order; the first start begins with the rounds that close after it. */
export class SpoolRounds implements Duty {
  readonly name = 'wandb rounds';
  private told: string | null = null;

  constructor(
    private readonly options: { readonly everyMs: number },
    private readonly parts: {
      readonly store: Store;
      readonly spool: WandbSpool;
      readonly clock: Clock;
      readonly log: Logger;
      readonly failures: TelemetryFailures;
    },
  ) {}

  async run(signal: AbortSignal): Promise<void> {
    for (;;) {
      while (this.spoolNext()) signal.throwIfAborted();
      await this.parts.clock.sleep(this.options.everyMs, signal);
    }
  }

  /** Takes in the oldest round that is missing; false when there is none or it could not be kept. Public for tests. */
  spoolNext(): boolean {
    const { store, spool, clock, log, failures } = this.parts;
    try {
      const { lastRound } = spool;
      if (lastRound === null) {
        spool.startAfter(store.rounds.lastEnded()?.number ?? 0);
        return false;
      }
      const round = store.rounds.nextEndedAfter(lastRound);
      if (!round) return false;
      const atMs = round.closedMs ?? clock.wallMs();
      spool.add({ round: round.number, atMs, scalars: roundScalars(round, store) });
      this.told = null;
      return true;
    } catch (error) {
      // A full disk must not end the validator; the round is still in the journal and is tried again.
      const said = describeError(error);
      failures.count('wandb');
      if (said !== this.told) log.warn('a round could not be kept for wandb', { error: said });
      this.told = said;
      return false;
    }
  }
}
