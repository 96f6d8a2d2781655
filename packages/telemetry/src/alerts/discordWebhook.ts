import { type Clock, CodedError, withDeadline } from '@bettertherapy/core';
import { type Dispatcher, request } from 'undici';
import { z } from 'zod';
import { TelemetryErrorCode } from '../errors.js';
import type { Notifier } from './alerts.js';

export interface DiscordOptions {
  /** A secret: whoever knows it can post. Never logged, never part of an error. */
  readonly url: string;
  /** For one request, without the waits that Discord asks for; 10 s when left out. */
  readonly requestMs?: number | undefined;
}

const REQUEST_MS = 10_000;
/** Discord's own waits are seconds; a longer one is an error that the caller retries. */
const LONGEST_WAIT_MS = 120_000;
const MAX_TRIES = 5;
/** Timers may fire a little early, and the two clocks are not one. */
const MARGIN_MS = 50;
const messageSchema = z.object({ id: z.string().min(1) });
const limitSchema = z.object({ retry_after: z.number().nonnegative() });

/**
 * Messages of a Discord webhook. Requests go one after the other and keep to the limits that Discord states in the
 * headers of each answer (`X-RateLimit-Remaining`, `X-RateLimit-Reset-After`, and on 429 `Retry-After`), all in seconds.
 */
export class DiscordWebhook implements Notifier {
  private readonly base: string;
  private queue: Promise<unknown> = Promise.resolve();
  private freeAtMs = 0;

  /** @throws CodedError TELEMETRY_WEBHOOK_INVALID */
  constructor(
    private readonly options: DiscordOptions,
    private readonly parts: { readonly clock: Clock },
  ) {
    const url = parseUrl(options.url);
    this.base = `${url.origin}${url.pathname.replace(/\/$/, '')}`;
  }

  /** @throws CodedError TELEMETRY_WEBHOOK_REFUSED, TELEMETRY_WEBHOOK_UNREACHABLE */
  post(text: string, signal: AbortSignal): Promise<string> {
    return this.inTurn(async () => (await this.send('POST', `${this.base}?wait=true`, text, signal)) ?? refused(404));
  }

  /** A message that somebody deleted is sent anew. @throws as {@link post} */
  edit(id: string, text: string, signal: AbortSignal): Promise<string> {
    return this.inTurn(async () => {
      const edited = await this.send('PATCH', `${this.base}/messages/${encodeURIComponent(id)}`, text, signal);
      return edited ?? (await this.send('POST', `${this.base}?wait=true`, text, signal)) ?? refused(404);
    });
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.queue.then(work, work);
    this.queue = turn.catch(() => undefined);
    return turn;
  }

  /** The id of the message; null when Discord knows no such message or webhook. */
  private async send(
    method: Dispatcher.HttpMethod,
    url: string,
    text: string,
    signal: AbortSignal,
  ): Promise<string | null> {
    const { clock } = this.parts;
    for (let tries = 1; ; tries += 1) {
      await clock.sleep(Math.max(0, this.freeAtMs - clock.monotonicMs()), signal);
      const answer = await this.exchange(method, url, text, signal);
      const waitMs = waitOf(answer);
      if (waitMs !== null) this.freeAtMs = clock.monotonicMs() + waitMs + MARGIN_MS;
      if (answer.status === 404) return null;
      if (answer.status >= 200 && answer.status < 300) return messageSchema.parse(answer.body).id;
      const passing = answer.status === 429 || answer.status >= 500;
      if (!passing || tries >= MAX_TRIES || (waitMs ?? 0) > LONGEST_WAIT_MS) return refused(answer.status);
    }
  }

  private async exchange(method: Dispatcher.HttpMethod, url: string, text: string, outer: AbortSignal) {
    const ms = this.options.requestMs ?? REQUEST_MS;
    try {
      return await withDeadline({ what: 'the Discord webhook', ms, signal: outer, clock: this.parts.clock }, (signal) =>
        exchange(method, url, text, signal),
      );
    } catch (error) {
      outer.throwIfAborted();
      // The library's message may hold the address, which is a secret; its code is enough to act on.
      const reason = error instanceof Error && 'code' in error ? String(error.code) : 'no answer';
      throw new CodedError(TelemetryErrorCode.WebhookUnreachable, `the Discord webhook gave no answer (${reason})`, {
        remedy: 'Check the network of this machine; the message is sent again.',
        details: { reason },
      });
    }
  }
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: unknown;
}

async function exchange(
  method: Dispatcher.HttpMethod,
  url: string,
  text: string,
  signal: AbortSignal,
): Promise<Answer> {
  const { statusCode, headers, body } = await request(url, {
    method,
    signal,
    headers: { 'content-type': 'application/json', 'user-agent': 'BetterTherapy' },
    // Names that a text happens to hold must not ring anybody.
    body: JSON.stringify({ content: text, allowed_mentions: { parse: [] } }),
  });
  const isJson = String(headers['content-type'] ?? '').includes('json');
  return { status: statusCode, headers, body: isJson ? await body.json() : await body.text() };
}

/** How long Discord wants to be left alone, in ms; null when it does not say. */
function waitOf({ status, headers, body }: Answer): number | null {
  if (status === 429) {
    const stated = limitSchema.safeParse(body);
    const seconds = stated.success ? stated.data.retry_after : Number(headers['retry-after']);
    return Number.isFinite(seconds) ? Math.ceil(seconds * 1000) : 5_000;
  }
  if (status >= 500) return 2_000;
  const left = Number(headers['x-ratelimit-remaining']);
  const seconds = Number(headers['x-ratelimit-reset-after']);
  return left === 0 && Number.isFinite(seconds) ? Math.ceil(seconds * 1000) : null;
}

function refused(status: number): never {
  throw new CodedError(TelemetryErrorCode.WebhookRefused, `Discord refused the message with status ${status}`, {
    remedy:
      status === 404 || status === 401
        ? 'Make a new webhook in the channel settings of Discord and give it with --discord.webhook.'
        : 'It is sent again; if it repeats, look at the state of Discord.',
    details: { status },
  });
}

function parseUrl(text: string): URL {
  try {
    const url = new URL(text);
    if (url.protocol === 'https:' || url.protocol === 'http:') return url;
  } catch {
    // The message below says what is expected; the text itself is a secret.
  }
  throw new CodedError(TelemetryErrorCode.WebhookInvalid, '--discord.webhook is no http address', {
    remedy: 'Copy the webhook URL from the channel settings of Discord.',
  });
}
