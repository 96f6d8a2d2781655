import { resolve } from 'node:path';
import type { Lifecycle } from '@bettertherapy/core';
import { Alerts, DiscordWebhook, incidentsSchema } from '@bettertherapy/telemetry';
import { WatchIncidents } from './duties/watchIncidents.js';
import { readFacts } from './incidents/readFacts.js';
import { LIMITS } from './incidents/rules.js';
import type { DutyParts } from './openDuties.js';
import type { ValidatorOptions } from './options.js';
import { component } from './telemetry.js';

const MINUTE_MS = 60_000;
/** Between two looks, and how long a chain may be silent, in blocks; on a chain of seconds rather than milliseconds the bounds decide. */
const LOOK = { blocks: 1, leastMs: 1_000, mostMs: 10_000 };
const SILENCE = { blocks: 5, leastMs: 10_000, mostMs: LIMITS.unreachableMs };
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
  const { blockTimeMs } = chain.health();
  return new WatchIncidents(
    { everyMs: inBlocks(LOOK, blockTimeMs), limits: { ...LIMITS, unreachableMs: inBlocks(SILENCE, blockTimeMs) } },
    { facts: () => readFacts(sources), desk, clock, log },
  );
}

function inBlocks(
  { blocks, leastMs, mostMs }: { readonly blocks: number; readonly leastMs: number; readonly mostMs: number },
  blockTimeMs: number,
): number {
  return Math.min(mostMs, Math.max(leastMs, blocks * blockTimeMs));
}
