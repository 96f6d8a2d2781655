import { type Clock, describeError, type Logger } from '@bettertherapy/core';
import type { AlertDesk } from '@bettertherapy/telemetry';
import { ENDINGS, type Facts, incidentsOf, LIMITS, type Limits, RULES, type WatchedKind } from '../incidents/rules.js';
import type { Duty } from './duty.js';

/** Looks every `everyMs` at how the validator stands and tells the operator what is wrong, and when it is over. */
export class WatchIncidents implements Duty {
  readonly name = 'incidents';

  constructor(
    private readonly options: { readonly everyMs: number; readonly limits?: Limits | undefined },
    private readonly parts: {
      readonly facts: () => Promise<Facts>;
      readonly desk: AlertDesk;
      readonly clock: Clock;
      readonly log: Logger;
    },
  ) {}

  async run(signal: AbortSignal): Promise<void> {
    const { clock, log } = this.parts;
    for (;;) {
      try {
        await this.look();
      } catch (error) {
        log.warn('incidents could not be looked for', { error: describeError(error) });
      }
      await clock.sleep(this.options.everyMs, signal);
    }
  }

  /** One look; public for tests. */
  async look(): Promise<void> {
    const { desk, facts } = this.parts;
    const holding = incidentsOf(await facts(), this.options.limits ?? LIMITS);
    // Object.keys loses the key type; RULES has exactly these keys.
    for (const kind of Object.keys(RULES) as WatchedKind[]) {
      const report = holding.get(kind);
      if (report) desk.report(report);
      else desk.end({ kind }, ENDINGS[kind]);
    }
  }
}
