import { type Clock, CodedError } from '@bettertherapy/core';
import { Agent } from 'undici';
import { exchange } from '../dendrite/exchange.js';
import { TransportErrorCode } from '../errors.js';

export interface ReadTerms {
  readonly deadlineMs: number;
  readonly maxBytes: number;
  readonly signal?: AbortSignal | undefined;
}

/** Reads JSON from strangers: one GET, no redirects, no decoding, within a size and a deadline. */
export class JsonReader {
  private readonly agent = new Agent({
    connections: 2,
    headersTimeout: 0,
    bodyTimeout: 0,
    maxHeaderSize: 16_384,
    connect: { timeout: 10_000 },
  });

  constructor(private readonly parts: { readonly clock: Clock }) {}

  /** @throws CodedError TRANSPORT_READ_FAILED; rejects with the signal's reason when it aborts */
  async read(url: URL, terms: ReadTerms): Promise<unknown> {
    const outgoing = {
      origin: url.origin,
      path: `${url.pathname}${url.search}`,
      method: 'GET',
      headers: { accept: 'application/json', 'accept-encoding': 'identity' },
      body: null,
    } as const;
    const bounds = { deadlineMs: terms.deadlineMs, maxReplyBytes: terms.maxBytes, signal: terms.signal };
    const result = await exchange(this.agent, outgoing, bounds, this.parts.clock);
    if (result.kind === 'failure') throw failed(url, result.failure);
    if (result.httpStatus !== 200) throw failed(url, `status ${result.httpStatus}`);
    try {
      return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(result.body));
    } catch {
      // The engine's message quotes the input, so it goes no further.
      throw failed(url, 'not JSON');
    }
  }

  /** Idempotent. */
  async close(): Promise<void> {
    if (!this.agent.destroyed) await this.agent.destroy();
  }
}

function failed(url: URL, why: string): CodedError<TransportErrorCode> {
  return new CodedError(TransportErrorCode.ReadFailed, `nothing usable came from ${url.origin}: ${why}`, {
    remedy: 'Check the address, and that the other side runs and is reachable.',
    details: { origin: url.origin, why },
  });
}
