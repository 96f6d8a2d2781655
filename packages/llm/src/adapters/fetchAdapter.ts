import { rename, rm, stat } from 'node:fs/promises';
import { type Clock, CodedError, describeError, type Logger } from '@bettertherapy/core';
import { LlmErrorCode, llmError } from '../errors.js';
import { fetchFile } from '../files/fetchFile.js';
import { fileSha256 } from '../files/fileHash.js';
import { downloadResumed } from '../files/resumeDownload.js';
import { statIfThere } from '../files/statIfThere.js';
import { checkAdapter } from './adapterFile.js';
import { shelvedAdapter } from './adapterShelf.js';

/** An adapter as a signed pack names it. */
export interface WantedAdapter {
  readonly sha256: string;
  /** Exact; nothing larger or smaller is kept. */
  readonly bytes: number;
  /** Where it may be had, tried in order: addresses that the operator knows. */
  readonly urls: readonly URL[];
  /** The address in the pack, which its publisher chose; tried last, and only on the public internet. */
  readonly published?: URL | undefined;
}

export interface FetchAdapterOptions {
  /** Made when missing; the file becomes `<sha256>.gguf` in it. */
  readonly dir: string;
  /** Longest silence of a server; default 30,000. */
  readonly stallMs?: number | undefined;
  /** Tries at each address; default 3. */
  readonly attempts?: number | undefined;
}

export interface FetchAdapterParts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly onBytes?: ((bytes: number, totalBytes: number) => void) | undefined;
}

const DEFAULTS = { stallMs: 30_000, attempts: 3 } as const;
const STALE_LOCK_MS = 30_000;
const LOCK_WAIT_MS = 3_600_000;
/** Hubs send to other hosts; a gateway serves what it has itself. */
const HTTPS_REDIRECTS = 5;

/**
 * The file of an adapter, fetched first if need be. Goes on where an earlier run stopped; what arrives is bounded by the
 * size that the pack names, and appears under its name only when its SHA-256 is right and every weight is a number.
 * @throws CodedError LLM_DOWNLOAD_FAILED, LLM_DOWNLOAD_MISMATCH, LLM_DOWNLOAD_NO_SPACE, LLM_DOWNLOAD_LOCKED,
 * LLM_ADAPTER_INVALID
 */
export function fetchAdapter(
  wanted: WantedAdapter,
  options: FetchAdapterOptions,
  parts: FetchAdapterParts,
  signal: AbortSignal,
): Promise<string> {
  const { sha256, bytes, urls, published } = wanted;
  const file = shelvedAdapter(options.dir, sha256);
  const part = `${file}.part`;
  return fetchFile<URL, string>(
    {
      file,
      sources: [...urls, ...(published ? [published] : [])],
      lock: { staleMs: STALE_LOCK_MS, waitMs: LOCK_WAIT_MS },
      present: async () => ((await statIfThere(file))?.isFile() ? file : null),
      bytesOf: () => bytes,
      noSpace: (needed, free) => noRoomForAdapter(sha256, needed, free),
      fetch: async (url) => {
        await download(url, part, wanted, options, parts, signal);
        await requireWanted(part, wanted, url, signal);
        await rename(part, file);
        return file;
      },
      onFailure: ({ host }, error) =>
        parts.log.debug('an adapter was not had here', { sha256, from: host, error: describeError(error) }),
      noneWorked: (failures) => noneWorked(wanted, failures),
    },
    parts,
    signal,
  );
}

function download(
  url: URL,
  part: string,
  { bytes, published }: WantedAdapter,
  options: FetchAdapterOptions,
  parts: FetchAdapterParts,
  signal: AbortSignal,
): Promise<void> {
  const refusal = (statusCode: number, at: URL): Error =>
    llmError(LlmErrorCode.DownloadFailed, `${at.host} answered ${statusCode}`, {
      remedy: 'Its publisher has to put the adapter into the folder of its gateway (--gateway.adapters).',
      details: { statusCode, url: at.href },
    });
  const limits = {
    stallMs: options.stallMs ?? DEFAULTS.stallMs,
    attempts: options.attempts ?? DEFAULTS.attempts,
    maxBytes: bytes,
    publicOnly: url === published,
    mostRedirects: url.protocol === 'https:' ? HTTPS_REDIRECTS : 0,
  };
  const onBytes = (have: number): void => parts.onBytes?.(have, bytes);
  return downloadResumed(url, part, { ...limits, refusal }, { ...parts, onBytes }, signal);
}

/** What is not the adapter is deleted, so that the next source begins anew. */
async function requireWanted(part: string, wanted: WantedAdapter, url: URL, signal: AbortSignal): Promise<void> {
  const { size } = await stat(part);
  const sha256 = await fileSha256(part, signal);
  if (sha256 !== wanted.sha256 || size !== wanted.bytes) {
    await rm(part, { force: true });
    throw llmError(LlmErrorCode.DownloadMismatch, `${url.host} sent another file than the pack names`, {
      remedy: 'Tell its publisher; nothing of it was kept.',
      details: { sha256, expected: wanted.sha256, size, expectedSize: wanted.bytes },
    });
  }
  try {
    await checkAdapter(part, signal);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

function noneWorked({ sha256 }: WantedAdapter, failures: readonly unknown[]): Error {
  const last = failures.at(-1);
  if (last instanceof CodedError) return last;
  return llmError(LlmErrorCode.DownloadFailed, 'the adapter was to be had nowhere', {
    remedy: 'It is tried again; check the connection to the gateway.',
    details: { sha256 },
    cause: last,
  });
}

function noRoomForAdapter(sha256: string, needed: number, free: number): Error {
  return llmError(LlmErrorCode.DownloadNoSpace, 'there is no room on the disk for an adapter', {
    remedy: 'Make room, or put the folder elsewhere with --twin.adapters.',
    details: { sha256, needed, free },
  });
}
