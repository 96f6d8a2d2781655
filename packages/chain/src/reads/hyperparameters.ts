import { ChainErrorCode, chainError } from '../errors.js';
import { type Plain, parse } from '../runtime/index.js';
import { type BlockView, item, type StorageRef } from './view.js';

/** The hyperparameters of a subnet at one block. Shares and scores are u16 integers; periods are blocks. */
export interface Hyperparameters {
  readonly netuid: number;
  readonly block: number;
  readonly blockHash: string;
  readonly tempo: number;
  readonly immunityPeriod: number;
  readonly minAllowedWeights: number;
  readonly maxWeightsLimit: number;
  /** Smallest version key accepted; 0 accepts any. */
  readonly weightsVersion: bigint;
  /** Blocks between two sets or commits of one hotkey. */
  readonly weightsRateLimit: number;
  readonly commitRevealEnabled: boolean;
  /** Epochs between commit and reveal. */
  readonly commitRevealPeriod: number;
  readonly activityCutoff: number;
  readonly kappa: number;
  readonly maxValidators: number;
  readonly servingRateLimit: number;
  readonly registrationAllowed: boolean;
  readonly minBurn: bigint;
  readonly maxBurn: bigint;
  /** Bonds keep `bondsMovingAverage / 10⁶` of their old value per epoch. */
  readonly bondsMovingAverage: bigint;
}

type Values = ReadonlyMap<string, bigint | boolean>;

const API = 'SubnetInfoRuntimeApi';

/** The runtime's names of what is needed, and where each lives in storage. */
const STORED: Readonly<Record<string, string>> = {
  tempo: 'Tempo',
  immunity_period: 'ImmunityPeriod',
  min_allowed_weights: 'MinAllowedWeights',
  max_weights_limit: 'MaxWeightsLimit',
  weights_version: 'WeightsVersionKey',
  weights_rate_limit: 'WeightsSetRateLimit',
  commit_reveal_weights_enabled: 'CommitRevealWeightsEnabled',
  commit_reveal_period: 'RevealPeriodEpochs',
  kappa: 'Kappa',
  max_validators: 'MaxAllowedValidators',
  serving_rate_limit: 'ServingRateLimit',
  registration_allowed: 'NetworkRegistrationAllowed',
  min_burn: 'MinBurn',
  max_burn: 'MaxBurn',
  bonds_moving_avg: 'BondsMovingAverage',
};
const NEEDED = [...Object.keys(STORED), 'activity_cutoff'];

/**
 * Reads from the named list (v3) when the runtime has it, else from the structs (v2, v1), and completes from
 * storage what these do not name.
 * @throws CodedError CHAIN_SUBNET_MISSING
 */
export async function readHyperparameters(view: BlockView, netuid: number): Promise<Hyperparameters> {
  let values: Values = new Map();
  for (const source of [namedList, structV2, structV1, storage]) {
    const more = await source(view, netuid);
    values = new Map([...(more ?? []), ...values]);
    if (NEEDED.every((name) => values.has(name))) return build(values, view, netuid);
  }
  const missing = NEEDED.filter((name) => !values.has(name));
  throw chainError(ChainErrorCode.Unsupported, `this runtime does not tell ${missing.join(', ')}`, {
    remedy: 'The node runs another runtime than expected; update BetterTherapy.',
    details: { missing, specVersion: view.runtime.version.specVersion },
  });
}

async function namedList(view: BlockView, netuid: number): Promise<Values | null> {
  if (!view.runtime.apis.has(API, 'get_subnet_hyperparams_v3')) return null;
  const answer = await view.call(API, 'get_subnet_hyperparams_v3', [netuid]);
  if (answer === null) throw missingSubnet(netuid);
  const values = new Map<string, bigint | boolean>();
  for (const entry of parse.listOf(answer, 'hyperparameters')) {
    const { name, value } = parse.recordOf(entry, 'hyperparameter');
    const inner = parse.recordOf(value, 'hyperparameter value').value;
    if (typeof inner === 'bigint' || typeof inner === 'boolean') values.set(parse.textOf(name, 'name'), inner);
  }
  return values;
}

function structV2(view: BlockView, netuid: number): Promise<Values | null> {
  return struct(view, netuid, 'get_subnet_hyperparams_v2');
}

function structV1(view: BlockView, netuid: number): Promise<Values | null> {
  return struct(view, netuid, 'get_subnet_hyperparams');
}

async function struct(view: BlockView, netuid: number, method: string): Promise<Values | null> {
  if (!view.runtime.apis.has(API, method)) return null;
  const answer = await view.call(API, method, [netuid]);
  if (answer === null) throw missingSubnet(netuid);
  const values = new Map<string, bigint | boolean>();
  for (const [name, value] of Object.entries(parse.recordOf(answer, 'hyperparameters'))) {
    if (typeof value === 'bigint' || typeof value === 'boolean') values.set(snake(name), value);
  }
  return values;
}

async function storage(view: BlockView, netuid: number): Promise<Values> {
  const refs: Record<string, StorageRef> = {
    exists: item('SubtensorModule', 'NetworksAdded', netuid),
    factor: item('SubtensorModule', 'ActivityCutoffFactorMilli', netuid),
    activity_cutoff: item('SubtensorModule', 'ActivityCutoff', netuid),
  };
  for (const [name, stored] of Object.entries(STORED)) refs[name] = item('SubtensorModule', stored, netuid);
  const { exists, factor, ...rest } = await view.read(refs);
  if (exists !== true) throw missingSubnet(netuid);
  const values = new Map<string, bigint | boolean>();
  for (const [name, value] of Object.entries(rest)) {
    if (typeof value === 'bigint' || typeof value === 'boolean') values.set(name, value);
  }
  const tempo = values.get('tempo');
  // Where the factor exists it rules, and the older fixed cutoff is left over.
  if (typeof factor === 'bigint' && typeof tempo === 'bigint') {
    const cutoff = (factor * tempo) / 1000n;
    values.set('activity_cutoff', cutoff > 1n ? cutoff : 1n);
  }
  return values;
}

function build(values: Values, view: BlockView, netuid: number): Hyperparameters {
  const plain = (name: string): Plain => values.get(name) ?? null;
  const int = (name: string): number => parse.intOf(plain(name), name);
  const blocks = (name: string): number => parse.blocksOf(plain(name), name);
  const big = (name: string): bigint => parse.bigOf(plain(name), name);
  const bool = (name: string): boolean => parse.boolOf(plain(name), name);
  return {
    netuid,
    block: view.block,
    blockHash: view.blockHash,
    tempo: int('tempo'),
    immunityPeriod: blocks('immunity_period'),
    minAllowedWeights: int('min_allowed_weights'),
    maxWeightsLimit: int('max_weights_limit'),
    weightsVersion: big('weights_version'),
    weightsRateLimit: blocks('weights_rate_limit'),
    commitRevealEnabled: bool('commit_reveal_weights_enabled'),
    commitRevealPeriod: blocks('commit_reveal_period'),
    activityCutoff: blocks('activity_cutoff'),
    kappa: int('kappa'),
    maxValidators: int('max_validators'),
    servingRateLimit: blocks('serving_rate_limit'),
    registrationAllowed: bool('registration_allowed'),
    minBurn: big('min_burn'),
    maxBurn: big('max_burn'),
    bondsMovingAverage: big('bonds_moving_avg'),
  };
}

function snake(camel: string): string {
  return camel.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function missingSubnet(netuid: number): Error {
  return chainError(ChainErrorCode.SubnetMissing, `there is no subnet ${netuid}`, {
    remedy: 'Check --netuid and --subtensor.network.',
    details: { netuid },
  });
}
