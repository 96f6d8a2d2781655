import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { hasErrno } from '@bettertherapy/core';
import { fileSha256 } from './fileHash.js';
import { readKnownHash } from './knownHash.js';
import { loadManifest, type ManifestEntry } from './manifest.js';

/** A model file as it lies on the disk; nothing is fetched, written or loaded. */
export interface InspectedModel {
  readonly file: string;
  /** Null for a file that is not of the manifest. */
  readonly entry: ManifestEntry | null;
  readonly state: 'ok' | 'missing' | 'changed' | 'unknown_name';
  /** Bytes on the disk; of the manifest while the file is missing; 0 when nobody knows. */
  readonly bytes: number;
  readonly sha256: string | null;
  /** What it should be: the manifest's, else the one remembered from the first use; null when nothing is known. */
  readonly expected: string | null;
}

/** Hashes the file of a model by its name or path and compares. @throws CodedError LLM_MANIFEST_INVALID */
export async function inspectModel(
  nameOrPath: string,
  options: { readonly manifestPath: string; readonly cacheDir: string },
  signal: AbortSignal,
): Promise<InspectedModel> {
  const { models } = await loadManifest(options.manifestPath);
  const entry = models.find(({ id }) => id === nameOrPath) ?? null;
  const file = entry === null ? resolve(nameOrPath) : join(options.cacheDir, `${entry.id}.gguf`);
  const known = entry === null ? null : await readKnownHash(`${file}.json`);
  const expected = entry?.sha256 ?? known?.sha256 ?? null;
  let bytes: number;
  try {
    bytes = (await stat(file)).size;
  } catch (error) {
    if (!hasErrno(error, 'ENOENT') && !hasErrno(error, 'ENOTDIR')) throw error;
    const state = entry === null ? 'unknown_name' : 'missing';
    return { file, entry, state, bytes: entry?.size ?? entry?.approximateSize ?? 0, sha256: null, expected };
  }
  const sha256 = await fileSha256(file, signal);
  return { file, entry, state: expected === null || expected === sha256 ? 'ok' : 'changed', bytes, sha256, expected };
}
