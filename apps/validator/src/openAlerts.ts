import { resolve } from 'node:path';
import type { Lifecycle } from '@bettertherapy/core';
import { Alerts, DiscordWebhook, incidentsSchema } from '@bettertherapy/telemetry';
import { WatchIncidents } from './duties/watchIncidents.js';
import { readFacts } from './incidents/readFacts.js';
import type { DutyParts } from './openDuties.js';
import type { ValidatorOptions } from './options.js';
import { component } from './telemetry.js';

const MINUTE_MS = 60_000;
const LOOK_MS = 10_000;
/** Of the row that keeps open incidents across restarts. */
const INCIDENTS_KEY = 'open_incidents';

/** Who tells the operator: an incident desk and the duty that watches for incidents. @throws CodedError TELEMETRY_WEBHOOK_INVALID */
export function openAlerts(
  options: ValidatorOptions,
  parts: Pick<DutyParts, 'telemetry' | 'chain' | 'store' | 'metagraph' | 'signer' | 'exam'>,
  lifecycle: Lifecycle,
): WatchIncidents {
  const { telemetry, chain, store, metagraph, signer, exam } = parts;
  const { clock } = telemetry;
  const log = component(telemetry.log, 'alerts');
  const { webhook } = options.discord;
  const desk = new Alerts(
    {
      app: `validator on subnet ${options.netuid}`,
      updateEveryMs: 15 * MINUTE_MS,
      firstRetryMs: 2_000,
      maxRetryMs: 10 * MINUTE_MS,
    },
    {
      notifier: webhook === null ? null : new DiscordWebhook({ url: webhook }, { clock }),
      memory: {
        load: () => incidentsSchema.parse(JSON.parse(store.meta.get(INCIDENTS_KEY) ?? '[]')),
        save: (incidents) => store.meta.set(INCIDENTS_KEY, JSON.stringify(incidents)),
      },
      clock,
      log,
      failures: telemetry.failures,
    },
  );
  desk.start();
  lifecycle.onClose('alerts', () => desk.close(), 8_000);
  const sources = {
    netuid: options.netuid,
    mecid: options.mecid,
    self: signer.address,
    dataDir: resolve(options.data.dir),
    store,
    exam,
    health: () => chain.health(),
    metagraph: () => metagraph.last(),
    firstBlock: chain.health().lastBlock,
  };
  return new WatchIncidents({ everyMs: LOOK_MS }, { facts: () => readFacts(sources), desk, clock, log });
}
