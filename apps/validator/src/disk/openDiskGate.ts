import { rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { spaceOf } from '@bettertherapy/telemetry';
import type { ValidatorOptions } from '../options.js';
import { component, type Telemetry } from '../telemetry.js';
import { DiskGate } from './diskGate.js';

const POLL_MS = 5_000;
/** More than the largest transaction of a round writes at once. */
const PROBE_BYTES = 2 * 1024 ** 2;

/** Writes and removes a file in the folder. @throws ENOSPC, EDQUOT when there is no room for it */
export async function probeRoom(folder: string): Promise<void> {
  const file = join(folder, '.room');
  try {
    await writeFile(file, Buffer.alloc(PROBE_BYTES, 1), { mode: 0o600 });
  } finally {
    await rm(file, { force: true });
  }
}

/** The gate of the folder that the database lies in, after its first look. */
export async function openDiskGate(
  options: Pick<ValidatorOptions, 'data'>,
  { clock, log, metrics, readiness }: Telemetry,
): Promise<DiskGate> {
  const folder = resolve(options.data.dir);
  const gate = new DiskGate(
    { pollMs: POLL_MS },
    {
      space: () => spaceOf(folder),
      probe: () => probeRoom(folder),
      clock,
      log: component(log, 'disk'),
      metrics: metrics.store,
      report: (ok, state) => readiness.set('disk', ok, state),
    },
  );
  await gate.look();
  return gate;
}
