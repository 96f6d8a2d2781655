import type { Clock, Logger, Tracer } from '@bettertherapy/core';
import type { TelemetryFailures } from '../failures.js';

export interface TracingOptions {
  /** `validator` or `miner`. */
  readonly app: string;
  readonly version: string;
  /** Where a collector takes traces, its path included; null: nothing is traced and nothing of the SDK is loaded. */
  readonly url: string | null;
  /** `name=value`, sent with every request; secrets. */
  readonly headers: readonly string[];
  /** Share of the traces begun here that are recorded, 0 to 1. */
  readonly sampleRatio: number;
}

export interface TracingParts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly failures: TelemetryFailures;
}

export interface Tracing {
  readonly tracer: Tracer;
  /** Sends what waits. */
  flush(): Promise<void>;
  /** Sends what waits, within a few seconds, and ends; never rejects. */
  close(): Promise<void>;
}
