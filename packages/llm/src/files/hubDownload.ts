import type { Clock, Logger } from '@bettertherapy/core';
import { LlmErrorCode, llmError } from '../errors.js';
import type { HubSource } from './manifest.js';
import { downloadResumed } from './resumeDownload.js';

export interface HubOptions {
  /** Root of the hub, e.g. a mirror. */
  readonly endpoint: string;
  /** Sent to the endpoint's own origin only, never to where it redirects. */
  readonly token?: string | undefined;
  /** Longest silence of the server. */
  readonly stallMs: number;
  readonly attempts: number;
}

export interface HubParts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly onBytes: (bytes: number, totalBytes: number | null) => void;
}

const MOST_REDIRECTS = 5;

/**
 * Downloads to `partFile`, going on behind what an earlier run left there; broken connections are tried again.
 * @throws CodedError LLM_DOWNLOAD_FORBIDDEN, LLM_DOWNLOAD_FAILED
 */
export function downloadFromHub(
  source: HubSource,
  partFile: string,
  options: HubOptions,
  parts: HubParts,
  signal: AbortSignal,
): Promise<void> {
  const path = [source.repo, 'resolve', source.revision, source.file].join('/');
  const url = new URL(`${options.endpoint.replace(/\/$/, '')}/${path}`);
  const { token, stallMs, attempts } = options;
  const refusal = (statusCode: number, at: URL): Error => refused(statusCode, at, token !== undefined);
  const bounds = { mostRedirects: MOST_REDIRECTS, maxBytes: null };
  return downloadResumed(url, partFile, { token, stallMs, attempts, ...bounds, refusal }, parts, signal);
}

function refused(statusCode: number, url: URL, hadToken: boolean): Error {
  const details = { statusCode, url: url.href };
  if (statusCode === 401 || statusCode === 403) {
    return llmError(LlmErrorCode.DownloadForbidden, `${url.host} does not give out this model`, {
      remedy: hadToken
        ? 'Accept the licence on the page of the model with the account of HF_TOKEN.'
        : 'Accept the licence on the page of the model and set HF_TOKEN to a token of that account.',
      details,
    });
  }
  return llmError(LlmErrorCode.DownloadFailed, `${url.host} answered ${statusCode}`, {
    remedy: 'The file may have moved: look for it on the page of the model and correct models/manifest.json.',
    details,
  });
}
