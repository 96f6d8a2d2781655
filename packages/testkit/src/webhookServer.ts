import { systemClock } from '@bettertherapy/core';
import { type FastifyInstance, fastify } from 'fastify';

interface Message {
  readonly id: string;
  /** Every text it had, oldest first. */
  readonly texts: string[];
}

/**
 * A local server with the endpoints of a Discord webhook (send with `wait`, edit) that enforces Discord's limits: a
 * bucket of `limit` requests per `windowMs`, stated in headers, 429 with `retry_after` past it.
 */
export class WebhookServer {
  readonly messages: Message[] = [];
  /** Requests that came although the bucket was empty. */
  overLimit = 0;
  /** The next answers get this status instead, first to last. */
  readonly faults: number[] = [];
  private readonly server: FastifyInstance = fastify({ logger: false });
  private left: number;
  private resetsAtMs = 0;

  constructor(private readonly options: { readonly limit: number; readonly windowMs: number }) {
    this.left = options.limit;
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
      const now = systemClock.monotonicMs();
      if (now >= this.resetsAtMs) {
        this.left = this.options.limit;
        this.resetsAtMs = now + this.options.windowMs;
      }
      const resetAfter = (this.resetsAtMs - now) / 1000;
      if (this.left === 0) {
        this.overLimit += 1;
        reply.header('retry-after', String(Math.ceil(resetAfter)));
        return reply.code(429).send({ message: 'You are being rate limited.', retry_after: resetAfter, global: false });
      }
      this.left -= 1;
      reply.header('x-ratelimit-limit', String(this.options.limit));
      reply.header('x-ratelimit-remaining', String(this.left));
      reply.header('x-ratelimit-reset-after', resetAfter.toFixed(3));
      return undefined;
    });
    this.server.post<{ Body: { content: string } }>('/api/webhooks/1/secret-part', async (request) => {
      const message = { id: String(1000 + this.messages.length), texts: [request.body.content] };
      this.messages.push(message);
      return { id: message.id, content: request.body.content };
    });
    this.server.patch<{ Body: { content: string }; Params: { id: string } }>(
      '/api/webhooks/1/secret-part/messages/:id',
      async (request, reply) => {
        const message = this.messages.find(({ id }) => id === request.params.id);
        if (!message) return reply.code(404).send({ message: 'Unknown Message', code: 10_008 });
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
