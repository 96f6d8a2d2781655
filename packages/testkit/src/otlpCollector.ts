import { type FastifyInstance, fastify } from 'fastify';
import { z } from 'zod';

/** A span as it came over the wire. */
export interface ReceivedSpan {
  /** `service.name` of the process that sent it. */
  readonly service: string;
  readonly traceId: string;
  readonly spanId: string;
  /** Null for the beginning of a trace. */
  readonly parentSpanId: string | null;
  readonly name: string;
  readonly kind: 'internal' | 'server' | 'client' | 'other';
  readonly failed: boolean;
  readonly startNs: bigint;
  readonly endNs: bigint;
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
}

const value = z
  .object({
    stringValue: z.string().optional(),
    intValue: z.union([z.number(), z.string()]).transform(Number).optional(),
    doubleValue: z.number().optional(),
    boolValue: z.boolean().optional(),
  })
  .transform((one) => one.stringValue ?? one.intValue ?? one.doubleValue ?? one.boolValue ?? '');
const attributes = z
  .array(z.object({ key: z.string(), value }))
  .default([])
  .transform((all) => Object.fromEntries(all.map((one) => [one.key, one.value])));
const span = z.object({
  traceId: z.string().regex(/^[0-9a-f]{32}$/),
  spanId: z.string().regex(/^[0-9a-f]{16}$/),
  parentSpanId: z.string().optional(),
  name: z.string(),
  kind: z.number(),
  startTimeUnixNano: z.string().transform(BigInt),
  endTimeUnixNano: z.string().transform(BigInt),
  status: z.object({ code: z.number().optional() }).optional(),
  attributes,
});
/** `ExportTraceServiceRequest` of OTLP in its JSON form. */
const exportRequest = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes }),
      scopeSpans: z.array(z.object({ spans: z.array(span) })),
    }),
  ),
});

const KINDS = ['other', 'internal', 'server', 'client'] as const;
const ERROR_STATUS = 2;

/** A local OTLP/HTTP collector for the JSON protocol, which can also be told to fail. */
export class OtlpCollector {
  readonly spans: ReceivedSpan[] = [];
  /** Bodies as they came, refused ones included. */
  readonly bodies: string[] = [];
  /** Headers of the last request. */
  headers: Readonly<Record<string, unknown>> = {};
  /** What it answers; only 200 takes spans in. */
  status = 200;
  private server: FastifyInstance | null = null;
  private port = 0;

  /** What `--otel.endpoint` is told. It stays the same when the collector is closed and started again. */
  get url(): string {
    if (this.port === 0) throw new Error('the collector was never started');
    return `http://127.0.0.1:${this.port}`;
  }

  async start(): Promise<void> {
    const server = fastify({ logger: false, bodyLimit: 16 * 1024 ** 2, forceCloseConnections: true });
    server.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => done(null, body));
    server.post<{ Body: string }>('/v1/traces', async (request, reply) => {
      this.bodies.push(request.body);
      this.headers = request.headers;
      if (this.status !== 200) return reply.code(this.status).send({ message: 'told to fail' });
      this.spans.push(...readSpans(request.body));
      return { partialSuccess: {} };
    });
    await server.listen({ host: '127.0.0.1', port: this.port });
    const address = server.server.address();
    if (typeof address === 'object' && address !== null) this.port = address.port;
    this.server = server;
  }

  async close(): Promise<void> {
    await this.server?.close();
    this.server = null;
  }
}

function readSpans(body: string): ReceivedSpan[] {
  return exportRequest.parse(JSON.parse(body)).resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) =>
      spans.map((one) => ({
        service: String(resource.attributes['service.name'] ?? ''),
        traceId: one.traceId,
        spanId: one.spanId,
        parentSpanId: one.parentSpanId === undefined || one.parentSpanId === '' ? null : one.parentSpanId,
        name: one.name,
        kind: KINDS[one.kind] ?? 'other',
        failed: one.status?.code === ERROR_STATUS,
        startNs: one.startTimeUnixNano,
        endNs: one.endTimeUnixNano,
        attributes: one.attributes,
      })),
    ),
  );
}
