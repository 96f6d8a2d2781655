import {
  accountId,
  bool,
  type Codec,
  compactU8,
  compactU16,
  compactU64,
  compactU64n,
  compactU128,
  i96f32,
  option,
  struct,
  tuple,
  type ValueOf,
  vec,
} from '../scale/index.js';
import { axonInfo, chainIdentity, subnetIdentity } from './subtensor.js';

/** Text as the chain sends it here: every byte compact-encoded. */
const compactText = vec(compactU8);

/** The order is the wire order and the index that `get_selective_metagraph` takes. */
const fields = {
  netuid: compactU16,
  name: compactText,
  symbol: compactText,
  identity: option(subnetIdentity),
  network_registered_at: compactU64n,
  owner_hotkey: accountId,
  owner_coldkey: accountId,
  block: compactU64n,
  tempo: compactU16,
  last_step: compactU64n,
  blocks_since_last_step: compactU64n,
  subnet_emission: compactU64,
  alpha_in: compactU64,
  alpha_out: compactU64,
  tao_in: compactU64,
  alpha_out_emission: compactU64,
  alpha_in_emission: compactU64,
  tao_in_emission: compactU64,
  pending_alpha_emission: compactU64,
  pending_root_emission: compactU64,
  subnet_volume: compactU128,
  moving_price: i96f32,
  rho: compactU16,
  kappa: compactU16,
  min_allowed_weights: compactU16,
  max_weights_limit: compactU16,
  weights_version: compactU64,
  weights_rate_limit: compactU64n,
  activity_cutoff: compactU64n,
  max_validators: compactU16,
  num_uids: compactU16,
  max_uids: compactU16,
  burn: compactU64,
  difficulty: compactU64n,
  registration_allowed: bool,
  pow_registration_allowed: bool,
  immunity_period: compactU16,
  min_difficulty: compactU64n,
  max_difficulty: compactU64,
  min_burn: compactU64,
  max_burn: compactU64,
  adjustment_alpha: compactU64n,
  adjustment_interval: compactU16,
  target_regs_per_interval: compactU16,
  max_regs_per_block: compactU16,
  serving_rate_limit: compactU64n,
  commit_reveal_weights_enabled: bool,
  commit_reveal_period: compactU64n,
  liquid_alpha_enabled: bool,
  alpha_high: compactU16,
  alpha_low: compactU16,
  bonds_moving_avg: compactU64n,
  hotkeys: vec(accountId),
  coldkeys: vec(accountId),
  identities: vec(option(chainIdentity)),
  axons: vec(axonInfo),
  active: vec(bool),
  validator_permit: vec(bool),
  pruning_score: vec(compactU16),
  last_update: vec(compactU64n),
  emission: vec(compactU64),
  dividends: vec(compactU16),
  incentives: vec(compactU16),
  consensus: vec(compactU16),
  trust: vec(compactU16),
  rank: vec(compactU16),
  block_at_registration: vec(compactU64n),
  alpha_stake: vec(compactU64),
  tao_stake: vec(compactU64),
  total_stake: vec(compactU64),
  tao_dividends_per_hotkey: vec(tuple(accountId, compactU64)),
  alpha_dividends_per_hotkey: vec(tuple(accountId, compactU64)),
};

export const metagraph = struct('pallet_subtensor::rpc_info::metagraph::Metagraph', fields);
export type Metagraph = ValueOf<typeof metagraph>;

type MetagraphField = keyof Metagraph;
/** Field names by their selective index. The keys of the table above, in its order. */
export const METAGRAPH_FIELDS = Object.keys(fields) as readonly MetagraphField[];
/** Index of `validators` and `commitments`, which only the selective form has. */
export const VALIDATORS_INDEX = METAGRAPH_FIELDS.length;
export const COMMITMENTS_INDEX = METAGRAPH_FIELDS.length + 1;

export type SelectiveMetagraph = { [N in MetagraphField]: Metagraph[N] | null } & {
  validators: number[] | null;
  commitments: [account: `0x${string}`, data: number[]][] | null;
};

const optional = Object.fromEntries(
  // Every field but the netuid may be left out; the widening to unknown is undone by the annotation below.
  Object.entries(fields).map(([name, codec]) => [name, name === 'netuid' ? codec : option(codec as Codec<unknown>)]),
);

// The table is the metagraph's own with each field made optional, which is what the type says.
export const selectiveMetagraph = struct('pallet_subtensor::rpc_info::metagraph::SelectiveMetagraph', {
  ...optional,
  validators: option(vec(compactU16)),
  commitments: option(vec(tuple(accountId, compactText))),
}) as Codec<SelectiveMetagraph>;
