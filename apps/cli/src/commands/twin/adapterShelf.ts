import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { copyFile, mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type ShelvedAdapter, shelveAdapter } from '@bettertherapy/llm';

/** The folder from which a validator's gateway gives out adapters. */
export function adapterFolder(named: string | null, dataDir: string): string {
  return resolve(named ?? join(dataDir, 'adapters'));
}

/**
 * Copies an adapter to where it is given out, under its hash; what is there already stays.
 * @throws CodedError LLM_ADAPTER_INVALID
 */
export async function copyAdapter(file: string, dir: string, signal: AbortSignal): Promise<ShelvedAdapter> {
  await mkdir(dir, { recursive: true });
  const part = join(dir, `${randomUUID()}.part`);
  await copyFile(file, part, constants.COPYFILE_FICLONE);
  return shelveAdapter(part, signal);
}
