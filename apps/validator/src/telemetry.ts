import { healthPort, logLevels, tracesUrl } from '@bettertherapy/config';
import { type Clock, type Lifecycle, type Logger, noTracer, systemClock, type Tracer } from '@bettertherapy/core';
import {
  createLog,
  HealthServer,
  type Log,
  MetricSet,
  openTracing,
  Readiness,
  TelemetryFailures,
  type ValidatorMetrics,
  validatorMetrics,
} from '@bettertherapy/telemetry';
import { type ValidatorOptions, VERSION } from './options.js';

const APP = 'validator';

export interface Telemetry extends Log {
  readonly clock: Clock;
  readonly metrics: ValidatorMetrics;
  readonly readiness: Readiness;
  readonly health: HealthServer;
  readonly failures: TelemetryFailures;
  readonly tracer: Tracer;
}

/** Log, metrics and health of this process; nothing listens yet. */
export function openTelemetry(options: ValidatorOptions, terminal: boolean): Telemetry {
  const failures = new TelemetryFailures();
  const format = options.logging.json || !terminal ? 'json' : 'pretty';
  const { log, levels, flush } = createLog({ app: APP, ...logLevels(options.logging), format }, { failures });
  const set = new MetricSet({ app: APP, version: VERSION }, { failures });
  const readiness = new Readiness(['metagraph', 'judge', 'rounds', 'weights', 'disk']);
  const health = new HealthServer(
    { port: healthPort(options.health), app: APP, version: VERSION },
    { metrics: set, readiness, clock: systemClock, log: log.child({ component: 'health' }), levels, failures },
  );
  const metrics = validatorMetrics(set);
  return { log, levels, flush, clock: systemClock, metrics, readiness, health, failures, tracer: noTracer };
}

/** The same with traces where the flags ask for them. They end after everything that they tell of. */
export async function withTraces(
  { otel }: ValidatorOptions,
  telemetry: Telemetry,
  lifecycle: Lifecycle,
): Promise<Telemetry> {
  const { clock, failures } = telemetry;
  const log = component(telemetry.log, 'traces');
  const { tracer, close } = await openTracing(
    { app: APP, version: VERSION, ...otel, url: tracesUrl(otel) },
    { clock, log, failures },
  );
  lifecycle.onClose('traces', close);
  return { ...telemetry, tracer };
}

/** Starts serving health on its own; it never holds up or stops the app. */
export async function serveHealth(telemetry: Telemetry, lifecycle: Lifecycle): Promise<void> {
  await telemetry.health.start();
  lifecycle.onClose('health', () => telemetry.health.close());
}

export function component(log: Logger, name: string): Logger {
  return log.child({ component: name });
}
