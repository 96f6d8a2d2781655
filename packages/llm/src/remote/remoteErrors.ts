import type { CodedError } from '@bettertherapy/core';
import { LlmErrorCode, llmError } from '../errors.js';

/** What the client libraries tell of a failed request, as far as we use it. */
export interface RemoteFailure {
  /** HTTP status; null when there was no answer. */
  readonly status: number | null;
  readonly message: string;
  readonly retryAfter: string | null;
}

/** Turns a failure of a remote call into one of our codes. The key is cut out of what the server said. */
export function remoteError(
  failure: RemoteFailure,
  server: string,
  apiKey: string | undefined,
  cause: unknown,
): CodedError {
  const { status } = failure;
  const said = withoutKey(failure.message, apiKey).slice(0, 500);
  const details = { status, server, retryAfterMs: retryAfterMs(failure.retryAfter) };
  // The library's own error carries the request's headers, so only its text goes on.
  const reason = cause instanceof Error ? new Error(withoutKey(cause.message, apiKey).slice(0, 500)) : undefined;
  if (status === 429) {
    return llmError(LlmErrorCode.RemoteRateLimited, `${server} limits the rate: ${said}`, {
      remedy: 'Wait, send less, or raise the limit of the account.',
      details,
      cause: reason,
    });
  }
  if (status === null || status === 408 || status === 409 || status >= 500) {
    return llmError(LlmErrorCode.RemoteUnavailable, `${server} does not answer properly: ${said}`, {
      remedy: 'Check --model.base_url and that the server runs; its log says more.',
      details,
      cause: reason,
    });
  }
  if (status === 400 && /context.?(length|size|window)|too long|maximum context/i.test(said)) {
    return llmError(LlmErrorCode.ContextExceeded, `${server}: ${said}`, {
      remedy: 'Shorten the prompt or ask for fewer tokens.',
      details,
      cause: reason,
    });
  }
  return llmError(LlmErrorCode.RemoteRefused, `${server} refuses the request (${status}): ${said}`, {
    remedy: 'Check --model.api_key, --model.name and --model.base_url.',
    details,
    cause: reason,
  });
}

/** Seconds or a date, as the header allows; null when it says neither. */
export function retryAfterMs(header: string | null): number | null {
  if (header === null) return null;
  const seconds = Number(header);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : null;
}

function withoutKey(text: string, apiKey: string | undefined): string {
  return apiKey === undefined || apiKey === '' ? text : text.replaceAll(apiKey, '[key]');
}
