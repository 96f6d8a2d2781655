import { randomBytes } from 'node:crypto';
import { join, resolve } from 'node:path';
import { type Beacon, ChainClient, isRetryable, resolveEndpoint } from '@bettertherapy/chain';
import { type BeaconConfig, modelApiKey } from '@bettertherapy/config';
import { backoffDelayMs, describeError, type Hotkey, type Lifecycle } from '@bettertherapy/core';
import {
  defaultBankPath,
  type Examiner,
  hashBank,
  judgeManifest,
  loadCalibration,
  loadQuestionBank,
  openExaminer,
  openJudgeModel,
  profileFor,
  type Question,
} from '@bettertherapy/judge';
import type { LanguageModel } from '@bettertherapy/llm';
import type { CalibrationTable } from '@bettertherapy/scoring';
import { openStore, type Store } from '@bettertherapy/store';
import { tracedTokens } from '@bettertherapy/telemetry';
import { Dendrite, NonceClock } from '@bettertherapy/transport';
import { seedShippedPacks, TwinMemory, TwinRegistry } from '@bettertherapy/twins';
import { loadHotkey, ready, resolveWalletRoot, type Signer } from '@bettertherapy/wallet';
import { noSuchMechanism, notRegistered } from './errors.js';
import { gatewayPort, type ValidatorOptions } from './options.js';
import { migrationsDir, modelManifest } from './paths.js';
import { type PatientJudge, patientJudge } from './patientJudge.js';
import { gateAnswer, harmfulTexts, maskTexts } from './patientRules.js';
import { referenceMemory } from './referenceMemory.js';
import { RulesPool, rulesHere, type TextRules } from './rulesPool.js';
import { component, type Telemetry } from './telemetry.js';

const RULE_THREADS = 2;
/** A usual answer takes milliseconds; a text made to keep the rules busy is worth no more. */
const RULES_MS = 10_000;
const RULES_WAITING = 4_096;

export async function openWallet(options: ValidatorOptions): Promise<Signer<Hotkey>> {
  await ready();
  const { path, name, hotkey } = options.wallet;
  return loadHotkey({ root: resolveWalletRoot(path ?? undefined), name, hotkey });
}

/**
 * The chain, tried until it answers; meanwhile `/ready` says so.
 * @throws CodedError CHAIN_BAD_ENDPOINT, CHAIN_WRONG_GENESIS, CHAIN_DECODE, or the signal's reason
 */
export async function openChain(
  options: ValidatorOptions,
  telemetry: Telemetry,
  signal: AbortSignal,
): Promise<ChainClient> {
  const { clock, metrics } = telemetry;
  const log = component(telemetry.log, 'chain');
  const { urls, genesisHash } = resolveEndpoint(options.chain);
  const beacon = beaconOf(options.subtensor.beacon);
  return untilReachable(telemetry, signal, () =>
    ChainClient.open({ endpoints: urls, genesisHash, beacon }, { clock, log, metrics: metrics.chain }, signal),
  );
}

function beaconOf({ publicKey, genesis, period }: BeaconConfig): Partial<Beacon> {
  return {
    ...(publicKey === null ? {} : { publicKey: Uint8Array.from(Buffer.from(publicKey.replace(/^0x/, ''), 'hex')) }),
    ...(genesis === null ? {} : { genesisTime: genesis }),
    ...(period === null ? {} : { periodSeconds: period }),
  };
}

/**
 * The uid of the hotkey, once the chain has said that everything we were started for exists.
 * @throws CodedError VALIDATOR_NOT_REGISTERED, VALIDATOR_MECHANISM_MISSING, CHAIN_SUBNET_MISSING
 */
export async function checkRegistration(
  chain: ChainClient,
  options: Pick<ValidatorOptions, 'netuid' | 'mecid'>,
  hotkey: Hotkey,
  telemetry: Telemetry,
  signal: AbortSignal,
): Promise<number> {
  const { netuid, mecid } = options;
  return untilReachable(telemetry, signal, async () => {
    const uid = await chain.uidOf(netuid, hotkey, { signal });
    if (uid === null) throw notRegistered(hotkey, netuid);
    const { mechanisms } = await chain.subnet(netuid, { signal });
    if (mecid >= mechanisms) throw noSuchMechanism(netuid, mecid, mechanisms);
    return uid;
  });
}

const FIRST_BACKOFF_MS = 1_000;
const MAX_BACKOFF_MS = 15_000;

/** An unreachable chain is no reason to end: whoever started us would only start us again. */
async function untilReachable<T>(
  { clock, log, readiness }: Telemetry,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      signal.throwIfAborted();
      if (!isRetryable(error)) throw error;
      readiness.set('metagraph', false, 'chain unreachable');
      const waitMs = backoffDelayMs(attempt, FIRST_BACKOFF_MS, MAX_BACKOFF_MS, 1);
      log.error('the chain cannot be reached; trying again', {
        ...{ attempt, waitMs, error: describeError(error) },
        remedy: 'Check --subtensor.network and --subtensor.chain_endpoint, and that the node is running.',
      });
      await clock.sleep(waitMs, signal);
    }
  }
}

export function openJournal(
  options: ValidatorOptions,
  identity: { readonly genesis: string; readonly hotkey: Hotkey },
  { clock, log, metrics, tracer }: Telemetry,
  diskFull: () => void,
): Store {
  const file = join(resolve(options.data.dir), 'validator.sqlite');
  return openStore(
    { file, migrationsDir, identity: { ...identity, netuid: options.netuid }, owner: 'validator' },
    { clock, log: component(log, 'store'), metrics: metrics.store, diskFull, tracer },
  );
}

/** Known to this validator alone: makes its questions unforeseeable and its judge's boundary marks unknowable. */
export function secretOf(store: Store): string {
  return store.meta.getOrCreate('round_secret', () => randomBytes(32).toString('hex'));
}

/** Bank, model and judge. @throws CodedError JUDGE_…, LLM_… */
export async function openJudge(
  options: ValidatorOptions,
  parts: {
    readonly telemetry: Telemetry;
    readonly store: Store;
    readonly secret: string;
    readonly env: Readonly<Record<string, string | undefined>>;
    readonly lifecycle: Lifecycle;
  },
  signal: AbortSignal,
): Promise<{
  readonly bank: Question[];
  readonly calibration: CalibrationTable | undefined;
  readonly examiner: Examiner;
  readonly patientJudge: PatientJudge;
  readonly model: LanguageModel;
}> {
  const { clock, log, metrics, tracer } = parts.telemetry;
  const bank = await loadQuestionBank(options.bank.path ?? defaultBankPath());
  const modelLog = component(log, 'model');
  const modelMetrics = tracedTokens(metrics.model, tracer);
  const modelParts = { manifestPath: modelManifest, clock, log: modelLog, metrics: modelMetrics, env: parts.env };
  const model = await openJudgeModel({ ...options.model, apiKey: modelApiKey(options.model) }, modelParts, signal);
  parts.lifecycle.onClose('model', () => model.close(), 15_000);
  const judgeLog = component(log, 'judge');
  const references = (manifest: () => string) => referenceMemory(manifest, { store: parts.store, clock });
  const calibration = await calibrationOf(options, model, bank);
  const { judge, examiner } = openExaminer(
    { bank, boundarySeed: parts.secret, calibration },
    { model, clock, log: judgeLog, metrics: metrics.judge, references },
  );
  log.info('judge ready', { model: model.info.name, runtime: model.info.runtime, manifest: judge.manifest.sha256 });
  const rules = openRules(options, parts);
  return { bank, calibration, examiner, patientJudge: patientJudge({ judge, rules, clock }), model };
}

/** @throws CodedError JUDGE_BAD_CALIBRATION */
async function calibrationOf(
  { judge: { calibration } }: ValidatorOptions,
  { info }: LanguageModel,
  bank: readonly Question[],
): Promise<CalibrationTable | undefined> {
  if (calibration === null) return undefined;
  return loadCalibration(resolve(calibration), judgeManifest(info, profileFor(info), hashBank(bank)));
}

/** Rules on answers that patients wait for; threads only where there is a gateway. */
function openRules(
  { gateway }: ValidatorOptions,
  { telemetry, lifecycle }: { readonly telemetry: Telemetry; readonly lifecycle: Lifecycle },
): TextRules {
  if (gatewayPort(gateway) === null) return rulesHere({ gateAnswer, harmfulTexts, maskTexts });
  const { clock } = telemetry;
  const rules = new RulesPool({ threads: RULE_THREADS, deadlineMs: RULES_MS, maxQueue: RULES_WAITING }, { clock });
  lifecycle.onClose('rules', () => rules.close());
  return rules;
}

/** Two dendrites that share one signer's nonces: rounds must not hold up patients, nor patients rounds. */
export function openDendrites(
  options: ValidatorOptions,
  signer: Signer<Hotkey>,
  { clock, log, metrics, tracer }: Telemetry,
): { readonly rounds: Dendrite; readonly patients: Dendrite } {
  const { questions, maxMiners } = options.neuron;
  const { maxStreams, miners } = options.gateway;
  const parts = {
    clock,
    log: component(log, 'dendrite'),
    metrics: metrics.dendrite,
    nonces: new NonceClock({ clock }),
    tracer,
  };
  return {
    // A miner is asked all questions at once, and no request waits for a turn of ours: waiting would cost it time.
    rounds: new Dendrite({ signer, connectionsPerAxon: questions, concurrency: questions * maxMiners }, parts),
    patients: new Dendrite({ signer, connectionsPerAxon: maxStreams, concurrency: miners }, parts),
  };
}

/** Twins as this validator publishes them, and what they know. @throws CodedError LLM_* of the embedding model */
export async function openTwins(
  options: ValidatorOptions,
  parts: {
    readonly store: Store;
    readonly signer: Signer<Hotkey>;
    readonly telemetry: Telemetry;
    readonly env: Readonly<Record<string, string | undefined>>;
    readonly lifecycle: Lifecycle;
  },
  signal: AbortSignal,
): Promise<{ readonly twins: TwinRegistry; readonly memory: TwinMemory }> {
  const { store, signer, telemetry } = parts;
  const log = component(telemetry.log, 'twins');
  const twins = new TwinRegistry({ shelf: store.twins, signer, clock: telemetry.clock });
  if (options.gateway.demonstration) {
    const seeded = await seedShippedPacks(twins);
    if (seeded.length > 0) log.info('demonstration twins published', { twins: seeded.map(({ id }) => id) });
  }
  const embedder = await openEmbedder(options, parts, signal);
  return { twins, memory: new TwinMemory({ index: store.twinNotes, embedder, log }) };
}

/** The model that finds notes by meaning: on the same server as an `openai` judge, else a file here; null without the flag. */
async function openEmbedder(
  options: ValidatorOptions,
  parts: Pick<Parameters<typeof openTwins>[1], 'telemetry' | 'env' | 'lifecycle'>,
  signal: AbortSignal,
): Promise<LanguageModel | null> {
  const name = options.gateway.embeddingModel;
  if (name === null || gatewayPort(options.gateway) === null) return null;
  const { clock, log } = parts.telemetry;
  const backend = options.model.backend === 'openai' ? 'openai' : 'llama';
  const apiKey = modelApiKey({ ...options.model, backend });
  const model = await openJudgeModel(
    { ...options.model, backend, name, apiKey, slots: 1, context: null, embeddingModel: name },
    { manifestPath: modelManifest, clock, log: component(log, 'embedding'), metrics: null, env: parts.env },
    signal,
  );
  parts.lifecycle.onClose('embedding model', () => model.close(), 15_000);
  log.info('embedding model ready', { model: model.info.name, runtime: model.info.runtime });
  return model;
}
