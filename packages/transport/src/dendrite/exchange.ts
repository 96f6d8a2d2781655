import type { Clock } from '@bettertherapy/core';
import type { Dispatcher } from 'undici';

/** One request on the wire. */
export interface Outgoing {
  readonly origin: string;
  readonly path: string;
  /** POST unless said. */
  readonly method?: 'GET' | 'POST' | undefined;
  readonly headers: Readonly<Record<string, string>>;
  /** Null for a request without one. */
  readonly body: string | null;
}

/** Where an exchange stood when it ended without a reply. */
export type ExchangeFailure = 'timeout' | 'no_connection' | 'closed' | 'reset' | 'cut_off' | 'bad_http' | 'too_large';

/** Times are monotonic: `sentMs` when the request was put on a socket (null: never), `endedMs` at the last byte or failure. */
export type Exchange = { readonly sentMs: number | null; readonly endedMs: number } & (
  | {
      readonly kind: 'reply';
      readonly httpStatus: number;
      /** Names as they stood on the wire. */
      readonly headers: Readonly<Record<string, string>>;
      readonly body: Uint8Array;
    }
  | { readonly kind: 'failure'; readonly failure: ExchangeFailure }
);

export interface ExchangeTerms {
  readonly deadlineMs: number;
  readonly maxReplyBytes: number;
  readonly signal?: AbortSignal | undefined;
}

/** SDK clients refuse longer header lines. */
const MAX_HEADER_LINE = 8190;

/**
 * Sends one request and takes the whole reply. Follows no redirects, decodes nothing, stops reading past the size bound.
 * Rejects only with the caller's abort reason.
 */
export function exchange(agent: Dispatcher, outgoing: Outgoing, terms: ExchangeTerms, clock: Clock): Promise<Exchange> {
  return new Promise((resolve, reject) => {
    const { signal } = terms;
    if (signal?.aborted) {
      reject(signal.reason);
      return;
    }
    let sentMs: number | null = null;
    let httpStatus: number | null = null;
    let headers: Readonly<Record<string, string>> = {};
    let abortRequest: ((reason: Error) => void) | null = null;
    let settled = false;
    const chunks: Uint8Array[] = [];
    let received = 0;

    const settle = (finish: () => void): void => {
      if (settled) return;
      settled = true;
      cancelTimer();
      signal?.removeEventListener('abort', onAbort);
      finish();
      abortRequest?.(new Error('the exchange is over'));
    };
    const fail = (failure: ExchangeFailure): void =>
      settle(() => resolve({ kind: 'failure', failure, sentMs, endedMs: clock.monotonicMs() }));
    const onAbort = (): void => settle(() => reject(signal?.reason));
    const cancelTimer = clock.after(terms.deadlineMs, () => fail('timeout'));
    signal?.addEventListener('abort', onAbort, { once: true });

    const handler: Dispatcher.DispatchHandler = {
      onRequestStart: (controller) => {
        if (settled) {
          controller.abort(new Error('the exchange is over'));
          return;
        }
        abortRequest = (reason) => controller.abort(reason);
        sentMs = clock.monotonicMs();
      },
      onResponseStart: (controller, statusCode) => {
        if (statusCode < 200) return;
        httpStatus = statusCode;
        headers = readHeaders(controller.rawHeaders);
        if (Object.values(headers).some((value) => value.length > MAX_HEADER_LINE)) fail('bad_http');
      },
      onResponseData: (_controller, chunk) => {
        received += chunk.length;
        if (received > terms.maxReplyBytes) fail('too_large');
        else chunks.push(Uint8Array.from(chunk));
      },
      onResponseEnd: () => {
        const endedMs = clock.monotonicMs();
        abortRequest = null;
        settle(() =>
          resolve({
            kind: 'reply',
            httpStatus: httpStatus ?? 0,
            headers,
            body: Buffer.concat(chunks),
            sentMs,
            endedMs,
          }),
        );
      },
      onResponseError: (_controller, error) => {
        abortRequest = null;
        fail(failureOf(error, sentMs !== null, httpStatus !== null));
      },
    };
    const { origin, path, body, method = 'POST' } = outgoing;
    const request = { origin, path, method, headers: outgoing.headers, body } as const;
    try {
      agent.dispatch(request, handler);
    } catch {
      // The agent refuses what it cannot send at all (a malformed origin, a closed agent); nothing was sent.
      fail('no_connection');
    }
  });
}

function failureOf(error: Error, sent: boolean, answered: boolean): ExchangeFailure {
  const code = 'code' in error ? String(error.code) : '';
  if (code.startsWith('HPE_') || code === 'UND_ERR_HEADERS_OVERFLOW') return 'bad_http';
  if (!sent) return 'no_connection';
  if (answered) return 'cut_off';
  return code === 'ECONNRESET' || code === 'EPIPE' ? 'reset' : 'closed';
}

/** Pairs of name and value in Latin-1; of a repeated name the first counts. */
function readHeaders(raw: unknown): Record<string, string> {
  const headers: Record<string, string> = {};
  if (!Array.isArray(raw)) return headers;
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = headerText(raw[at]);
    if (!(name in headers)) headers[name] = headerText(raw[at + 1]);
  }
  return headers;
}

function headerText(value: unknown): string {
  return Buffer.isBuffer(value) ? value.toString('latin1') : String(value);
}
