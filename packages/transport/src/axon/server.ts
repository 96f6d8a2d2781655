import type { Socket } from 'node:net';
import { CodedError } from '@bettertherapy/core';
import {
  AXON_VERSION,
  encodeRefusalBody,
  encodeServedTwins,
  INFERENCE_PATH,
  INFERENCE_SYNAPSE,
  PING_SYNAPSE,
  type RefusalCode,
  refusal,
  SERVED_TWINS_PATH,
  type SynapseShape,
  V10_INFERENCE_PATH,
  V10_PING_PATH,
} from '@bettertherapy/protocol';
import { ready } from '@bettertherapy/wallet';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { TransportErrorCode } from '../errors.js';
import { InFlight } from './inFlight.js';
import { ReplyWriter, type WireReply } from './replies.js';
import { RequestDesk } from './requestDesk.js';
import { addressName, TokenBuckets, type TokenRate } from './tokenBuckets.js';
import type { AxonOptions, AxonParts } from './types.js';

const JSON_TYPE = 'application/json; charset=utf-8';
const DEFAULT_ADDRESS_RATE: TokenRate = { perMinute: 6_000, burst: 400 };
const DEFAULT_LIST_RATE: TokenRate = { perMinute: 60, burst: 20 };
/** Addresses counted at once. */
const MAX_ADDRESSES = 8192;
/** Longer than any client keeps an idle connection (aiohttp 15 s), so that the client closes first. */
const KEEP_ALIVE_MS = 75_000;
/** How soon a client is worth a new try after this process is gone. */
const DRAIN_RETRY_MS = 10_000;

interface Route {
  readonly kind: 'inference' | 'ping';
  readonly shape: SynapseShape | null;
}
const ROUTES: Readonly<Record<string, Route>> = {
  [V10_INFERENCE_PATH]: { kind: 'inference', shape: INFERENCE_SYNAPSE },
  [V10_PING_PATH]: { kind: 'ping', shape: PING_SYNAPSE },
  [INFERENCE_PATH]: { kind: 'inference', shape: null },
};

/**
 * The miner's server: v10 and btauth/1 on one port. Every refusal is a constant text with a code; nothing that was sent
 * can raise a 500.
 */
export class AxonServer {
  private readonly inFlight: InFlight;
  private readonly replies: ReplyWriter;
  private readonly desk: RequestDesk;
  private readonly addresses: TokenBuckets | null;
  private readonly lists: TokenBuckets;
  private app: FastifyInstance | null = null;
  private draining = false;
  private closing: Promise<void> | null = null;

  constructor(
    private readonly options: AxonOptions,
    private readonly parts: AxonParts,
  ) {
    this.inFlight = new InFlight(parts);
    this.replies = new ReplyWriter({ ...parts, identity: () => this.identity() });
    this.desk = new RequestDesk(options, { ...parts, replies: this.replies });
    const rate = options.addressRate === undefined ? DEFAULT_ADDRESS_RATE : options.addressRate;
    this.lists = new TokenBuckets({ ...(options.listRate ?? DEFAULT_LIST_RATE), maxNames: MAX_ADDRESSES });
    this.addresses = rate === null ? null : new TokenBuckets({ ...rate, maxNames: MAX_ADDRESSES });
  }

  /** The port it listens on. @throws CodedError TRANSPORT_NOT_RUNNING before start. */
  get port(): number {
    const address = this.app?.server.address();
    if (typeof address === 'object' && address !== null) return address.port;
    throw new CodedError(TransportErrorCode.NotRunning, 'the axon is not listening', {
      remedy: 'Start it first, and do not ask after closing it.',
    });
  }

  /** Listens until `signal` aborts or {@link close}. @throws CodedError TRANSPORT_CANNOT_LISTEN */
  async start(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    await ready();
    const app = this.build();
    this.app = app;
    this.desk.open();
    try {
      await app.listen({ host: this.options.host, port: this.options.port });
    } catch (cause) {
      await app.close();
      this.app = null;
      throw new CodedError(
        TransportErrorCode.CannotListen,
        `cannot listen on ${this.options.host}:${this.options.port}`,
        {
          remedy: 'Choose a free --axon.port (above 1024) and an --axon.ip of this machine.',
          cause,
        },
      );
    }
    const onAbort = (): void => void this.close();
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) await this.close();
  }

  /** Refuses new requests with 503 and `Connection: close`, and waits for the running ones, at most `deadlineMs`. */
  async drain(deadlineMs: number): Promise<void> {
    this.draining = true;
    this.app?.server.closeIdleConnections();
    await this.inFlight.whenEmpty(deadlineMs);
  }

  /** Stops at once; call {@link drain} first to let running requests finish. Idempotent. */
  close(): Promise<void> {
    this.closing ??= this.stop();
    return this.closing;
  }

  private async stop(): Promise<void> {
    this.draining = true;
    this.inFlight.abortAll(new Error('the axon is closing'));
    await this.app?.close();
  }

  private build(): FastifyInstance {
    const { options } = this;
    const app = Fastify({
      logger: false,
      bodyLimit: options.maxBodyBytes ?? 65_536,
      requestTimeout: options.receiveDeadlineMs ?? 15_000,
      keepAliveTimeout: KEEP_ALIVE_MS,
      forceCloseConnections: true,
      return503OnClosing: false,
      exposeHeadRoutes: false,
      http: {
        maxHeaderSize: options.maxHeaderBytes ?? 16_384,
        headersTimeout: options.receiveDeadlineMs ?? 15_000,
        connectionsCheckingInterval: 1_000,
      },
      clientErrorHandler: (error, socket) => this.refuseSocket(error.code, socket),
      frameworkErrors: (_error, request, reply) => void this.refuse('bad_http', request, reply),
    });
    app.server.maxConnections = options.maxConnections ?? 1024;
    // Node would answer an unknown Expect with a bare 417; such a request is judged like any other.
    app.server.on('checkExpectation', (request, response) => app.server.emit('request', request, response));
    // SDK axons route a GET with a body like a POST.
    app.addHttpMethod('GET', { hasBody: true, overrideExisting: true });
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    app.addHook('onRequest', (request, reply, done) => this.onRequest(request, reply, done));
    app.setErrorHandler((error, request, reply) => this.refuse(codeOf(error), request, reply));
    app.setNotFoundHandler((request, reply) => this.notFound(request, reply));
    for (const [path, route] of Object.entries(ROUTES)) {
      const method = route.shape === null ? ['POST'] : ['GET', 'POST'];
      app.route({ method, url: path, handler: (request, reply) => this.handle(route, request, reply) });
    }
    app.route({
      method: 'GET',
      url: SERVED_TWINS_PATH,
      handler: (request, reply) => this.listTwins(request, reply),
    });
    return app;
  }

  /** Before the body is read: is there room for anything of this address at all? */
  private onRequest(request: FastifyRequest, reply: FastifyReply, done: () => void): void {
    this.inFlight.add(request.raw, reply.raw);
    if (this.draining) {
      void this.refuse('draining', request, reply, DRAIN_RETRY_MS);
      return;
    }
    const waitMs =
      this.addresses?.take(addressName(request.raw.socket.remoteAddress), this.parts.clock.monotonicMs()) ?? 0;
    if (waitMs > 0) void this.refuse('address_rate_limited', request, reply, waitMs);
    else done();
  }

  private async handle(route: Route, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { socket } = request.raw;
    const { arrivedMs, signal } = this.inFlight.of(request.raw);
    const result = await this.desk.handle({
      route: route.kind,
      shape: route.shape,
      headers: request.headers,
      method: request.method,
      target: request.raw.url ?? '',
      body: request.body instanceof Uint8Array ? request.body : new Uint8Array(),
      peer: { ip: (socket.remoteAddress ?? '').replace(/^::ffff:/i, ''), port: socket.remotePort ?? 0 },
      arrivedMs,
      signal,
    });
    if (result !== null) return this.send(result, reply);
    // The caller is gone; the socket needs no reply.
    reply.hijack();
    request.raw.socket.destroy();
    return reply;
  }

  /** Unsigned and the same for all, so that whoever routes questions can see what is served here at little cost. */
  private listTwins(request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const { servedTwins, clock } = this.parts;
    const waitMs = this.lists.take(addressName(request.raw.socket.remoteAddress), clock.monotonicMs());
    if (waitMs > 0) return this.refuse('address_rate_limited', request, reply, waitMs);
    return this.send({ status: 200, headers: {}, body: encodeServedTwins(servedTwins?.() ?? []) }, reply);
  }

  private notFound(request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const [path = ''] = (request.raw.url ?? '').split('?');
    if (ROUTES[path] !== undefined || path === SERVED_TWINS_PATH)
      return this.refuse('method_not_allowed', request, reply);
    const bare = path.slice(0, -1);
    if (path.endsWith('/') && ROUTES[bare]?.shape) {
      reply.header('location', bare);
      return this.refuse('redirected', request, reply);
    }
    return this.refuse('not_found', request, reply);
  }

  private refuse(code: RefusalCode, request: FastifyRequest, reply: FastifyReply, retryAfterMs?: number): FastifyReply {
    this.parts.metrics?.requestRefused(code);
    const route = request.headers['x-bittensor-version'] === undefined ? PING_SYNAPSE : null;
    const written = this.replies.refused(refusal(code, { retryAfterMs }), { route, seconds: 0 });
    if (code === 'redirected') return this.send({ ...written, headers: {}, body: '' }, reply);
    return this.send(written, reply);
  }

  private send(written: WireReply, reply: FastifyReply): FastifyReply {
    if (this.draining) reply.header('connection', 'close');
    return reply.code(written.status).headers(written.headers).type(JSON_TYPE).send(written.body);
  }

  /** A request that never became one: oversized or broken headers, or too slow. Nothing but the socket is there. */
  private refuseSocket(errorCode: string | undefined, socket: Socket): void {
    const code = SOCKET_ERRORS[errorCode ?? ''] ?? 'bad_http';
    if (errorCode === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    this.parts.metrics?.requestRefused(code);
    const refused = refusal(code);
    const body = encodeRefusalBody(refused);
    const head = `HTTP/1.1 ${refused.httpStatus} ${refused.message}\r\ncontent-type: ${JSON_TYPE}\r\n`;
    socket.end(`${head}content-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`);
  }

  private identity(): { ip: string; port: number; hotkey: string; version: number } {
    const { advertised, host, hotkey } = this.options;
    return { ip: advertised?.ip ?? host, port: advertised?.port ?? this.port, hotkey, version: AXON_VERSION };
  }
}

const SOCKET_ERRORS: Readonly<Record<string, RefusalCode>> = {
  HPE_HEADER_OVERFLOW: 'headers_too_large',
  ERR_HTTP_REQUEST_TIMEOUT: 'slow_request',
};

const FRAMEWORK_ERRORS: Readonly<Record<string, RefusalCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'body_too_large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'bad_content_type',
};

/** The refusal of an error raised while a request was read. Those of the framework are all about bad input. */
function codeOf(error: unknown): RefusalCode {
  if (typeof error !== 'object' || error === null || !('code' in error)) return 'answer_failed';
  const known = FRAMEWORK_ERRORS[String(error.code)];
  if (known !== undefined) return known;
  const status = 'statusCode' in error ? Number(error.statusCode) : 500;
  return status >= 400 && status < 500 ? 'bad_http' : 'answer_failed';
}
