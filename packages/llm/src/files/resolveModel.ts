import { createHash } from 'node:crypto';
import { mkdir, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { type Clock, hasErrno, type Logger, silentLogger, systemClock } from '@bettertherapy/core';
import { LlmErrorCode, llmError } from '../errors.js';
import type { Alternative } from '../llama/memoryChoices.js';
import { fetchModel } from './fetchModel.js';
import { fileSha256 } from './fileHash.js';
import { readKnownHash, writeKnownHash } from './knownHash.js';
import { loadManifest, type ManifestEntry, type ModelManifest } from './manifest.js';
import type { OnProgress } from './progress.js';

export interface ResolveOptions {
  /** models/manifest.json */
  readonly manifestPath: string;
  /** Where model files are kept; made when missing. */
  readonly cacheDir: string;
  /** For gated repositories of the hub (HF_TOKEN). */
  readonly token?: string | undefined;
  /** Root of the hub or of a mirror (HF_ENDPOINT). */
  readonly endpoint?: string | undefined;
  /** Default `python3`. */
  readonly python?: string | undefined;
  readonly onProgress?: OnProgress | undefined;
  readonly signal?: AbortSignal | undefined;
  /** A holder of the download lock that is silent for this long is taken for dead; default 30,000. */
  readonly staleLockMs?: number | undefined;
  readonly clock?: Clock | undefined;
  readonly log?: Logger | undefined;
}

export interface ResolvedModel {
  readonly file: string;
  readonly name: string;
  readonly sha256: string;
  /** Null for a file that is not of the manifest. */
  readonly entry: ManifestEntry | null;
  /** The other models of the manifest, for advice when this one does not fit the memory. */
  readonly alternatives: readonly Alternative[];
}

const HUB = 'https://huggingface.co';
const STALE_LOCK_MS = 30_000;

/**
 * The file of a model: an id of the manifest, fetched into the cache on first use, or the path of a GGUF file.
 * Downloads go on where they stopped, are checked against size and SHA-256, and appear under their name only when they
 * are whole. A checked file is hashed again only when its size or time changed.
 * @throws CodedError LLM_MANIFEST_INVALID, LLM_MODEL_UNKNOWN, LLM_DOWNLOAD_…
 */
export async function resolveModel(nameOrPath: string, options: ResolveOptions): Promise<ResolvedModel> {
  const manifest = await loadManifest(options.manifestPath);
  const signal = options.signal ?? new AbortController().signal;
  const entry = manifest.models.find(({ id }) => id === nameOrPath);
  if (entry === undefined) return resolveFile(nameOrPath, manifest, options, signal);
  const { file, sha256 } = await fetchModel(
    entry,
    {
      cacheDir: options.cacheDir,
      endpoint: options.endpoint ?? HUB,
      token: options.token,
      python: options.python ?? 'python3',
      staleLockMs: options.staleLockMs ?? STALE_LOCK_MS,
    },
    {
      clock: options.clock ?? systemClock,
      log: options.log ?? silentLogger,
      report: (progress) => options.onProgress?.({ name: entry.id, ...progress }),
    },
    signal,
  );
  options.onProgress?.({ name: entry.id, phase: 'ready', source: null, bytes: 0, totalBytes: entry.size });
  return { file, name: entry.id, sha256, entry, alternatives: alternatives(manifest, entry.id) };
}

async function resolveFile(
  path: string,
  manifest: ModelManifest,
  options: ResolveOptions,
  signal: AbortSignal,
): Promise<ResolvedModel> {
  const file = resolve(path);
  const name = basename(file);
  let state: { size: number; mtimeMs: number };
  try {
    state = await stat(file);
  } catch (cause) {
    if (!hasErrno(cause, 'ENOENT') && !hasErrno(cause, 'ENOTDIR')) throw cause;
    throw llmError(LlmErrorCode.ModelUnknown, `"${path}" is neither a model of the manifest nor a file`, {
      remedy: `Give the path of a .gguf file or one of: ${manifest.models.map(({ id }) => id).join(', ')}.`,
      cause,
    });
  }
  await mkdir(options.cacheDir, { recursive: true });
  const knownPath = join(
    options.cacheDir,
    `local-${createHash('sha256').update(file).digest('hex').slice(0, 16)}.json`,
  );
  const known = await readKnownHash(knownPath);
  const others = alternatives(manifest, name);
  if (known !== null && known.size === state.size && known.mtimeMs === state.mtimeMs) {
    return { file, name, sha256: known.sha256, entry: null, alternatives: others };
  }
  const sha256 = await fileSha256(file, signal, (bytes) =>
    options.onProgress?.({ name, phase: 'checking', source: null, bytes, totalBytes: state.size }),
  );
  await writeKnownHash(knownPath, { sha256, size: state.size, mtimeMs: state.mtimeMs, firstUse: true });
  return { file, name, sha256, entry: null, alternatives: others };
}

function alternatives(manifest: ModelManifest, taken: string): Alternative[] {
  return manifest.models
    .filter(({ id }) => id !== taken)
    .map(({ id, size, approximateSize }) => ({ name: id, sizeBytes: size ?? approximateSize }));
}
