import { systemClock } from '@bettertherapy/core';
import { type FastifyInstance, fastify } from 'fastify';

interface Message {
  readonly id: string;
  /** Every text it had, oldest first. */
  readonly texts: string[];
}

/** A bucket of `limit` requests per `windowMs`. */
interface RateLimit {
  readonly limit: number;
  readonly windowMs: number;
}

/** Over all webhooks of a caller, as Discord has it. */
const GLOBAL: RateLimit = { limit: 50, windowMs: 1_000 };
/** Characters of a message that Discord takes. */
const LONGEST_MESSAGE = 2_000;
const TOO_LONG = { message: 'Invalid Form Body', code: 50_035 };

/**
 * A local server with the endpoints of a Discord webhook (send with `wait`, edit) that enforces Discord's limits: a bucket
 * of the webhook (Discord's own is 5 per 2 s), stated in headers, a global one that is not, and 429 with `retry_after` past
 * either.
 */
export class WebhookServer {
  readonly messages: Message[] = [];
  /** Requests that came although a bucket was empty. */
  overLimit = 0;
  /** The next answers get this status instead, first to last. */
  readonly faults: number[] = [];
  private readonly server: FastifyInstance = fastify({ logger: false });
  private readonly own: Bucket;
  private readonly all: Bucket;

  constructor(options: RateLimit & { readonly global?: RateLimit | undefined }) {
    this.own = new Bucket(options);
    this.all = new Bucket(options.global ?? GLOBAL);
  }

  /** The webhook's address, once started. */
  get url(): string {
    const address = this.server.server.address();
    if (typeof address !== 'object' || address === null) throw new Error('the webhook server is not started');
    return `http://127.0.0.1:${address.port}/api/webhooks/1/secret-part`;
  }

  /** The newest text of each message. */
  texts(): string[] {
    return this.messages.map(({ texts }) => texts.at(-1) ?? '');
  }

  async start(): Promise<void> {
    this.server.addHook('onRequest', async (_request, reply) => {
      const fault = this.faults.shift();
      if (fault !== undefined) return reply.code(fault).send({ message: 'fault' });
      const [own, all] = [this.own.take(), this.all.take()];
      reply.headers({
        'x-ratelimit-bucket': 'webhook-1',
        'x-ratelimit-limit': own.limit,
        'x-ratelimit-remaining': own.left,
        'x-ratelimit-reset': ((systemClock.wallMs() + own.resetMs) / 1000).toFixed(3),
        'x-ratelimit-reset-after': (own.resetMs / 1000).toFixed(3),
      });
      const full = all.taken ? (own.taken ? null : own) : all;
      if (full !== null) {
        this.overLimit += 1;
        const global = full === all;
        if (global) reply.header('x-ratelimit-global', 'true');
        reply.header('x-ratelimit-scope', global ? 'global' : 'user');
        reply.header('retry-after', String(Math.ceil(full.resetMs / 1000)));
        const body = { message: 'You are being rate limited.', retry_after: full.resetMs / 1000, global };
        return reply.code(429).send(body);
      }
      return undefined;
    });
    this.server.post<{ Body: { content: string } }>('/api/webhooks/1/secret-part', async (request, reply) => {
      if (request.body.content.length > LONGEST_MESSAGE) return reply.code(400).send(TOO_LONG);
      const message = { id: String(1000 + this.messages.length), texts: [request.body.content] };
      this.messages.push(message);
      return { id: message.id, content: request.body.content };
    });
    this.server.patch<{ Body: { content: string }; Params: { id: string } }>(
      '/api/webhooks/1/secret-part/messages/:id',
      async (request, reply) => {
        const message = this.messages.find(({ id }) => id === request.params.id);
        if (!message) return reply.code(404).send({ message: 'Unknown Message', code: 10_008 });
        if (request.body.content.length > LONGEST_MESSAGE) return reply.code(400).send(TOO_LONG);
        message.texts.push(request.body.content);
        return { id: message.id, content: request.body.content };
      },
    );
    await this.server.listen({ host: '127.0.0.1', port: 0 });
  }

  async close(): Promise<void> {
    await this.server.close();
  }
}

class Bucket {
  private left = 0;
  private resetsAtMs = 0;

  constructor(private readonly rate: RateLimit) {}

  /** Takes one when there is one. */
  take(): { readonly taken: boolean; readonly left: number; readonly limit: number; readonly resetMs: number } {
    const now = systemClock.monotonicMs();
    if (now >= this.resetsAtMs) {
      this.left = this.rate.limit;
      this.resetsAtMs = now + this.rate.windowMs;
    }
    const taken = this.left > 0;
    if (taken) this.left -= 1;
    return { taken, left: this.left, limit: this.rate.limit, resetMs: this.resetsAtMs - now };
  }
}
