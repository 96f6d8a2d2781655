import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TwinPack } from './pack/packSchema.js';
import { parsePack } from './pack/parsePack.js';
import type { ImportOutcome, TwinRegistry } from './registry/twinRegistry.js';

/** Where the packs are that ship with the code. */
export const shippedPacksDir = fileURLToPath(new URL('../packs', import.meta.url));

/** The demonstration packs that ship with the code, by id. @throws CodedError TWIN_PACK_INVALID */
export async function readShippedPacks(): Promise<TwinPack[]> {
  const names = (await readdir(shippedPacksDir)).filter((name) => name.endsWith('.json')).sort();
  return Promise.all(
    names.map(async (name) => parsePack(JSON.parse(await readFile(join(shippedPacksDir, name), 'utf8')))),
  );
}

/**
 * Publishes every shipped pack that is not published yet under the registry's hotkey. Safe to call at each start: a twin
 * that has had a version is left as its doctor or operator made it.
 */
export async function seedShippedPacks(registry: TwinRegistry): Promise<ImportOutcome[]> {
  const outcomes: ImportOutcome[] = [];
  for (const pack of await readShippedPacks()) {
    const known = registry.catalogue.list().some(({ id }) => id === pack.id);
    if (!known) outcomes.push(registry.import(pack));
  }
  return outcomes;
}
