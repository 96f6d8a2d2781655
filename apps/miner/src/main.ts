import process from 'node:process';
import {
  healthPort,
  logLevels,
  type ParsedConfig,
  type ProcessInput,
  readProcessInput,
  tracesUrl,
} from '@bettertherapy/config';
import { CodedError, describeError, Lifecycle, type Logger, systemClock } from '@bettertherapy/core';
import {
  createLog,
  HealthServer,
  type Log,
  MetricSet,
  minerMetrics,
  openTracing,
  Readiness,
  TelemetryFailures,
} from '@bettertherapy/telemetry';
import { ModelHealth } from './answer/index.js';
import { MINER_VERSION, type MinerConfig, minerConfig } from './config.js';
import { exitCodeOf } from './errors.js';
import { openAlerts } from './incidents/openAlerts.js';
import {
  checkRegistration,
  externalIp,
  type MinerParts,
  makeAnswerer,
  openAxon,
  openChain,
  openMinerStore,
  openModel,
  openPersona,
  openWallet,
  READY_PARTS,
  startDuties,
} from './openMiner.js';
import { Roster } from './roster.js';
import { openTwins } from './twins/openTwins.js';

const STOP_DEADLINE_MS = 26_000;

async function run(
  input: ProcessInput,
  { config }: ParsedConfig<MinerConfig>,
  { log, levels }: Log,
  failures: TelemetryFailures,
) {
  const stop = stopSignal(log);
  const lifecycle = new Lifecycle({ log });
  const set = new MetricSet({ app: 'miner', version: MINER_VERSION }, { failures });
  const readiness = new Readiness(READY_PARTS);
  const clock = systemClock;
  const fault = new AbortController();
  const fail = (error: unknown): void => fault.abort(error);
  const metrics = minerMetrics(set);
  const tracing = await openTracing(
    { app: 'miner', version: MINER_VERSION, ...config.otel, url: tracesUrl(config.otel) },
    { clock, log: log.child({ component: 'traces' }), failures },
  );
  lifecycle.onClose('traces', () => tracing.close());
  const { tracer } = tracing;
  const parts: MinerParts = { config, env: input.env, clock, log, tracer, metrics, readiness, lifecycle, fail };
  try {
    const health = new HealthServer(
      { port: healthPort(config.health), app: 'miner', version: MINER_VERSION },
      { metrics: set, readiness, clock, log, levels, failures },
    );
    lifecycle.onClose('health', () => health.close());
    await health.start();
    const hotkey = await openWallet(parts);
    const chain = await openChain(parts, stop);
    await checkRegistration(parts, chain, hotkey.address, stop);
    const store = openMinerStore(parts, chain, hotkey.address);
    const roster = new Roster();
    const persona = await openPersona(parts);
    const model = await openModel(parts, persona, stop);
    const twins = await openTwins(parts, { store, roster, model }, stop);
    const modelHealth = new ModelHealth();
    const answerer = makeAnswerer(parts, { model, persona, twins: twins?.source ?? null, health: modelHealth });
    const ip = await externalIp(parts, stop);
    roster.replace(await chain.metagraph(config.netuid, { signal: stop }));
    // The axon drains when it is closed; the stop signal would cut running answers off.
    await twins?.start();
    const served = twins?.held ?? null;
    const axon = await openAxon(
      parts,
      { hotkey, store, answerer, twins: served, roster, ip },
      new AbortController().signal,
    );
    await startDuties(parts, { chain, hotkey, roster, axon, ip });
    openAlerts(parts, { chain, hotkey: hotkey.address, store, roster, health: modelHealth, failures });
    log.info('miner serving', { hotkey: hotkey.address, netuid: config.netuid, ip, port: axon.port });
    await stopped(AbortSignal.any([stop, fault.signal]));
    if (!stop.aborted) fault.signal.throwIfAborted();
  } catch (error) {
    // A start that was interrupted by a signal ends like any other stop.
    if (!stop.aborted) throw error;
    log.debug('start interrupted', { error: describeError(error) });
  } finally {
    systemClock.after(STOP_DEADLINE_MS, () => process.exit(1));
    await lifecycle.close();
  }
}

/** Aborts at the first SIGTERM or SIGINT; the second ends the process at once. */
function stopSignal(log: Logger): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGTERM', 'SIGINT'] as const) {
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(1);
      log.info('stopping; once more to stop at once', { signal: name });
      controller.abort(new Error(`stopped by ${name}`));
    });
  }
  return controller.signal;
}

function stopped(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

function openLog(config: MinerConfig, input: ProcessInput, failures: TelemetryFailures): Log {
  const format = config.logging.json || !input.terminal ? 'json' : 'pretty';
  return createLog({ app: 'miner', format, ...logLevels(config.logging) }, { failures });
}

function explain(error: unknown): string {
  const remedy = error instanceof CodedError ? `\n${error.remedy}` : '';
  return `${describeError(error)}${remedy}\n`;
}

/** A fault nobody caught: it is logged like any other before the process ends. */
function logUncaught(log: Log): void {
  process.on('uncaughtException', (error) => {
    log.log.fatal('the miner failed', { error });
    log.flush();
    process.exit(1);
  });
}

async function main(): Promise<number> {
  const input = readProcessInput();
  const failures = new TelemetryFailures();
  let log: Log | null = null;
  try {
    const parsed = minerConfig.parse(input);
    if (parsed.kind === 'print') {
      process.stdout.write(parsed.text);
      return 0;
    }
    log = openLog(parsed.config, input, failures);
    logUncaught(log);
    for (const warning of parsed.warnings) log.log.warn('configuration', { warning });
    await run(input, parsed, log, failures);
    log.log.info('miner stopped');
    return 0;
  } catch (error) {
    if (log === null) process.stderr.write(explain(error));
    else if (error instanceof CodedError) {
      const { code, remedy, details } = error;
      log.log.fatal(describeError(error), { code, remedy, details });
    } else log.log.fatal('the miner failed', { error });
    return exitCodeOf(error);
  } finally {
    log?.flush();
  }
}

process.exit(await main());
