import { resolve } from 'node:path';
import type { ChainClient } from '@bettertherapy/chain';
import { describeError, type Hotkey } from '@bettertherapy/core';
import type { Store } from '@bettertherapy/store';
import { IncidentWatch, openDesk, paceOf, spaceOf, type TelemetryFailures } from '@bettertherapy/telemetry';
import type { ModelHealth } from '../answer/index.js';
import type { MinerParts } from '../openMiner.js';
import { registerCommand } from '../registration.js';
import type { Roster } from '../roster.js';
import { ENDINGS, incidentsOf } from './rules.js';

/** Watches for incidents from now on and tells the operator. Never throws later. @throws CodedError TELEMETRY_WEBHOOK_INVALID */
export function openAlerts(
  { config, clock, log: parent, lifecycle }: MinerParts,
  own: {
    readonly chain: Pick<ChainClient, 'health'>;
    readonly hotkey: Hotkey;
    readonly store: Pick<Store, 'meta'>;
    readonly roster: Roster;
    readonly health: ModelHealth;
    readonly failures: TelemetryFailures;
  },
): void {
  const { chain, hotkey, store, roster, health, failures } = own;
  const { netuid } = config;
  const log = parent.child({ component: 'alerts' });
  const app = `miner on subnet ${netuid}`;
  const desk = openDesk({ app, webhook: config.discord.webhook }, { kept: store.meta, clock, log, failures });
  desk.start();
  lifecycle.onClose('alerts', () => desk.close(), 8_000);
  const { everyMs, unreachableMs } = paceOf(chain.health().blockTimeMs);
  const folder = resolve(config.data.dir);
  const watch = new IncidentWatch(
    { everyMs, endings: ENDINGS },
    {
      holding: async () =>
        incidentsOf(
          {
            netuid,
            chain: chain.health(),
            registered: roster.neuron(hotkey) !== null,
            registerCommand: registerCommand(config),
            failedAnswers: health.failedInARow,
            disk: await spaceOf(folder),
          },
          unreachableMs,
        ),
      desk,
      clock,
      log,
    },
  );
  const stopping = new AbortController();
  const watching = watch.run(stopping.signal).catch((error: unknown) => {
    if (!stopping.signal.aborted) log.error('incidents are not watched any more', { error: describeError(error) });
  });
  lifecycle.onClose('incidents', async () => {
    stopping.abort(new Error('the miner is stopping'));
    await watching;
  });
}
