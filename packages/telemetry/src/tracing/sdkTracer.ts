import { type Clock, noSpan, type Span, type SpanCount, type SpanOptions, type Tracer } from '@bettertherapy/core';
import {
  type Context,
  type ContextManager,
  createContextKey,
  defaultTextMapGetter,
  defaultTextMapSetter,
  ROOT_CONTEXT,
  type Tracer as SdkTracerApi,
  SpanKind,
  trace,
} from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import type { TelemetryFailures } from '../failures.js';
import { cleanAttributes } from './attributes.js';
import type { NamedIds } from './namedIds.js';
import { SdkSpan } from './sdkSpan.js';

export interface SdkTracerParts {
  readonly sdk: SdkTracerApi;
  /** Knows which span runs, through every wait. */
  readonly contexts: ContextManager;
  readonly ids: NamedIds;
  readonly clock: Clock;
  readonly failures: TelemetryFailures;
}

/** Of our span, in a context of the SDK. */
const SPAN_KEY = createContextKey('bettertherapy span');
const KINDS = { internal: SpanKind.INTERNAL, client: SpanKind.CLIENT, server: SpanKind.SERVER } as const;

/** The SDK behind our `Tracer`. What the SDK throws is counted, and the work goes on without a span. */
export class SdkTracer implements Tracer {
  private readonly propagator = new W3CTraceContextPropagator();

  constructor(private readonly parts: SdkTracerParts) {}

  span<T>(name: string, options: SpanOptions, work: (span: Span) => T): T {
    const begun = this.begin(name, options);
    if (begun === null) return work(noSpan);
    const { span, context } = begun;
    let result: T;
    try {
      result = this.parts.contexts.with(context, () => work(span));
    } catch (error) {
      span.endWith(error);
      throw error;
    }
    // What the caller awaits is the promise itself: nothing of ours stands between.
    if (result instanceof Promise) {
      result.then(
        () => span.end(),
        (error: unknown) => span.endWith(error),
      );
    } else span.end();
    return result;
  }

  add(name: SpanCount, by: number): void {
    const running = this.parts.contexts.active().getValue(SPAN_KEY);
    if (running instanceof SdkSpan) running.add(name, by);
  }

  private begin(name: string, options: SpanOptions): { readonly span: SdkSpan; readonly context: Context } | null {
    const { sdk, contexts, ids, clock, failures } = this.parts;
    try {
      const running = contexts.active();
      // A span that has ended is no parent for what only matters as a part: somebody else's work may run on in its context.
      if (options.partOnly && trace.getSpan(running)?.isRecording() !== true) return null;
      const { traceOf, agoMs } = options;
      const above = traceOf === undefined ? this.parentContext(options, running) : ROOT_CONTEXT;
      const start = () =>
        sdk.startSpan(
          name,
          {
            kind: KINDS[options.kind ?? 'internal'],
            attributes: cleanAttributes(options.attributes ?? {}),
            ...(agoMs === undefined ? {} : { startTime: clock.wallMs() - agoMs }),
          },
          above,
        );
      const begun = traceOf === undefined ? start() : ids.traceOf(traceOf, start);
      const context = trace.setSpan(above, begun);
      const carrier: Record<string, string> = {};
      this.propagator.inject(context, carrier, defaultTextMapSetter);
      const span = new SdkSpan(begun, carrier.traceparent ?? null, failures);
      return { span, context: context.setValue(SPAN_KEY, span) };
    } catch {
      failures.count('traces');
      return null;
    }
  }

  private parentContext({ parent }: SpanOptions, running: Context): Context {
    if (parent === undefined) return running;
    return this.propagator.extract(ROOT_CONTEXT, parent === null ? {} : { traceparent: parent }, defaultTextMapGetter);
  }
}
