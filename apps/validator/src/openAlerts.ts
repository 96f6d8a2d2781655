import { resolve } from 'node:path';
import type { Lifecycle } from '@bettertherapy/core';
import { IncidentWatch, openDesk, paceOf } from '@bettertherapy/telemetry';
import { readFacts } from './incidents/readFacts.js';
import { ENDINGS, incidentsOf, LIMITS, type WatchedKind } from './incidents/rules.js';
import type { DutyParts } from './openDuties.js';
import type { ValidatorOptions } from './options.js';
import { component } from './telemetry.js';

/** Who tells the operator: an incident desk and the duty that watches for incidents. @throws CodedError TELEMETRY_WEBHOOK_INVALID */
export function openAlerts(
  options: ValidatorOptions,
  parts: Pick<DutyParts, 'telemetry' | 'chain' | 'store' | 'metagraph' | 'signer' | 'exam'>,
  lifecycle: Lifecycle,
): IncidentWatch<WatchedKind> {
  const { telemetry, chain, store, metagraph, signer, exam } = parts;
  const { clock, failures } = telemetry;
  const log = component(telemetry.log, 'alerts');
  const app = `validator on subnet ${options.netuid}`;
  const desk = openDesk({ app, webhook: options.discord.webhook }, { kept: store.meta, clock, log, failures });
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
  const { everyMs, unreachableMs } = paceOf(chain.health().blockTimeMs);
  const limits = { ...LIMITS, unreachableMs };
  return new IncidentWatch(
    { everyMs, endings: ENDINGS },
    { holding: async () => incidentsOf(await readFacts(sources), limits), desk, clock, log },
  );
}
