import { AsyncLocalStorage } from 'node:async_hooks';
import { CodedError, type Span, type SpanCount, type SpanOptions, type Tracer } from '@bettertherapy/core';

/** A span as a part told it, in the order in which they began. */
export interface RecordedSpan {
  readonly name: string;
  readonly options: SpanOptions;
  readonly attributes: Record<string, unknown>;
  /** The span it began in; null at the beginning of a trace. */
  readonly parent: RecordedSpan | null;
  /** Why it failed; null when it did not. */
  failure: string | null;
  ended: boolean;
}

/** A tracer that keeps what it is told: for tests of what parts say, where no SDK is wanted. */
export class RecordingTracer implements Tracer {
  readonly spans: RecordedSpan[] = [];
  private readonly running = new AsyncLocalStorage<RecordedSpan>();

  span<T>(name: string, options: SpanOptions, work: (span: Span) => T): T {
    const above = this.running.getStore() ?? null;
    const begins = options.traceOf !== undefined || options.parent !== undefined;
    const record: RecordedSpan = {
      ...{ name, options, failure: null, ended: false },
      attributes: { ...options.attributes },
      parent: begins ? null : above,
    };
    if (!options.partOnly || (above !== null && !above.ended)) this.spans.push(record);
    const end = (): void => {
      record.ended = true;
    };
    const fail = (reason: string): void => {
      record.failure = reason;
    };
    const endWith = (error: unknown): void => {
      fail(error instanceof CodedError ? error.code : 'thrown');
      end();
    };
    const id = String(this.spans.length).padStart(16, '0');
    const span: Span = {
      set: (attributes) => void Object.assign(record.attributes, attributes),
      fail,
      traceparent: `00-${'a'.repeat(32)}-${id}-01`,
    };
    let result: T;
    try {
      result = this.running.run(record, () => work(span));
    } catch (error) {
      endWith(error);
      throw error;
    }
    if (result instanceof Promise) result.then(end, endWith);
    else end();
    return result;
  }

  add(name: SpanCount, by: number): void {
    const record = this.running.getStore();
    if (record) record.attributes[name] = Number(record.attributes[name] ?? 0) + by;
  }

  named(name: string): RecordedSpan[] {
    return this.spans.filter((span) => span.name === name);
  }
}
