import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ChainClient, resolveEndpoint } from '@bettertherapy/chain';
import { chainAddress, type Environment } from '@bettertherapy/config';
import type { Clock, Hotkey, Lifecycle, Logger, Tracer } from '@bettertherapy/core';
import type { LanguageModel } from '@bettertherapy/llm';
import { migrate, openStore, type Store } from '@bettertherapy/store';
import { type MinerMetrics, type Readiness, tracedTokens } from '@bettertherapy/telemetry';
import { AxonServer } from '@bettertherapy/transport';
import { ANSWER_WORDS, installDefaultPersona, PersonaFile } from '@bettertherapy/twins';
import { loadHotkey, resolveWalletRoot, type Signer } from '@bettertherapy/wallet';
import { Answerer, type ModelHealth, type TwinSource } from './answer/index.js';
import type { MinerConfig } from './config.js';
import { findExternalIp } from './duties/externalAddress.js';
import { SubnetFollower } from './duties/followSubnet.js';
import { AxonPublisher } from './duties/publishAxon.js';
import { MinerErrorCode, minerError } from './errors.js';
import { modelSlots, openMinerModel } from './model.js';
import { callerPolicy, toRao } from './policy.js';
import { registerCommand, requireRegistration } from './registration.js';
import type { Roster } from './roster.js';
import type { HeldTwins } from './twins/heldTwins.js';

export interface MinerParts {
  readonly config: MinerConfig;
  readonly env: Environment;
  readonly clock: Clock;
  readonly log: Logger;
  readonly tracer: Tracer;
  readonly metrics: MinerMetrics;
  readonly readiness: Readiness;
  readonly lifecycle: Lifecycle;
  /** Ends the miner with a fault that a new start may mend. */
  readonly fail: (error: unknown) => void;
}

const MIGRATIONS = fileURLToPath(new URL('../../../migrations', import.meta.url));
/** What running answers get when the miner stops; pm2 waits longer (ecosystem.config.cjs). */
const DRAIN_MS = 18_000;
/** The parts `/ready` waits for. */
export const READY_PARTS = ['chain', 'registration', 'model', 'axon', 'published'] as const;

/** Opens the hotkey of the configuration. @throws CodedError WALLET_* */
export function openWallet({ config }: MinerParts): Promise<Signer<Hotkey>> {
  const { path, name, hotkey } = config.wallet;
  return loadHotkey({ root: resolveWalletRoot(path ?? undefined), name, hotkey });
}

/** Connects to the chain. @throws CodedError CHAIN_* */
export async function openChain(parts: MinerParts, signal: AbortSignal): Promise<ChainClient> {
  const { clock, log, metrics, lifecycle, config, readiness } = parts;
  const { urls, genesisHash, network } = resolveEndpoint(chainAddress(config.subtensor));
  const chain = await ChainClient.open(
    { endpoints: urls, genesisHash },
    { clock, log: log.child({ component: 'chain' }), metrics: metrics.chain },
    signal,
  );
  lifecycle.onClose('chain', () => chain.close());
  readiness.set('chain', true, 'connected');
  log.info('chain connected', { network, genesis: chain.genesisHash, specVersion: chain.specVersion() });
  return chain;
}

/** Refuses to go on unless the hotkey is registered. @throws CodedError MINER_NOT_REGISTERED */
export async function checkRegistration(
  parts: MinerParts,
  chain: ChainClient,
  hotkey: Hotkey,
  signal: AbortSignal,
): Promise<void> {
  const uid = await requireRegistration(chain, hotkey, parts.config, signal);
  parts.readiness.set('registration', true, 'registered');
  parts.log.info('hotkey registered', { hotkey, netuid: parts.config.netuid, uid });
}

/**
 * The database of used nonces and of packs that others published. Nothing in it is lost for good, so the miner migrates
 * it itself.
 * @throws CodedError STORE_*
 */
export function openMinerStore(parts: MinerParts, chain: ChainClient, hotkey: Hotkey): Store {
  const { config, clock, metrics, lifecycle } = parts;
  const log = parts.log.child({ component: 'store' });
  const file = join(config.data.dir, 'miner.sqlite');
  migrate({ file, migrationsDir: MIGRATIONS }, { clock, log });
  const identity = { genesis: chain.genesisHash, netuid: config.netuid, hotkey };
  const store = openStore(
    { file, migrationsDir: MIGRATIONS, identity, owner: 'miner' },
    { clock, log, metrics: metrics.store, tracer: parts.tracer },
  );
  lifecycle.onClose('store', () => store.close());
  return store;
}

/** The miner's own persona, from its file. @throws CodedError TWIN_* */
export async function openPersona({ config, clock, log: parent }: MinerParts): Promise<PersonaFile> {
  const log = parent.child({ component: 'answer' });
  const path = config.twin.promptFile ?? join(config.data.dir, 'persona.md');
  if (config.twin.promptFile === null && (await installDefaultPersona(path))) {
    log.info('persona written; edit it to change how the twin speaks', { file: path });
  }
  const persona = new PersonaFile({ path }, { clock, log });
  await persona.open();
  return persona;
}

/** The model that answers. @throws CodedError LLM_*, MINER_PERSONA_TOO_LONG */
export async function openModel(parts: MinerParts, persona: PersonaFile, signal: AbortSignal): Promise<LanguageModel> {
  const { config, clock, metrics, lifecycle, readiness, tracer } = parts;
  readiness.set('model', false, 'loading');
  const modelMetrics = tracedTokens(metrics.model, tracer);
  const modelParts = { clock, log: parts.log.child({ component: 'model' }), metrics: modelMetrics };
  const model = await openMinerModel(config.model, parts.env, modelParts, signal);
  lifecycle.onClose('model', () => model.close());
  readiness.set('model', true, 'loaded');
  parts.log.info('model ready', { ...model.info });
  await requireRoom(model, (await persona.current()).text, config.model.maxTokens);
  return model;
}

/** Persona, twins and model behind one answering function. */
export function makeAnswerer(
  parts: MinerParts,
  own: {
    readonly model: LanguageModel;
    readonly persona: PersonaFile;
    readonly twins: TwinSource | null;
    readonly health: ModelHealth;
  },
): Answerer {
  const { config, clock, metrics } = parts;
  const log = parts.log.child({ component: 'answer' });
  const { temperature, topP, topK, repeatPenalty, maxTokens, minWords } = config.model;
  return new Answerer(
    {
      sampling: { temperature, topP, topK, repeatPenalty },
      maxTokens,
      minWords,
      maxWords: ANSWER_WORDS.max,
      region: config.twin.region,
    },
    { ...own, clock, log, tracer: parts.tracer, metrics: metrics.answer, modelLost: parts.fail },
  );
}

/** Tokens a question must find room for. */
const QUESTION_TOKENS = 256;

/** @throws CodedError MINER_PERSONA_TOO_LONG when persona and answer leave no room for a question */
async function requireRoom(model: LanguageModel, persona: string, maxTokens: number): Promise<void> {
  const tokens = await model.countTokens(persona);
  const { contextTokens } = model.info;
  if (tokens + maxTokens + QUESTION_TOKENS <= contextTokens) return;
  throw minerError(
    MinerErrorCode.PersonaTooLong,
    `a persona of ${tokens} tokens and answers of ${maxTokens} leave no room for questions in ${contextTokens}`,
    'Shorten the persona file, lower --model.max_tokens or raise --model.context.',
    { tokens, maxTokens, contextTokens },
  );
}

/** Serves questions at the axon. @throws CodedError TRANSPORT_CANNOT_LISTEN */
export async function openAxon(
  parts: MinerParts,
  own: {
    readonly hotkey: Signer<Hotkey>;
    readonly store: Store;
    readonly answerer: Answerer;
    readonly twins: HeldTwins | null;
    readonly roster: Roster;
    readonly ip: string;
  },
  signal: AbortSignal,
): Promise<AxonServer> {
  const { config, clock, log, metrics, lifecycle, readiness } = parts;
  const { blacklist, axon: flags, neuron } = config;
  const policy = callerPolicy(
    {
      forceValidatorPermit: blacklist.forceValidatorPermit,
      minStake: toRao(blacklist.minStake),
      allow: new Set(blacklist.allow),
      deny: new Set(blacklist.deny),
    },
    (caller) => own.roster.standing(caller),
  );
  const fixedPort = flags.externalPort ?? flags.port;
  const axon = new AxonServer(
    {
      host: flags.ip,
      port: flags.port,
      hotkey: own.hotkey.address,
      ed25519Hotkeys: new Set(flags.ed25519Hotkeys),
      advertised: fixedPort === 0 ? undefined : { ip: own.ip, port: fixedPort },
      answerDeadlineMs: neuron.deadline * 1000,
      queue: { concurrency: modelSlots(config.model), capacity: neuron.queue },
      rate: { perMinute: flags.ratePerMinute, burst: Math.max(10, Math.ceil(flags.ratePerMinute / 4)) },
    },
    {
      answer: own.answerer.answer,
      servedTwins: () => own.twins?.served() ?? [],
      policy,
      nonces: own.store.nonces,
      signer: own.hotkey,
      clock,
      log: log.child({ component: 'axon' }),
      metrics: metrics.axon,
      tracer: parts.tracer,
    },
  );
  await axon.start(signal);
  lifecycle.onClose(
    'axon',
    async () => {
      readiness.set('axon', false, 'draining');
      await axon.drain(DRAIN_MS);
      await axon.close();
    },
    DRAIN_MS + 1_000,
  );
  readiness.set('axon', true, 'serving');
  log.info('axon listening', { ip: flags.ip, port: axon.port });
  return axon;
}

/** The address to publish. @throws CodedError MINER_ADDRESS_UNKNOWN */
export function externalIp(parts: MinerParts, signal: AbortSignal): Promise<string> | string {
  const { config } = parts;
  const { urls } = resolveEndpoint(chainAddress(config.subtensor));
  const chainIsLocal = urls.every((url) => /^wss?:\/\/(?:127\.|localhost[:/]|\[::1\])/.test(`${url}/`));
  return config.axon.externalIp ?? findExternalIp({ chainIsLocal }, parts, signal);
}

/** Follows the subnet from now on: roster, registration, published address. */
export async function startDuties(
  parts: MinerParts,
  own: {
    readonly chain: ChainClient;
    readonly hotkey: Signer<Hotkey>;
    readonly roster: Roster;
    readonly axon: AxonServer;
    readonly ip: string;
  },
): Promise<void> {
  const { config, clock, log, metrics, readiness, lifecycle } = parts;
  const { chain, hotkey, roster, ip } = own;
  const publisher = new AxonPublisher(
    { netuid: config.netuid, ip, port: config.axon.externalPort ?? own.axon.port },
    { chain, hotkey, log: log.child({ component: 'publish' }), metrics: metrics.chain },
  );
  const follower = new SubnetFollower(
    {
      netuid: config.netuid,
      hotkey: hotkey.address,
      everyBlocks: config.neuron.syncBlocks,
      registerCommand: registerCommand(config),
    },
    { chain, roster, publisher, readiness, clock, log: log.child({ component: 'subnet' }), metrics: metrics.chain },
  );
  lifecycle.onClose('duties', () => follower.close());
  await follower.start();
}
