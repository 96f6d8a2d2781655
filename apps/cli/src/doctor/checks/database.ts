import { join } from 'node:path';
import type { Hotkey } from '@bettertherapy/core';
import { inspectStore } from '@bettertherapy/store';
import { migrationsDir } from '../../start/layout.js';
import { quoted } from '../commands.js';
import { type Finding, line } from '../finding.js';
import type { Settings } from '../settings.js';

export interface Ownership {
  readonly finding: Finding;
  /** True when the daemon runs at this moment. */
  readonly running: boolean;
}

/** Schema, owner and identity of the daemon's database. `genesis` and `hotkey` are null where they are not known. */
export function checkDatabase(settings: Settings, genesis: string | null, hotkey: Hotkey | null): Ownership {
  const database = line('database', 'Database');
  const file = join(settings.dataDir, `${settings.as}.sqlite`);
  const { exists, version, pending, identity, owner } = inspectStore({ file, migrationsDir });
  const running = owner !== null;
  const wanted = { genesis, netuid: String(settings.netuid), hotkey };
  for (const key of ['genesis', 'netuid', 'hotkey'] as const) {
    const [made, now] = [identity[key], wanted[key]];
    if (made !== undefined && now !== null && made !== now) {
      const text = `${file} was made for ${key} ${made}, not ${now}`;
      return {
        finding: database.fail(text, `Another folder for this one: --data.dir ${quoted(`${settings.dataDir}-2`)}`),
        running,
      };
    }
  }
  const migrateIt = `pnpm migrate --data.dir ${quoted(settings.dataDir)}`;
  // The miner's database holds nothing but used nonces, and it brings it up to date itself.
  if (pending.length > 0 && settings.as === 'validator') {
    const text = exists ? `at schema ${version}, ${pending.length} migrations behind` : 'there is none yet';
    return { finding: database.fail(text, migrateIt), running };
  }
  const state =
    pending.length > 0 ? 'made or brought up to date by the miner at its start' : `schema ${version}, up to date`;
  const pid = /"pid":(\d+)/.exec(owner ?? '')?.[1];
  return { finding: database.ok(running ? `${state}; in use by process ${pid ?? owner}` : state), running };
}
