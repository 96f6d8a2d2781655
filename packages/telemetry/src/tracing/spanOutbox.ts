import { describeError, type Logger } from '@bettertherapy/core';
import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import { BatchSpanProcessor, type ReadableSpan, type SpanExporter, type SpanProcessor } from '@opentelemetry/sdk-trace';
import { TelemetryErrorCode } from '../errors.js';
import type { TelemetryFailures } from '../failures.js';

export interface OutboxOptions {
  /** Spans that may wait; more are dropped and counted. */
  readonly maxWaiting: number;
  /** Spans in one request to the collector. */
  readonly batch: number;
  /** The longest a span waits for company. */
  readonly delayMs: number;
  /** For one request, its repetitions included. */
  readonly timeoutMs: number;
}

/**
 * Spans on their way to the collector: a bounded number waits, sent in batches beside the daemon's work. A collector that
 * fails is counted each time and told of once, as is its return; what it did not take is lost.
 */
export class SpanOutbox implements SpanProcessor {
  private readonly batches: BatchSpanProcessor;
  private waiting = 0;
  private lost = 0;
  private failing = false;
  private full = false;

  constructor(
    private readonly options: OutboxOptions,
    private readonly parts: {
      readonly exporter: SpanExporter;
      readonly log: Logger;
      readonly failures: TelemetryFailures;
    },
  ) {
    this.batches = new BatchSpanProcessor({
      exporter: this.watched(),
      maxQueueSize: options.maxWaiting,
      maxExportBatchSize: options.batch,
      scheduledDelayMillis: options.delayMs,
      // The exporter keeps its own time; this is for one that does not.
      exportTimeoutMillis: options.timeoutMs * 2,
    });
  }

  onStart(): void {
    // Only what has ended is sent.
  }

  onEnd(span: ReadableSpan): void {
    if (this.waiting < this.options.maxWaiting) {
      this.waiting += 1;
      this.batches.onEnd(span);
      return;
    }
    this.lost += 1;
    if (this.full) return;
    this.full = true;
    this.parts.failures.count('traces');
    this.parts.log.warn('more spans than the collector takes: some are dropped', { waiting: this.waiting });
  }

  forceFlush(): Promise<void> {
    return this.batches.forceFlush();
  }

  shutdown(): Promise<void> {
    return this.batches.shutdown();
  }

  private watched(): SpanExporter {
    const { exporter } = this.parts;
    return {
      export: (spans, done) => {
        this.waiting -= spans.length;
        exporter.export(spans, (result) => {
          this.heard(result, spans.length);
          done(result);
        });
      },
      forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve(),
      shutdown: () => exporter.shutdown(),
    };
  }

  private heard(result: ExportResult, spans: number): void {
    const { log, failures } = this.parts;
    if (result.code === ExportResultCode.SUCCESS) {
      if (this.failing || this.full) log.info('the collector of traces takes spans again', { lost: this.lost });
      this.failing = false;
      this.full = false;
      this.lost = 0;
      return;
    }
    this.lost += spans;
    failures.count('traces');
    if (this.failing) return;
    this.failing = true;
    log.warn('the collector takes no traces; what is not taken is lost', {
      code: TelemetryErrorCode.TracesRefused,
      error: describeError(result.error ?? 'it gave no reason'),
      remedy: 'See that a collector takes OTLP over HTTP at --otel.endpoint, usually on port 4318.',
    });
  }
}
