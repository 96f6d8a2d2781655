import { EventSourceParserStream } from 'eventsource-parser/stream';
import { after, pause } from './time.js';

const DEADLINE_MS = 30_000;
/** A limit that opens sooner is waited for; a longer one is told to the reader. */
const LONGEST_WAIT_MS = 10_000;
const MOST_WAITS = 3;

/** What the gateway refused with, in OpenAI's error shape. `status` 0: it was not reached at all. */
export class GatewayError extends Error {
  override readonly name = 'GatewayError';
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    /** How long to wait before trying again, when the gateway said so. */
    readonly retryAfterMs: number | null = null,
  ) {
    super(message);
  }
}

export interface Request {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly token?: string | null;
  readonly body?: unknown;
  /** Sent as they are, instead of a body. */
  readonly bytes?: Blob;
  readonly signal?: AbortSignal | undefined;
  /** Until the whole answer is there; for streams, between two pieces. */
  readonly deadlineMs?: number;
}

export interface ServerEvent {
  readonly event: string;
  readonly data: string;
}

/**
 * One request, its JSON answer. Whoever turns pages fast meets the limit of requests: a short one is waited out. The gateway that serves this page answers in the shapes of `api/`, so the answer is taken at its word.
 * @throws GatewayError for every refusal; the caller's own abort is thrown as it is
 */
export async function requestJson<T>(path: string, request: Request = {}): Promise<T> {
  const late = AbortSignal.timeout(request.deadlineMs ?? DEADLINE_MS);
  const signal = request.signal ? AbortSignal.any([request.signal, late]) : late;
  const response = await sendWithinLimit(path, request, signal);
  try {
    if (response.status === 204) return undefined as T;
    // The shape is the gateway's promise (openapi.json); there is no second party on this origin.
    return (await response.json()) as T;
  } catch (error) {
    throw unreachable(error, request.signal);
  }
}

/**
 * The server-sent events of one request, until it ends.
 * @throws GatewayError when refused, cut off, or silent (no byte, not even a keep-alive) for `deadlineMs`
 */
export async function* requestEvents(path: string, request: Request = {}): AsyncGenerator<ServerEvent> {
  const silence = new AbortController();
  const deadlineMs = request.deadlineMs ?? 90_000;
  const signal = request.signal ? AbortSignal.any([request.signal, silence.signal]) : silence.signal;
  let disarm = after(deadlineMs, () => silence.abort());
  const heard = (): void => {
    disarm();
    disarm = after(deadlineMs, () => silence.abort());
  };
  try {
    const response = await send(path, request, signal);
    if (!response.body) throw new GatewayError(response.status, 'empty_stream', 'This service sent no answer.');
    const watched = new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        heard();
        controller.enqueue(chunk);
      },
    });
    const text = new TextDecoderStream();
    // DOM's TextDecoderStream accepts any BufferSource; a Uint8Array is one.
    const bytes = text.writable as WritableStream<Uint8Array>;
    const reader = response.body
      .pipeThrough(watched)
      .pipeThrough({ readable: text.readable, writable: bytes })
      .pipeThrough(new EventSourceParserStream())
      .getReader();
    try {
      for (let part = await reader.read(); !part.done; part = await reader.read()) {
        yield { event: part.value.event ?? 'message', data: part.value.data };
      }
    } finally {
      // A consumer that leaves early must not keep the miner talking.
      await reader.cancel().catch(() => undefined);
    }
  } catch (error) {
    throw unreachable(error, request.signal);
  } finally {
    disarm();
  }
}

async function sendWithinLimit(path: string, request: Request, signal: AbortSignal): Promise<Response> {
  for (let waits = 0; ; waits += 1) {
    try {
      return await send(path, request, signal);
    } catch (error) {
      const waitMs = waitOfLimit(error);
      if (waitMs === null || waits === MOST_WAITS) throw error;
      await pause(waitMs, signal);
    }
  }
}

/** How long the limit of requests stays closed, or null when it is not that or too long to wait for. */
function waitOfLimit(error: unknown): number | null {
  if (!(error instanceof GatewayError) || error.code !== 'rate_limit_exceeded') return null;
  const { retryAfterMs } = error;
  return retryAfterMs !== null && retryAfterMs <= LONGEST_WAIT_MS ? retryAfterMs : null;
}

async function send(path: string, request: Request, signal: AbortSignal): Promise<Response> {
  const headers = new Headers({ accept: 'application/json, text/event-stream' });
  if (request.token) headers.set('authorization', `Bearer ${request.token}`);
  const { bytes } = request;
  const body = bytes ?? (request.body === undefined ? undefined : JSON.stringify(request.body));
  if (body !== undefined) headers.set('content-type', bytes ? 'application/octet-stream' : 'application/json');
  let response: Response;
  try {
    response = await fetch(path, {
      method: request.method ?? 'GET',
      headers,
      signal,
      cache: 'no-store',
      ...(body === undefined ? {} : { body }),
    });
  } catch (error) {
    throw unreachable(error, request.signal);
  }
  if (response.ok) return response;
  throw await refusalOf(response);
}

async function refusalOf(response: Response): Promise<GatewayError> {
  const wait = Number(response.headers.get('retry-after'));
  const retryAfterMs = wait > 0 ? wait * 1000 : null;
  const text = await response.text().catch(() => '');
  const told = errorIn(text);
  const message = told?.message ?? `This service refused (${response.status}). Try again in a minute.`;
  return new GatewayError(response.status, told?.code ?? `http_${response.status}`, message, retryAfterMs);
}

/** The error of an OpenAI-shaped body, or null when the text is none. */
export function errorIn(text: string): { readonly message: string; readonly code: string } | null {
  try {
    const { error } = JSON.parse(text) as { error?: { message?: unknown; code?: unknown; type?: unknown } };
    if (typeof error?.message !== 'string') return null;
    return { message: error.message, code: String(error.code ?? error.type ?? 'error') };
  } catch {
    // Not JSON: a proxy's page, or nothing. The caller says so in its own words.
    return null;
  }
}

function unreachable(error: unknown, asked: AbortSignal | undefined): unknown {
  if (error instanceof GatewayError || asked?.aborted) return error;
  return new GatewayError(0, 'unreachable', 'This service does not answer. Check your connection, then try again.');
}
