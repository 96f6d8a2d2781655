import { closeSync, openSync, writeSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { type Clock, CodedError, type Logger, retry } from '@bettertherapy/core';
import { Agent, type Dispatcher, request } from 'undici';
import { LlmErrorCode, llmError } from '../errors.js';
import { publicLookup, requirePublic } from './publicLookup.js';
import { statIfThere } from './statIfThere.js';

export interface DownloadOptions {
  /** Sent to the first address's own origin only, never to where it redirects. */
  readonly token?: string | undefined;
  /** Longest silence of the server. */
  readonly stallMs: number;
  readonly attempts: number;
  /** Never from https to http. */
  readonly mostRedirects: number;
  /** A stranger chose the address: asked, and followed, only where it leads to the public internet. */
  readonly publicOnly?: boolean | undefined;
  /** More is not taken, and what was taken is deleted; null for no bound. */
  readonly maxBytes: number | null;
  /** The error for a status that another try does not change. */
  readonly refusal: (statusCode: number, url: URL) => Error;
}

export interface DownloadParts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly onBytes: (bytes: number, totalBytes: number | null) => void;
}

/**
 * Downloads to `partFile`, going on behind what an earlier run left there; broken connections are tried again.
 * @throws CodedError LLM_DOWNLOAD_FAILED, LLM_DOWNLOAD_MISMATCH when there is more than `maxBytes`, what `refusal` makes
 */
export async function downloadResumed(
  url: URL,
  partFile: string,
  options: DownloadOptions,
  parts: DownloadParts,
  signal: AbortSignal,
): Promise<void> {
  const agent = new Agent({
    headersTimeout: options.stallMs,
    bodyTimeout: options.stallMs,
    connect: { timeout: options.stallMs, ...(options.publicOnly ? { lookup: publicLookup } : {}) },
  });
  try {
    await retry(
      {
        attempts: options.attempts,
        firstDelayMs: 1_000,
        maxDelayMs: 30_000,
        signal,
        clock: parts.clock,
        retryable: (error) => !(error instanceof CodedError),
        onRetry: (error, attempt, delayMs) =>
          parts.log.warn('download broke off and is resumed', { attempt, delayMs, error: String(error) }),
      },
      () => fetchRest(url, partFile, options, parts, signal, agent),
    );
  } catch (cause) {
    signal.throwIfAborted();
    if (cause instanceof CodedError) throw cause;
    throw llmError(LlmErrorCode.DownloadFailed, `${url.host} could not be read`, {
      remedy: 'Check the connection and try again; the download goes on where it stopped.',
      details: { url: url.href },
      cause,
    });
  } finally {
    await agent.destroy();
  }
}

async function fetchRest(
  url: URL,
  partFile: string,
  options: DownloadOptions,
  parts: DownloadParts,
  signal: AbortSignal,
  agent: Agent,
): Promise<void> {
  const have = await sizeWithin(partFile, options.maxBytes);
  const response = await follow(url, have, options, signal, agent);
  if (response.statusCode === 416) {
    // Nothing behind what we have, or something else than before: start again if it is not the whole.
    await response.body.dump();
    const total = Number(/\/(\d+)$/.exec(String(response.headers['content-range'] ?? ''))?.[1] ?? Number.NaN);
    if (total === have) return;
    await rm(partFile, { force: true });
    throw new Error('the partial file does not belong to this download');
  }
  const resumed = response.statusCode === 206;
  const start = resumed ? have : 0;
  const length = Number(response.headers['content-length'] ?? Number.NaN);
  const total = Number.isFinite(length) ? start + length : null;
  let bytes = start;
  const file = openSync(partFile, resumed ? 'a' : 'w');
  try {
    await new Promise<void>((resolve, reject) => {
      // Written the moment it arrives: a stream that fails drops what it still holds, and a cut download should lose nothing.
      response.body.on('data', (chunk: Buffer) => {
        try {
          if (options.maxBytes !== null && bytes + chunk.length > options.maxBytes)
            throw tooMuch(url, options.maxBytes);
          writeSync(file, chunk);
          bytes += chunk.length;
          parts.onBytes(bytes, total);
        } catch (error) {
          response.body.destroy(error instanceof Error ? error : new Error(String(error)));
        }
      });
      response.body.on('end', resolve).on('error', reject);
    });
  } finally {
    closeSync(file);
  }
  if (total !== null && bytes !== total) throw new Error(`the connection ended at ${bytes} of ${total} bytes`);
}

async function follow(
  first: URL,
  from: number,
  options: DownloadOptions,
  signal: AbortSignal,
  agent: Agent,
): Promise<Dispatcher.ResponseData> {
  let url = first;
  for (let hop = 0; hop <= options.mostRedirects; hop += 1) {
    if (options.publicOnly) requirePublic(url);
    const headers: Record<string, string> = {};
    if (from > 0) headers.range = `bytes=${from}-`;
    if (options.token !== undefined && url.origin === first.origin) headers.authorization = `Bearer ${options.token}`;
    const response = await request(url, { dispatcher: agent, headers, signal });
    const { statusCode } = response;
    if (statusCode === 200 || statusCode === 206 || statusCode === 416) return response;
    await response.body.dump();
    const location = response.headers.location;
    if (statusCode >= 300 && statusCode < 400 && typeof location === 'string') {
      const next = new URL(location, url);
      if (url.protocol === 'https:' && next.protocol !== 'https:') throw options.refusal(statusCode, first);
      url = next;
      continue;
    }
    if (statusCode === 429 || statusCode >= 500) throw new Error(`${first.host} answered ${statusCode}`);
    throw options.refusal(statusCode, first);
  }
  throw llmError(LlmErrorCode.DownloadFailed, `${first.host} redirects too often`, {
    remedy: 'Try again later.',
    details: { url: first.href },
  });
}

function tooMuch(url: URL, maxBytes: number): Error {
  return llmError(
    LlmErrorCode.DownloadMismatch,
    `${url.host} sends more than the ${maxBytes} bytes that are expected`,
    {
      remedy: 'The source was changed: do not use it, and report it.',
      details: { url: url.href, maxBytes },
    },
  );
}

/** Bytes that are there already; what is more than there can be is deleted. */
async function sizeWithin(file: string, maxBytes: number | null): Promise<number> {
  const size = (await statIfThere(file))?.size ?? 0;
  if (maxBytes === null || size <= maxBytes) return size;
  await rm(file, { force: true });
  return 0;
}
