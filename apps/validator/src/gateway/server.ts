import { randomUUID } from 'node:crypto';
import { type Clock, CodedError, describeError, type Logger } from '@bettertherapy/core';
import { StoreErrorCode } from '@bettertherapy/store';
import { addressName } from '@bettertherapy/transport';
import cors from '@fastify/cors';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest, type RouteOptions } from 'fastify';
import type { Room } from '../disk/diskGate.js';
import { authenticate, type TokenReader } from './http/caller.js';
import { type ApiErrorCode, apiError, errorReply, fromFramework, isApiError } from './http/errors.js';
import type { Limits } from './http/limits.js';
import type { Route } from './http/route.js';
import { sendPage, serveWebFiles } from './http/webFiles.js';

export interface ServerOptions {
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
  readonly maxBodyBytes: number;
  /** Origins of other sites whose pages may call; `*` for all. */
  readonly origins: readonly string[];
  /** Believe the last address of `X-Forwarded-For`: the one that the proxy in front saw. */
  readonly trustProxy: boolean;
  /** Folder of the built pages. */
  readonly webDir: string;
  /** The longest a running answer may hold up closing. */
  readonly drainMs: number;
}

export interface ServerParts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly limits: Limits;
  readonly readers: readonly TokenReader[];
  /** While there is not enough, what would have to be kept is refused. */
  readonly room: () => Room;
  readonly metrics: { requestFinished(route: string, status: number, tookMs: number): void } | null;
  /** Told of every refusal; `message` is a constant of ours or names a field of the request. */
  readonly refused:
    | ((refusal: { readonly code: string; readonly message: string; readonly status: number }) => void)
    | null;
}

export const GatewayErrorCode = {
  /** The address is taken or not of this machine. */
  CannotListen: 'GATEWAY_CANNOT_LISTEN',
} as const;

const REQUEST_ID = /^[A-Za-z0-9._:-]{1,128}$/;
const RECEIVE_MS = 15_000;
/** Longer than the usual proxy keeps a connection, so that the proxy closes first. */
const KEEP_ALIVE_MS = 75_000;
const DRAIN_RETRY_MS = 5_000;
const ROOM_RETRY_MS = 30_000;
/** Methods that bring something to keep; who deletes makes room. */
const KEEPING = new Set(['POST', 'PUT']);
/** What is not of the API: files of the pages, and the preflight of any path. */
const PAGES = /^\/(?!v1\/|openapi\.json$|health$)|^\*$/;

interface Visit {
  readonly requestId: string;
  readonly startedMs: number;
  readonly left: AbortController;
}

/** The gateway's HTTP server: limits, identities, errors and pages around the routes it is given. */
export class GatewayServer {
  private readonly app: FastifyInstance;
  private readonly visits = new WeakMap<FastifyRequest, Visit>();
  private readonly running = new Set<AbortController>();
  private readonly known: [string, string][] = [];
  private draining = false;
  private closing: Promise<void> | null = null;
  private emptied: (() => void) | null = null;

  constructor(
    private readonly options: ServerOptions,
    private readonly parts: ServerParts,
  ) {
    this.app = Fastify({
      logger: false,
      bodyLimit: options.maxBodyBytes,
      requestTimeout: RECEIVE_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
      forceCloseConnections: true,
      return503OnClosing: false,
      exposeHeadRoutes: false,
      // What stands before the last address came from the client, who may write there what it likes.
      trustProxy: options.trustProxy ? (_address, hop) => hop === 0 : false,
      http: { maxHeaderSize: 16_384, headersTimeout: RECEIVE_MS },
      frameworkErrors: (error, request, reply) => void this.fail(error, request, reply),
    });
    this.app.addHook('onRoute', ({ method, url }) => {
      if (!PAGES.test(url)) for (const one of [method].flat()) this.known.push([one, url]);
    });
    this.app.addHook('onRequest', (request, reply, done) => this.arrive(request, reply, done));
    this.app.setErrorHandler((error, request, reply) => this.fail(error, request, reply));
    this.app.setNotFoundHandler((request, reply) => this.notFound(request, reply));
  }

  /** `http://host:port`, once it listens. */
  get url(): string {
    const address = this.app.server.address();
    const port = typeof address === 'object' && address !== null ? address.port : this.options.port;
    const host = this.options.host.includes(':') ? `[${this.options.host}]` : this.options.host;
    return `http://${host}:${port}`;
  }

  /** Method and pattern of every route that the framework serves, pages and preflights left out. */
  served(): readonly (readonly [method: string, url: string])[] {
    return this.known;
  }

  register(route: Route): void {
    const { method, url, bodyLimit, bytes } = route.spec;
    const options: RouteOptions = {
      method,
      url,
      ...(bodyLimit === undefined ? {} : { bodyLimit }),
      handler: (request, reply) => this.handle(route, request, reply),
    };
    if (!bytes) {
      this.app.route(options);
      return;
    }
    // In a scope of its own: elsewhere such a body stays refused.
    this.app.register(async (scope) => {
      scope.removeAllContentTypeParsers();
      scope.addContentTypeParser('application/octet-stream', (_request, payload, done) => done(null, payload));
      scope.route(options);
    });
  }

  /** @throws CodedError GATEWAY_CANNOT_LISTEN */
  async start(): Promise<void> {
    const { host, port, origins, webDir } = this.options;
    await this.app.register(cors, {
      origin: origins.includes('*') ? true : [...origins],
      credentials: false,
      methods: ['GET', 'POST', 'PUT', 'DELETE'],
      exposedHeaders: ['x-request-id', 'retry-after'],
      maxAge: 600,
    });
    await serveWebFiles(this.app, webDir);
    try {
      await this.app.listen({ host, port });
    } catch (cause) {
      await this.app.close();
      throw new CodedError(GatewayErrorCode.CannotListen, `the gateway cannot listen on ${host}:${port}`, {
        remedy: 'Choose a free --gateway.port and a --gateway.host of this machine.',
        details: { host, port },
        cause,
      });
    }
    this.parts.log.info('gateway listening', { url: this.url });
  }

  /** Refuses what is new, lets running answers end within the drain time, then stops. Idempotent. */
  close(): Promise<void> {
    this.closing ??= this.stop();
    return this.closing;
  }

  private async stop(): Promise<void> {
    this.draining = true;
    this.app.server.closeIdleConnections();
    if (this.running.size > 0) {
      await new Promise<void>((resolve) => {
        const cancel = this.parts.clock.after(this.options.drainMs, resolve);
        this.emptied = () => {
          cancel();
          resolve();
        };
      });
    }
    for (const left of this.running) left.abort(new Error('the gateway is closing'));
    await this.app.close();
  }

  private arrive(request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void): void {
    const given = request.headers['x-request-id'];
    const requestId = typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
    const left = new AbortController();
    const startedMs = this.parts.clock.monotonicMs();
    this.visits.set(request, { requestId, startedMs, left });
    this.running.add(left);
    reply.headers({ 'x-request-id': requestId, 'x-content-type-options': 'nosniff' });
    reply.raw.once('close', () => {
      this.running.delete(left);
      if (!reply.raw.writableFinished) left.abort(new Error('the caller went away'));
      if (this.running.size === 0) this.emptied?.();
      this.finished(request, reply.raw.statusCode, startedMs, requestId);
    });
    try {
      if (this.draining) throw apiError('overloaded', 'The gateway is closing.', { retryAfterMs: DRAIN_RETRY_MS });
      if (KEEPING.has(request.method) && this.parts.room() !== 'enough') throw noRoom();
      this.parts.limits.takeAddress(addressName(request.ip));
      done();
    } catch (error) {
      done(error instanceof Error ? error : new Error(String(error)));
    }
  }

  private finished(request: FastifyRequest, status: number, startedMs: number, requestId: string): void {
    const { clock, log, metrics } = this.parts;
    const tookMs = clock.monotonicMs() - startedMs;
    // The pattern, never the path: paths hold ids, and an unknown path holds whatever somebody typed.
    const route = request.routeOptions.url ?? 'unknown';
    metrics?.requestFinished(route, status, tookMs);
    log.debug('request finished', { requestId, method: request.method, route, status, tookMs: Math.round(tookMs) });
  }

  private async handle(route: Route, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { limits, readers } = this.parts;
    const { authorization } = request.headers;
    const caller = authenticate(authorization, addressName(request.ip), route.spec.access, readers);
    limits.takeCaller(caller);
    const visit = this.visits.get(request);
    // The hook that makes a visit runs before any handler.
    if (!visit) throw new Error('a request was handled that never arrived');
    const context = { caller, requestId: visit.requestId, signal: visit.left.signal };
    const result = await route.handle(request, reply, context);
    if (result === undefined) return reply;
    reply.header('cache-control', 'no-store').code(result.status);
    return result.body === undefined ? reply.send() : reply.send(result.body);
  }

  private fail(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const known = isApiError(error) ? error : isDiskFull(error) ? noRoom(error) : fromFramework(error);
    if (!known) {
      const requestId = this.visits.get(request)?.requestId;
      this.parts.log.error('request failed', {
        requestId,
        route: request.routeOptions.url,
        error: describeError(error),
      });
    }
    const { status, body, retryAfterSeconds } = errorReply(
      known ?? apiError('internal_error', 'Something went wrong on our side.'),
    );
    const { code, message } = body.error;
    this.parts.refused?.({ code, message, status });
    if (retryAfterSeconds !== null) reply.header('retry-after', retryAfterSeconds);
    if (this.draining) reply.header('connection', 'close');
    return reply.header('cache-control', 'no-store').code(status).send(body);
  }

  private notFound(request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const { method, url } = request;
    if (sendPage(reply, { method, url, dir: this.options.webDir })) return reply;
    return this.fail(apiError('not_found', 'There is nothing at this path.'), request, reply);
  }
}

function isDiskFull(error: unknown): boolean {
  return error instanceof CodedError && error.code === StoreErrorCode.DiskFull;
}

function noRoom(cause?: unknown): CodedError<ApiErrorCode> {
  return apiError('overloaded', 'There is no room to keep this at the moment.', { retryAfterMs: ROOM_RETRY_MS, cause });
}
