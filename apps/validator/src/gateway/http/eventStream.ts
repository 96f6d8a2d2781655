import { type Clock, withDeadline } from '@bettertherapy/core';
import type { FastifyReply } from 'fastify';

export interface EventStreamOptions {
  /** A comment is sent when nothing else was for this long, so that proxies do not take the stream for dead. */
  readonly keepAliveMs: number;
  /** How long a reader may take to make room before the stream is given up. */
  readonly drainMs: number;
}

/** Server-sent events to one client that may read slowly or leave at any time. */
export class EventStream {
  private cancelKeepAlive: () => void = () => undefined;
  private ended = false;

  private constructor(
    private readonly reply: FastifyReply,
    private readonly options: EventStreamOptions,
    private readonly parts: { readonly clock: Clock; readonly signal: AbortSignal },
  ) {}

  /** Sends the headers at once. The reply is this stream's from here on. */
  static open(
    reply: FastifyReply,
    options: EventStreamOptions,
    parts: { readonly clock: Clock; readonly signal: AbortSignal },
  ): EventStream {
    beginEvents(reply);
    const stream = new EventStream(reply, options, parts);
    stream.keepAlive();
    return stream;
  }

  /** One event; waits while the client does not read. @throws the signal's reason, CORE_DEADLINE_EXCEEDED */
  async send(data: unknown): Promise<void> {
    await this.write(`data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`);
  }

  /** Idempotent. */
  end(): void {
    if (this.ended) return;
    this.ended = true;
    this.cancelKeepAlive();
    this.reply.raw.end();
  }

  private async write(text: string): Promise<void> {
    const { signal, clock } = this.parts;
    signal.throwIfAborted();
    if (this.ended) return;
    this.keepAlive();
    const { raw } = this.reply;
    if (raw.write(text) || raw.destroyed) return;
    const { drainMs: ms } = this.options;
    await withDeadline({ what: 'a client reading its stream', ms, signal, clock }, (inner) => drained(raw, inner));
  }

  private keepAlive(): void {
    this.cancelKeepAlive();
    this.cancelKeepAlive = this.parts.clock.after(this.options.keepAliveMs, () => {
      if (this.ended || this.reply.raw.destroyed) return;
      this.reply.raw.write(': waiting\n\n');
      this.keepAlive();
    });
  }
}

/** Takes the reply over and sends the headers of server-sent events at once. */
export function beginEvents(reply: FastifyReply): void {
  // A hijacked reply loses what hooks set on it, such as the headers for pages of other sites.
  for (const [name, value] of Object.entries(reply.getHeaders())) {
    if (value !== undefined) reply.raw.setHeader(name, value);
  }
  reply.hijack();
  reply.raw.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    // Nginx would hold pieces back until its buffer is full.
    'x-accel-buffering': 'no',
  });
  reply.raw.flushHeaders();
}

function drained(raw: FastifyReply['raw'], signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      raw.off('drain', done);
      raw.off('close', done);
      signal.removeEventListener('abort', done);
      resolve();
    };
    raw.once('drain', done);
    raw.once('close', done);
    signal.addEventListener('abort', done, { once: true });
  });
}
