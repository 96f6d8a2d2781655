import type { Clock, Logger } from '@bettertherapy/core';
import type { TelemetryFailures } from '../failures.js';
import { Alerts } from './alerts.js';
import { DiscordWebhook } from './discordWebhook.js';
import { incidentsSchema } from './incident.js';

const MINUTE_MS = 60_000;
/** Of the value that keeps open incidents across restarts. */
const INCIDENTS_KEY = 'open_incidents';

/** The incident desk of an app, which tells Discord where a webhook is given. @throws CodedError TELEMETRY_WEBHOOK_INVALID */
export function openDesk(
  options: { readonly app: string; readonly webhook: string | null },
  parts: {
    /** Single values that outlive the process. */
    readonly kept: { get(key: string): string | null; set(key: string, value: string): void };
    readonly clock: Clock;
    readonly log: Logger;
    readonly failures: TelemetryFailures;
  },
): Alerts {
  const { kept, clock, log, failures } = parts;
  const { app, webhook } = options;
  return new Alerts(
    { app, updateEveryMs: 15 * MINUTE_MS, firstRetryMs: 2_000, maxRetryMs: 10 * MINUTE_MS },
    {
      notifier: webhook === null ? null : new DiscordWebhook({ url: webhook }, { clock }),
      memory: {
        load: () => incidentsSchema.parse(JSON.parse(kept.get(INCIDENTS_KEY) ?? '[]')),
        save: (incidents) => kept.set(INCIDENTS_KEY, JSON.stringify(incidents)),
      },
      clock,
      log,
      failures,
    },
  );
}
