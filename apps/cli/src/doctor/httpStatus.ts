import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { describeError, systemClock, withDeadline } from '@bettertherapy/core';

const DEADLINE_MS = 10_000;
const MAX_BODY_BYTES = 64 * 1024;

/** `status` null when nothing answered; `error` then says why, without the address, which may be a secret. */
export type HttpAnswer =
  | { readonly status: number; readonly body: string }
  | { readonly status: null; readonly error: string };

/** One small request with a deadline; the body is cut at 64 KiB. */
export async function httpStatus(
  url: string,
  {
    method = 'GET',
    headers = {},
    body,
  }: { readonly method?: string; readonly headers?: Readonly<Record<string, string>>; readonly body?: string },
  signal: AbortSignal,
): Promise<HttpAnswer> {
  const limit = { what: 'an answer', ms: DEADLINE_MS, signal, clock: systemClock };
  try {
    return await withDeadline(limit, (stop) => ask(new URL(url), { method, headers, body }, stop));
  } catch (error) {
    signal.throwIfAborted();
    return { status: null, error: describeError(error).replaceAll(url, 'it') };
  }
}

function ask(
  url: URL,
  {
    method,
    headers,
    body,
  }: { readonly method: string; readonly headers: Readonly<Record<string, string>>; readonly body: string | undefined },
  signal: AbortSignal,
): Promise<HttpAnswer> {
  const request = url.protocol === 'http:' ? httpRequest : httpsRequest;
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers, signal }, (reply) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      reply.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes <= MAX_BODY_BYTES) chunks.push(chunk);
      });
      reply.on('error', reject);
      reply.on('end', () => resolve({ status: reply.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') }));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
