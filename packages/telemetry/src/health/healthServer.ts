import { type Clock, describeError, type Logger } from '@bettertherapy/core';
import { type FastifyInstance, fastify } from 'fastify';
import type { TelemetryFailures } from '../failures.js';
import type { LogLevels } from '../log/logLevels.js';
import type { MetricSet } from '../metrics/metricSet.js';
import type { Readiness } from './readiness.js';

export interface HealthOptions {
  /** Loopback port; 0 picks a free one, null serves nothing. */
  readonly port: number | null;
  readonly app: string;
  readonly version: string;
}

export interface HealthParts {
  readonly metrics: MetricSet;
  readonly readiness: Readiness;
  readonly clock: Clock;
  readonly log: Logger;
  readonly levels: LogLevels;
  readonly failures: TelemetryFailures;
}

const LOOPBACK = '127.0.0.1';
/** Pages in a browser can reach loopback under a name of their own; only these names are answered. */
const LOCAL_HOSTS = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/i;

/** `/health` (the process runs), `/ready` (every part works), `/metrics` (Prometheus), `/log-levels`. Failing to serve them is logged, not thrown. */
export class HealthServer {
  private server: FastifyInstance | null = null;
  private listening: number | null = null;
  private startedAtMs = 0;

  constructor(
    private readonly options: HealthOptions,
    private readonly parts: HealthParts,
  ) {}

  /** The port in use; null when nothing is served. */
  get port(): number | null {
    return this.listening;
  }

  async start(): Promise<void> {
    const { port, app, version } = this.options;
    const { log, failures, clock } = this.parts;
    if (port === null) return;
    this.startedAtMs = clock.monotonicMs();
    try {
      this.server = this.build(app, version);
      await this.server.listen({ host: LOOPBACK, port });
      const address = this.server.server.address();
      this.listening = typeof address === 'object' && address !== null ? address.port : null;
      log.info('health server listening', { address: `http://${LOOPBACK}:${this.listening}/health` });
    } catch (error) {
      failures.count('health');
      log.warn('health server not started', { port, error: describeError(error) });
      await this.close();
    }
  }

  async close(): Promise<void> {
    const server = this.server;
    this.server = null;
    this.listening = null;
    try {
      await server?.close();
    } catch (error) {
      this.parts.failures.count('health');
      this.parts.log.warn('health server did not close', { error: describeError(error) });
    }
  }

  private build(app: string, version: string): FastifyInstance {
    const { metrics, readiness, clock, levels, log } = this.parts;
    const server = fastify({ logger: false, bodyLimit: 1024, forceCloseConnections: true });
    server.addHook('onRequest', async (request, reply) => {
      if (!LOCAL_HOSTS.test(request.headers.host ?? '')) return reply.code(403).send({ message: 'loopback only' });
      return undefined;
    });
    server.get('/health', async () => ({
      status: 'ok',
      app,
      version,
      uptimeSeconds: Math.round((clock.monotonicMs() - this.startedAtMs) / 1000),
    }));
    server.get('/ready', async (_request, reply) =>
      reply.code(readiness.ready ? 200 : 503).send({ ready: readiness.ready, parts: readiness.snapshot() }),
    );
    server.get('/metrics', async (_request, reply) => {
      const { contentType, text } = await metrics.render();
      return reply.header('content-type', contentType).send(text);
    });
    server.get('/log-levels', async () => levels.snapshot());
    // JSON alone is parsed: a page of another site cannot send it here without asking first, and is never let in.
    server.put('/log-levels', async (request, reply) => {
      const refusal = levels.change(request.body);
      if (refusal !== null) return reply.code(400).send({ message: refusal });
      log.info('log levels changed', { levels: levels.snapshot() });
      return levels.snapshot();
    });
    return server;
  }
}
