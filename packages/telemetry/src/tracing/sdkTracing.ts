import { randomUUID } from 'node:crypto';
import process from 'node:process';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  ParentBasedSampler,
  type SpanExporter,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { ATTR_SERVICE_INSTANCE_ID, ATTR_SERVICE_NAME, ATTR_SERVICE_VERSION } from '@opentelemetry/semantic-conventions';
import { NamedIds } from './namedIds.js';
import { SdkTracer } from './sdkTracer.js';
import { SpanOutbox } from './spanOutbox.js';
import type { Tracing, TracingOptions, TracingParts } from './tracing.js';

/** A span is about 2 kB, so that a dead collector costs at most some 8 MB. */
const MAX_WAITING = 4_096;
const BATCH = 512;
const DELAY_MS = 2_000;
const EXPORT_MS = 5_000;
/** Longer texts than any name are cut by the SDK too. */
const MAX_TEXT = 256;

/** OTLP over HTTP in JSON, which every collector takes. */
export function otlpExporter(url: string, headers: readonly string[]): SpanExporter {
  return new OTLPTraceExporter({ url, headers: headerMap(headers), timeoutMillis: EXPORT_MS });
}

/** Spans by the official SDK, without any of its globals. */
export function sdkTracing(
  options: TracingOptions,
  parts: TracingParts & { readonly exporter: SpanExporter },
): Tracing {
  const { exporter, clock, log, failures } = parts;
  const ids = new NamedIds();
  const outbox = new SpanOutbox(
    { maxWaiting: MAX_WAITING, batch: BATCH, delayMs: DELAY_MS, timeoutMs: EXPORT_MS },
    { exporter, log, failures },
  );
  const provider = new TracerProvider({
    resource: resourceFromAttributes({
      [ATTR_SERVICE_NAME]: `bettertherapy-${options.app}`,
      [ATTR_SERVICE_VERSION]: options.version,
      [ATTR_SERVICE_INSTANCE_ID]: randomUUID(),
      'process.pid': process.pid,
    }),
    // A caller that records asks for the rest of its trace; for traces of our own the ratio decides.
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(options.sampleRatio) }),
    spanLimits: { attributeValueLengthLimit: MAX_TEXT, attributeCountLimit: 64, eventCountLimit: 0, linkCountLimit: 0 },
    idGenerator: ids,
    spanProcessors: [outbox],
  });
  const contexts = new AsyncLocalStorageContextManager().enable();
  const sdk = provider.getTracer('bettertherapy', options.version);
  return {
    tracer: new SdkTracer({ sdk, contexts, ids, clock, failures }),
    flush: () => provider.forceFlush(),
    close: async () => {
      await provider.shutdown();
      contexts.disable();
    },
  };
}

/** `name=value`, values percent-encoded as OTEL_EXPORTER_OTLP_HEADERS has them. */
function headerMap(headers: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    headers.map((line) => {
      const at = line.indexOf('=');
      return [line.slice(0, at).trim(), decodeURIComponent(line.slice(at + 1).trim())];
    }),
  );
}
