import process from 'node:process';
import { type ProcessInput, readProcessInput } from '@bettertherapy/config';
import { CodedError, describeError, Lifecycle } from '@bettertherapy/core';
import { ulid } from 'ulid';
import { openDiskGate } from './disk/openDiskGate.js';
import { runDuties } from './duties/runDuties.js';
import { ExitCode, exitCodeOf } from './errors.js';
import { openGateway } from './gateway/openGateway.js';
import { openRefusals } from './gateway/operator/openOperator.js';
import { boundHeapGrowth } from './heapGrowth.js';
import { openAlerts } from './openAlerts.js';
import { openDuties, openMetagraph, openTwinRoster } from './openDuties.js';
import { openEvidenceBook } from './openEvidence.js';
import { openExam } from './openExam.js';
import {
  checkRegistration,
  openChain,
  openDendrites,
  openJournal,
  openJudge,
  openTwins,
  openWallet,
  secretOf,
} from './openParts.js';
import { openWandb } from './openWandb.js';
import { type ValidatorOptions, validatorConfig } from './options.js';
import { component, openTelemetry, serveHealth, type Telemetry, withTraces } from './telemetry.js';

/** The longest a shutdown may take before the process is ended anyway. */
const SHUTDOWN_MS = 30_000;

async function run(options: ValidatorOptions, input: ProcessInput, plain: Telemetry, stop: AbortSignal): Promise<void> {
  const { log } = plain;
  const lifecycle = new Lifecycle({ log });
  try {
    const telemetry = await withTraces(options, plain, lifecycle);
    await serveHealth(telemetry, lifecycle);
    const signer = await openWallet(options);
    const chain = await openChain(options, telemetry, stop);
    lifecycle.onClose('chain', () => chain.close());
    const uid = await checkRegistration(chain, options, signer.address, telemetry, stop);
    const disk = await openDiskGate(options, telemetry);
    const identity = { genesis: chain.genesisHash, hotkey: signer.address };
    const store = openJournal(options, identity, telemetry, () => disk.writeFailed());
    lifecycle.onClose('store', () => store.close());
    const secret = secretOf(store);
    const { bank, calibration, examiner, patientJudge, model } = await openJudge(
      options,
      { telemetry, store, secret, env: input.env, lifecycle },
      stop,
    );
    const exam = await openExam(options, { telemetry, store, secret, bank, calibration, model });
    const dendrites = openDendrites(options, signer, telemetry);
    lifecycle.onClose('dendrite', () => dendrites.rounds.close());
    lifecycle.onClose('patients’ dendrite', () => dendrites.patients.close());
    const metagraph = openMetagraph(options, { chain, signer, telemetry });
    const refusals = openRefusals(store, telemetry);
    const dendrite = dendrites.rounds;
    const parts = {
      telemetry,
      signer,
      chain,
      store,
      dendrite,
      metagraph,
      bank,
      examiner,
      exam,
      secret,
      refusals,
      disk,
    };
    const roster = openTwinRoster(options, { ...parts, dendrite: dendrites.patients });
    const evidence = openEvidenceBook(options, parts);
    const duties = [
      exam,
      ...openDuties(options, parts),
      roster,
      ...evidence.duties,
      openAlerts(options, parts, lifecycle),
      ...openWandb(options, { ...parts, uid, env: input.env }),
    ];
    const gateway = await openGateway({
      options,
      genesisHash: chain.genesisHash,
      store,
      metagraph: (signal) => metagraph.current(signal),
      lastMetagraph: () => metagraph.last(),
      refusals,
      askMany: (calls, terms) => dendrites.patients.queryMany(calls, terms),
      examiner,
      patientJudge,
      serves: (miner, twin) => roster.serves(miner.hotkey, twin),
      twinsOf: (hotkey) => roster.twinsOf(hotkey),
      ...(await openTwins(options, { store, signer, telemetry, env: input.env, lifecycle }, stop)),
      model,
      exam,
      evidence: evidence.book,
      room: () => disk.room,
      metrics: telemetry.metrics.gateway,
      bank,
      signer,
      clock: telemetry.clock,
      tracer: telemetry.tracer,
      log: component(log, 'gateway'),
      secret,
      newId: ulid,
    });
    if (gateway) lifecycle.onClose('gateway', () => gateway.close());
    log.info('validator running', { netuid: options.netuid, uid, hotkey: signer.address, questions: bank.length });
    await runDuties(duties, stop, log);
  } finally {
    await lifecycle.close();
    log.info('validator stopped');
  }
}

/** The first signal asks, the second insists. */
function stopOnSignals(telemetry: Telemetry): AbortController {
  const stop = new AbortController();
  const onSignal = (signal: NodeJS.Signals): void => {
    if (stop.signal.aborted) process.exit(ExitCode.Fault);
    telemetry.log.info('stopping', { signal });
    stop.abort(new CodedError('VALIDATOR_STOPPED', `stopped by ${signal}`, { remedy: 'Start it again when needed.' }));
    telemetry.clock.after(SHUTDOWN_MS, () => process.exit(ExitCode.Fault));
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return stop;
}

async function main(): Promise<number> {
  boundHeapGrowth();
  const input = readProcessInput();
  const parsed = validatorConfig.parse(input);
  if (parsed.kind === 'print') {
    process.stdout.write(parsed.text);
    return ExitCode.Asked;
  }
  const telemetry = openTelemetry(parsed.config, input.terminal);
  const { log, flush } = telemetry;
  for (const warning of parsed.warnings) log.warn('configuration', { warning });
  const { signal } = stopOnSignals(telemetry);
  try {
    await run(parsed.config, input, telemetry, signal);
    return ExitCode.Asked;
  } catch (error) {
    if (signal.aborted) return ExitCode.Asked;
    const remedy = error instanceof CodedError ? error.remedy : 'This is a defect; report it with the log.';
    const stack = error instanceof CodedError || !(error instanceof Error) ? undefined : error.stack;
    log.fatal('validator ended', { error: describeError(error), remedy, stack });
    return exitCodeOf(error);
  } finally {
    flush();
  }
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    const remedy = error instanceof CodedError ? `\n${error.remedy}` : '';
    process.stderr.write(`${describeError(error)}${remedy}\n`);
    process.exit(exitCodeOf(error));
  },
);
