import { CodedError, type Span, type SpanAttributes, type SpanCount } from '@bettertherapy/core';
import { type Span as SdkSpanApi, SpanStatusCode } from '@opentelemetry/api';
import type { TelemetryFailures } from '../failures.js';
import { cleanAttributes, cleanName } from './attributes.js';

/** A span of the SDK behind our interface. Nothing that the SDK throws gets out. */
export class SdkSpan implements Span {
  private readonly counts = new Map<SpanCount, number>();

  constructor(
    private readonly span: SdkSpanApi,
    readonly traceparent: string | null,
    private readonly failures: TelemetryFailures,
  ) {}

  set(attributes: SpanAttributes): void {
    this.attempt(() => this.span.setAttributes(cleanAttributes(attributes)));
  }

  fail(reason: string): void {
    this.attempt(() => {
      this.span.setAttribute('error.type', cleanName(reason));
      this.span.setStatus({ code: SpanStatusCode.ERROR });
    });
  }

  add(name: SpanCount, by: number): void {
    const sum = (this.counts.get(name) ?? 0) + by;
    this.counts.set(name, sum);
    this.set({ [name]: sum });
  }

  end(): void {
    this.attempt(() => this.span.end());
  }

  /** Ends it with what was thrown; of that only the code is told, since texts of errors may quote what was sent. */
  endWith(error: unknown): void {
    this.fail(codeOf(error));
    this.end();
  }

  private attempt(work: () => void): void {
    try {
      work();
    } catch {
      this.failures.count('traces');
    }
  }
}

function codeOf(error: unknown): string {
  if (error instanceof CodedError) return error.code;
  return error instanceof Error ? error.name : 'unknown';
}
