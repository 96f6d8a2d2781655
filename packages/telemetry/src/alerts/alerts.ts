import { backoffDelayMs, type Clock, describeError, type Logger, withDeadline } from '@bettertherapy/core';
import type { TelemetryFailures } from '../failures.js';
import {
  begun,
  ended,
  type Incident,
  type IncidentKind,
  type IncidentReport,
  incidentKey,
  incidentText,
  reportedAgain,
} from './incident.js';

/** Where messages go. Both reject when the message did not arrive. */
export interface Notifier {
  /** Sends a message and resolves to its id. */
  post(text: string, signal: AbortSignal): Promise<string>;
  /** Replaces a message; resolves to the id it has now. */
  edit(id: string, text: string, signal: AbortSignal): Promise<string>;
}

/** Keeps incidents across restarts, so that one that goes on is told of in the message it already has. */
export interface IncidentMemory {
  load(): readonly Incident[];
  save(incidents: readonly Incident[]): void;
}

/** The mouth of every part of an app that has something to tell the operator. Never throws, never waits. */
export interface AlertDesk {
  /** Begins an incident, or tells how the open one of the same kind and subject stands now. */
  report(report: IncidentReport): void;
  /** Ends the open incident of that kind and subject; nothing when there is none. */
  end(of: { readonly kind: IncidentKind; readonly subject?: string | undefined }, ending: string): void;
}

export interface AlertOptions {
  /** Stands in every message: app, netuid, hotkey. */
  readonly app: string;
  /** An open incident's message is changed at most this often; its start and end are told at once. */
  readonly updateEveryMs: number;
  readonly firstRetryMs: number;
  readonly maxRetryMs: number;
}

/** Incidents kept at once; a flood of subjects drops the newest, which the log has told of. */
const MAX_OPEN = 64;
const FLUSH_MS = 5_000;

/**
 * Tells of incidents in one message each: sent at the start, changed while it goes on, changed once more at the end.
 * What could not be sent is sent later; without a notifier incidents are only logged.
 */
export class Alerts implements AlertDesk {
  private readonly incidents: Map<string, Incident>;
  /** What still has to be told, and when it was told last, by key. */
  private readonly dirty = new Set<string>();
  private readonly toldMs = new Map<string, number>();
  private wake: () => void = () => undefined;
  private running: Promise<void> | null = null;
  private readonly stopping = new AbortController();

  constructor(
    private readonly options: AlertOptions,
    private readonly parts: {
      readonly notifier: Notifier | null;
      readonly memory: IncidentMemory | null;
      readonly clock: Clock;
      readonly log: Logger;
      readonly failures: TelemetryFailures;
    },
  ) {
    this.incidents = new Map(this.recall().map((incident) => [incidentKey(incident.report), incident]));
    for (const [key, incident] of this.incidents) {
      if (incident.messageId === null || incident.endedMs !== null) this.dirty.add(key);
    }
  }

  /** Open incidents, oldest first. */
  open(): Incident[] {
    return [...this.incidents.values()].filter(({ endedMs }) => endedMs === null);
  }

  report(report: IncidentReport): void {
    const key = incidentKey(report);
    const known = this.incidents.get(key);
    const nowMs = this.parts.clock.wallMs();
    if (known && known.endedMs === null) {
      this.keep(key, reportedAgain(known, report, nowMs));
      return;
    }
    const { kind, subject, summary, remedy, facts } = report;
    this.parts.log.error('incident begun', { kind, subject, summary, remedy, ...facts });
    if (this.incidents.size >= MAX_OPEN && !known) {
      this.parts.failures.count('alerts');
      return;
    }
    this.toldMs.delete(key);
    this.keep(key, begun(report, nowMs));
  }

  end(of: { readonly kind: IncidentKind; readonly subject?: string | undefined }, ending: string): void {
    const key = incidentKey(of);
    const known = this.incidents.get(key);
    if (!known || known.endedMs !== null) return;
    const over = ended(known, ending, this.parts.clock.wallMs());
    const durationMs = over.updatedMs - over.startedMs;
    this.parts.log.info('incident ended', { kind: of.kind, subject: of.subject, ending, durationMs });
    this.toldMs.delete(key);
    this.keep(key, over);
  }

  /** Starts telling; without a notifier there is nothing to do. */
  start(): void {
    const { notifier } = this.parts;
    if (notifier !== null) this.running ??= this.run(notifier);
  }

  /** Tells what is still to be told, within a few seconds, then stops. Idempotent. */
  async close(): Promise<void> {
    this.stopping.abort();
    this.wake();
    await this.running;
    const { notifier, clock } = this.parts;
    if (notifier === null || this.dirty.size === 0) return;
    try {
      await withDeadline({ what: 'the last alerts', ms: FLUSH_MS, clock }, async (signal) => {
        for (const key of [...this.dirty]) await this.tell(key, notifier, signal);
      });
    } catch (error) {
      this.parts.failures.count('alerts');
      this.parts.log.warn('alerts left for the next start', { error: describeError(error), left: this.dirty.size });
    }
  }

  private async run(notifier: Notifier): Promise<void> {
    const { signal } = this.stopping;
    for (let failed = 0; !signal.aborted; ) {
      const next = this.nextDue();
      if (next === null || next.inMs > 0) {
        await this.pause(next?.inMs ?? null);
        continue;
      }
      try {
        await this.tell(next.key, notifier, signal);
        failed = 0;
      } catch (error) {
        if (signal.aborted) return;
        failed += 1;
        this.parts.failures.count('alerts');
        const { firstRetryMs, maxRetryMs } = this.options;
        const retryMs = backoffDelayMs(failed, firstRetryMs, maxRetryMs, 1);
        this.parts.log.warn('alert not delivered', { error: describeError(error), retryMs });
        await this.pause(retryMs, { evenWhenWoken: true });
      }
    }
  }

  /** The incident to tell of next and how long until then; null when all is told. */
  private nextDue(): { readonly key: string; readonly inMs: number } | null {
    const nowMs = this.parts.clock.monotonicMs();
    const waits = [...this.dirty].map((key) => {
      const told = this.toldMs.get(key);
      return { key, inMs: told === undefined ? 0 : told + this.options.updateEveryMs - nowMs };
    });
    return waits.reduce<{ key: string; inMs: number } | null>(
      (first, one) => (first === null || one.inMs < first.inMs ? one : first),
      null,
    );
  }

  private async tell(key: string, notifier: Notifier, signal: AbortSignal): Promise<void> {
    const told = this.incidents.get(key);
    if (!told) {
      this.dirty.delete(key);
      return;
    }
    const text = incidentText(told, this.options.app);
    const messageId =
      told.messageId === null ? await notifier.post(text, signal) : await notifier.edit(told.messageId, text, signal);
    this.toldMs.set(key, this.parts.clock.monotonicMs());
    const now = this.incidents.get(key);
    // It changed while the message was under way: what is new is told next.
    if (now === told) this.dirty.delete(key);
    if (now === told && told.endedMs !== null) this.incidents.delete(key);
    else if (now) this.incidents.set(key, { ...now, messageId: sameIncident(now, told) ? messageId : now.messageId });
    this.save();
  }

  private keep(key: string, incident: Incident): void {
    this.incidents.set(key, incident);
    if (this.parts.notifier === null && incident.endedMs !== null) this.incidents.delete(key);
    else this.dirty.add(key);
    this.save();
    this.wake();
  }

  /** Until something changes, `ms` have gone by (null: no limit) or the desk closes. */
  private async pause(ms: number | null, how: { readonly evenWhenWoken: boolean } = { evenWhenWoken: false }) {
    const { clock } = this.parts;
    const { signal } = this.stopping;
    await new Promise<void>((resolve) => {
      const cancel = ms === null ? () => undefined : clock.after(ms, () => done());
      const done = (): void => {
        cancel();
        this.wake = () => undefined;
        resolve();
      };
      this.wake = () => {
        if (!how.evenWhenWoken || signal.aborted) done();
      };
      if (signal.aborted) done();
    });
  }

  private recall(): readonly Incident[] {
    try {
      return this.parts.memory?.load() ?? [];
    } catch (error) {
      this.trouble('open incidents of the last run cannot be read', error);
      return [];
    }
  }

  private save(): void {
    try {
      this.parts.memory?.save([...this.incidents.values()]);
    } catch (error) {
      this.trouble('open incidents cannot be kept for the next start', error);
    }
  }

  private trouble(message: string, error: unknown): void {
    this.parts.failures.count('alerts');
    this.parts.log.warn(message, { error: describeError(error) });
  }
}

function sameIncident(a: Incident, b: Incident): boolean {
  return a.startedMs === b.startedMs;
}
