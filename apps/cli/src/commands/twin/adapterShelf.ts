import { constants } from 'node:fs';
import { copyFile, mkdir, rename, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileSha256 } from '@bettertherapy/llm';
import { CliErrorCode, cliError } from '../errors.js';

/** The folder from which a validator's gateway gives out adapters. */
export function adapterFolder(named: string | null, dataDir: string): string {
  return resolve(named ?? join(dataDir, 'adapters'));
}

/** Copies an adapter to where it is given out, under its hash; what is there already stays. @returns the file there */
export async function shelveAdapter(file: string, sha256: string, dir: string, signal: AbortSignal): Promise<string> {
  await mkdir(dir, { recursive: true });
  const shelved = join(dir, `${sha256}.gguf`);
  if (await isThere(shelved)) return shelved;
  const part = `${shelved}.part`;
  await copyFile(file, part, constants.COPYFILE_FICLONE);
  if ((await fileSha256(part, signal)) !== sha256) {
    await rm(part, { force: true });
    throw cliError(CliErrorCode.Usage, 'the file of the adapter changed while it was copied', {
      remedy: 'Wait until it is written, and try again.',
    });
  }
  await rename(part, shelved);
  return shelved;
}

async function isThere(file: string): Promise<boolean> {
  try {
    return (await stat(file)).isFile();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
    throw error;
  }
}
