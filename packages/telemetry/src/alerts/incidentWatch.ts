import { type Clock, describeError, type Logger, repeat } from '@bettertherapy/core';
import type { AlertDesk } from './alerts.js';
import type { IncidentKind, IncidentReport } from './incident.js';

/** Looks every `everyMs` at how an app stands and tells the operator what is wrong, and when it is over. */
export class IncidentWatch<Kind extends IncidentKind> {
  readonly name = 'incidents';

  constructor(
    private readonly options: {
      readonly everyMs: number;
      /** All kinds that are watched, and what is said when one is over. */
      readonly endings: Readonly<Record<Kind, string>>;
    },
    private readonly parts: {
      /** What is wrong now. */
      readonly holding: () => Promise<ReadonlyMap<Kind, IncidentReport>>;
      readonly desk: AlertDesk;
      readonly clock: Clock;
      readonly log: Logger;
    },
  ) {}

  /** Until `signal` aborts, with whose reason it rejects. */
  run(signal: AbortSignal): Promise<void> {
    const { clock, log } = this.parts;
    const failed = (error: unknown): void =>
      log.warn('incidents could not be looked for', { error: describeError(error) });
    return repeat({ everyMs: this.options.everyMs, clock, signal, failed }, () => this.look());
  }

  /** One look; public for tests. */
  async look(): Promise<void> {
    const { desk, holding } = this.parts;
    const found = await holding();
    // Object.entries loses the key type; endings has exactly these keys.
    for (const [kind, ending] of Object.entries(this.options.endings) as [Kind, string][]) {
      const report = found.get(kind);
      if (report) desk.report(report);
      else desk.end({ kind }, ending);
    }
  }
}
