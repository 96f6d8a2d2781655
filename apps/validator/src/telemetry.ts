import { healthPort, logLevels } from '@bettertherapy/config';
import { type Clock, type Lifecycle, type Logger, systemClock } from '@bettertherapy/core';
import {
  createLog,
  HealthServer,
  type Log,
  MetricSet,
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
  return { log, levels, flush, clock: systemClock, metrics: validatorMetrics(set), readiness, health, failures };
}

/** Starts serving health on its own; it never holds up or stops the app. */
export async function serveHealth(telemetry: Telemetry, lifecycle: Lifecycle): Promise<void> {
  await telemetry.health.start();
  lifecycle.onClose('health', () => telemetry.health.close());
}

export function component(log: Logger, name: string): Logger {
  return log.child({ component: name });
}
