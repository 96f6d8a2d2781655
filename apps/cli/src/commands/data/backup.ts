import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { option } from '@bettertherapy/config';
import { systemClock } from '@bettertherapy/core';
import { backupStore, type VerifiedCopy } from '@bettertherapy/store';
import { z } from 'zod';
import { operatorCommand } from '../../command.js';
import { migrationsDir } from '../../start/layout.js';
import { jsonFlag } from '../flags.js';
import { lines, print } from '../report.js';
import { databaseFlags, databaseOf } from './flags.js';

export const backupCommand = operatorCommand({
  about:
    "Copies a daemon's database while the daemon goes on working, and reads the whole copy before it gets its name. The copy holds all of it, patients' conversations and the validator's secret included: keep it as safe as the database.",
  schema: z.strictObject({
    ...databaseFlags,
    to: option(z.string().min(1).nullable().default(null), {
      help: 'file to write; must not exist',
      defaultText: '<data.dir>/backups/<app>-<time>.sqlite',
      placeholder: 'file',
    }),
    keep: option(z.int().min(0).max(10_000).default(0), {
      help: 'without --to: delete all but so many of the newest backups there; 0 keeps all',
    }),
    json: jsonFlag,
  }),
  finish: (values) => values,
  work: async ({ app, data, to, keep, json }, context) => {
    const { dir, file } = databaseOf({ app, data });
    const folder = join(dir, 'backups');
    const target = to ?? join(folder, `${app}-${stamp(systemClock.wallMs())}.sqlite`);
    const copy = await backupStore({ file, target, migrationsDir }, context.signal);
    const deleted = to === null && keep > 0 ? prune(folder, app, keep) : [];
    const text = [`backup of ${file}`, describeCopy(copy), ...deleted.map((name) => `deleted ${name}`)].join('\n');
    return print(context, json, { json: { ...copy, deleted }, text });
  },
});

/** What a verified copy is, for people. */
export function describeCopy({ file, bytes, sha256, version, pending, identity }: VerifiedCopy): string {
  const { genesis, netuid, hotkey } = identity;
  const owner =
    hotkey === undefined ? 'nobody yet' : `hotkey ${hotkey}, subnet ${netuid} of chain ${genesis?.slice(0, 10)}…`;
  const behind = pending.length === 0 ? '' : `, ${pending.length} migrations behind this release`;
  return lines([
    ['file', file],
    ['made for', owner],
    ['schema', `${version}${behind}`],
    ['size', `${(bytes / 1e6).toFixed(1)} MB, whole`],
    ['sha256', sha256],
  ]);
}

/** `20260131T235959123Z`: sorts by time, and is a file name everywhere. */
function stamp(wallMs: number): string {
  return new Date(wallMs).toISOString().replace(/[-:.]/g, '');
}

/** Deletes all but the newest `keep` backups of an app; returns their files. */
export function prune(folder: string, app: string, keep: number): string[] {
  const name = new RegExp(`^${app}-\\d{8}T\\d{9}Z\\.sqlite$`);
  const old = readdirSync(folder)
    .filter((entry) => name.test(entry))
    .sort()
    .slice(0, -keep)
    .map((entry) => join(folder, entry));
  for (const file of old) rmSync(file);
  return old;
}
