import { createHash } from 'node:crypto';
import { type IdGenerator, RandomIdGenerator } from '@opentelemetry/sdk-trace';

const TRACE_ID_DIGITS = 32;

/** Ids of spans and traces: random ones, but for traces of a thing that has an id of its own. */
export class NamedIds implements IdGenerator {
  private readonly random = new RandomIdGenerator();
  private next: string | null = null;

  readonly generateSpanId = (): string => this.random.generateSpanId();
  readonly generateTraceId = (): string => this.next ?? this.random.generateTraceId();

  /** A trace that `start` begins has the id that belongs to `thing`; the SDK asks for it before `start` returns. */
  traceOf<T>(thing: string, start: () => T): T {
    this.next = traceIdOf(thing);
    try {
      return start();
    } finally {
      this.next = null;
    }
  }
}

/** The id of the trace of a round, a question or an intent. Evenly spread, as sampling by ratio needs it. */
export function traceIdOf(thing: string): string {
  return createHash('sha256').update(thing).digest('hex').slice(0, TRACE_ID_DIGITS);
}
