import { type LogFields, type Logger, silentLogger, systemClock } from '@bettertherapy/core';
import { eventually } from '@bettertherapy/testkit';
import { ExportResultCode } from '@opentelemetry/core';
import { InMemorySpanExporter, type ReadableSpan, type SpanExporter, TracerProvider } from '@opentelemetry/sdk-trace';
import { describe, expect, it } from 'vitest';
import { TelemetryFailures } from '../../../src/failures.js';
import { SpanOutbox } from '../../../src/tracing/spanOutbox.js';

/** A collector whose answers the test decides. */
class Collector implements SpanExporter {
  ok = true;
  readonly requests: number[] = [];

  export(spans: ReadableSpan[], done: (result: { code: ExportResultCode; error?: Error }) => void): void {
    this.requests.push(spans.length);
    done(this.ok ? { code: ExportResultCode.SUCCESS } : { code: ExportResultCode.FAILED, error: new Error('500') });
  }

  shutdown(): Promise<void> {
    return Promise.resolve();
  }
}

function outbox(exporter: SpanExporter, maxWaiting = 10) {
  const failures = new TelemetryFailures();
  const lines: [string, LogFields | undefined][] = [];
  const say = (message: string, fields?: LogFields): void => void lines.push([message, fields]);
  const log: Logger = { ...silentLogger, info: say, warn: say };
  const box = new SpanOutbox({ maxWaiting, batch: 5, delayMs: 60_000, timeoutMs: 1_000 }, { exporter, log, failures });
  const tracer = new TracerProvider({ spanProcessors: [box] }).getTracer('test');
  const end = (n: number): void => {
    for (let at = 0; at < n; at += 1) tracer.startSpan(`span ${at}`).end();
  };
  return { box, end, lines, failures: () => new Map(failures.entries()).get('traces') ?? 0 };
}

describe('the outbox of spans', () => {
  it('sends in batches', async () => {
    const collector = new Collector();
    const { box, end } = outbox(collector);
    end(7);
    await box.forceFlush();
    expect(collector.requests).toEqual([5, 2]);
  });

  it('counts every refusal, tells of the first, and of the return with what was lost', async () => {
    const collector = new Collector();
    const { box, end, lines, failures } = outbox(collector);
    collector.ok = false;
    for (let at = 0; at < 3; at += 1) {
      end(1);
      await box.forceFlush().catch(() => undefined);
    }
    expect(failures()).toBe(3);
    expect(lines).toEqual([
      [
        'the collector takes no traces; what is not taken is lost',
        expect.objectContaining({ code: 'TELEMETRY_TRACES_REFUSED', error: '500' }),
      ],
    ]);
    collector.ok = true;
    end(1);
    await box.forceFlush();
    expect(lines[1]).toEqual(['the collector of traces takes spans again', { lost: 3 }]);
    end(1);
    await box.forceFlush();
    expect(lines).toHaveLength(2);
    collector.ok = false;
    end(1);
    await box.forceFlush().catch(() => undefined);
    expect(lines).toHaveLength(3);
  });

  it('holds a bounded number while the collector does not answer, and tells once that it drops', async () => {
    let answer: (() => void) | null = null;
    const slow: SpanExporter = {
      export: (_spans, done) => {
        answer = () => done({ code: ExportResultCode.SUCCESS });
      },
      shutdown: () => Promise.resolve(),
    };
    const { end, lines, failures } = outbox(slow);
    // Five are under way, ten wait, 85 find no room.
    end(100);
    expect(failures()).toBe(1);
    expect(lines.map(([message]) => message)).toEqual(['more spans than the collector takes: some are dropped']);
    for (;;) {
      const reply: (() => void) | null = answer;
      answer = null;
      if (reply === null) break;
      (reply as () => void)();
      await systemClock.sleep(1);
    }
    await eventually('the word that it goes on', () => lines[1], { deadlineMs: 5_000 });
    expect(lines[1]).toEqual(['the collector of traces takes spans again', { lost: 85 }]);
  });

  it('takes nothing after its end', async () => {
    const memory = new InMemorySpanExporter();
    const { box, end } = outbox(memory);
    end(1);
    await box.shutdown();
    end(1);
    expect(memory.getFinishedSpans()).toEqual([]);
  });
});
