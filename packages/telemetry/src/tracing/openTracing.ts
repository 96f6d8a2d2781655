import { describeError, noTracer, withDeadline } from '@bettertherapy/core';
import type { Tracing, TracingOptions, TracingParts } from './tracing.js';

/** What waits is sent for so long when the daemon stops. */
const CLOSE_MS = 3_000;

const off: Tracing = { tracer: noTracer, flush: () => Promise.resolve(), close: () => Promise.resolve() };

/** Traces of this process. Never rejects: without the SDK, or with one that does not start, nothing is traced. */
export async function openTracing(options: TracingOptions, parts: TracingParts): Promise<Tracing> {
  const { url, headers } = options;
  const { clock, log, failures } = parts;
  if (url === null) return off;
  try {
    // Loaded here and nowhere else, so that a daemon without traces does not carry it.
    const { otlpExporter, sdkTracing } = await import('./sdkTracing.js');
    const tracing = sdkTracing(options, { ...parts, exporter: otlpExporter(url, headers) });
    log.info('traces are sent', { collector: new URL(url).host, sampleRatio: options.sampleRatio });
    return {
      ...tracing,
      close: async () => {
        try {
          await withDeadline({ what: 'sending the last traces', ms: CLOSE_MS, clock }, () => tracing.close());
        } catch (error) {
          failures.count('traces');
          log.debug('the last traces were not sent', { error: describeError(error) });
        }
      },
    };
  } catch (error) {
    failures.count('traces');
    log.warn('traces are off: they could not be started', {
      error: describeError(error),
      remedy: 'Check --otel.* and install the dependencies anew: node scripts/bootstrap.mjs build.',
    });
    return off;
  }
}
