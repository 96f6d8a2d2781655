import { rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileSha256 } from '../files/fileHash.js';
import { statIfThere } from '../files/statIfThere.js';
import { type AdapterFacts, checkAdapter } from './adapterFile.js';

/** An adapter that was checked and lies under its hash. */
export interface ShelvedAdapter {
  readonly file: string;
  readonly sha256: string;
  readonly facts: AdapterFacts;
}

/** Where a folder of adapters keeps the one of this hash. */
export function shelvedAdapter(dir: string, sha256: string): string {
  return join(dir, `${sha256}.gguf`);
}

/**
 * Checks a file that was just written into a folder of adapters (under a name that nobody looks for) and gives it the
 * name of its hash; one that lies there already stays. A file that is no good adapter is deleted.
 * @throws CodedError LLM_ADAPTER_INVALID
 */
export async function shelveAdapter(part: string, signal: AbortSignal): Promise<ShelvedAdapter> {
  try {
    const facts = await checkAdapter(part, signal);
    const sha256 = await fileSha256(part, signal);
    const file = shelvedAdapter(dirname(part), sha256);
    if ((await statIfThere(file))?.isFile()) await rm(part);
    else await rename(part, file);
    return { file, sha256, facts };
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}
