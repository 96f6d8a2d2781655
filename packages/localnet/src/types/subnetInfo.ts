import {
  accountId,
  bool,
  bytes,
  type Codec,
  compactU8,
  compactU16,
  compactU32,
  compactU64,
  compactU64n,
  compactU128,
  i32f32,
  i96f32,
  option,
  struct,
  type TypeDesc,
  taggedEnum,
  u16,
  u64f64,
  type ValueOf,
  vec,
} from '../scale/index.js';
import { subnetIdentity } from './subtensor.js';

const CRATE = 'pallet_subtensor::rpc_info';

const hyperparams = {
  rho: compactU16,
  kappa: compactU16,
  immunity_period: compactU16,
  min_allowed_weights: compactU16,
  max_weights_limit: compactU16,
  tempo: compactU16,
  min_difficulty: compactU64n,
  max_difficulty: compactU64,
  weights_version: compactU64,
  weights_rate_limit: compactU64n,
  adjustment_interval: compactU16,
  activity_cutoff: compactU64n,
  registration_allowed: bool,
  target_regs_per_interval: compactU16,
  min_burn: compactU64,
  max_burn: compactU64,
  bonds_moving_avg: compactU64n,
  max_regs_per_block: compactU16,
  serving_rate_limit: compactU64n,
  max_validators: compactU16,
  adjustment_alpha: compactU64n,
  difficulty: compactU64n,
  commit_reveal_period: compactU64n,
  commit_reveal_weights_enabled: bool,
  alpha_high: compactU16,
  alpha_low: compactU16,
  liquid_alpha_enabled: bool,
};

export const subnetHyperparams = struct(`${CRATE}::subnet_info::SubnetHyperparams`, hyperparams);
export type SubnetHyperparams = ValueOf<typeof subnetHyperparams>;

export const subnetHyperparamsV2 = struct(`${CRATE}::subnet_info::SubnetHyperparamsV2`, {
  ...hyperparams,
  alpha_sigmoid_steepness: i32f32,
  yuma_version: compactU16,
  subnet_is_active: bool,
  transfers_enabled: bool,
  bonds_reset_enabled: bool,
  user_liquidity_enabled: bool,
});
export type SubnetHyperparamsV2 = ValueOf<typeof subnetHyperparamsV2>;

export const hyperparamValue = taggedEnum(`${CRATE}::subnet_info::HyperparamValue`, {
  Bool: [0, bool],
  U16: [1, compactU16],
  U32: [2, compactU32],
  U64: [3, compactU64],
  U128: [4, compactU128],
  TaoBalance: [5, compactU64],
  I32F32: [6, i32f32],
  U64F64: [7, u64f64],
});
export type HyperparamValue = ValueOf<typeof hyperparamValue>;
export const hyperparamEntry = struct(`${CRATE}::subnet_info::HyperparamEntry`, {
  name: bytes,
  value: hyperparamValue,
});

/** `[u16; 2]`; this chain's lists of them are empty. */
const u16PairType: TypeDesc = { kind: 'array', of: u16.type, length: 2 };
const u16Pair: Codec<readonly [number, number]> = {
  type: u16PairType,
  encode(pair, out) {
    u16.encode(pair[0], out);
    u16.encode(pair[1], out);
  },
  decode: (input) => [u16.decode(input), u16.decode(input)],
};

const info = {
  netuid: compactU16,
  rho: compactU16,
  kappa: compactU16,
  difficulty: compactU64n,
  immunity_period: compactU16,
  max_allowed_validators: compactU16,
  min_allowed_weights: compactU16,
  max_weights_limit: compactU16,
  scaling_law_power: compactU16,
  subnetwork_n: compactU16,
  max_allowed_uids: compactU16,
  blocks_since_last_step: compactU64n,
  tempo: compactU16,
  network_modality: compactU16,
  network_connect: vec(u16Pair),
};

export const subnetInfo = struct(`${CRATE}::subnet_info::SubnetInfo`, {
  ...info,
  emission_values: compactU64,
  burn: compactU64,
  owner: accountId,
});
export type SubnetInfo = ValueOf<typeof subnetInfo>;

export const subnetInfoV2 = struct(`${CRATE}::subnet_info::SubnetInfov2`, {
  ...info,
  emission_value: compactU64,
  burn: compactU64,
  owner: accountId,
  identity: option(subnetIdentity),
});
export type SubnetInfoV2 = ValueOf<typeof subnetInfoV2>;

export const dynamicInfo = struct(`${CRATE}::dynamic_info::DynamicInfo`, {
  netuid: compactU16,
  owner_hotkey: accountId,
  owner_coldkey: accountId,
  subnet_name: vec(compactU8),
  token_symbol: vec(compactU8),
  tempo: compactU16,
  last_step: compactU64n,
  blocks_since_last_step: compactU64n,
  emission: compactU64,
  alpha_in: compactU64,
  alpha_out: compactU64,
  tao_in: compactU64,
  alpha_out_emission: compactU64,
  alpha_in_emission: compactU64,
  tao_in_emission: compactU64,
  pending_alpha_emission: compactU64,
  pending_root_emission: compactU64,
  subnet_volume: compactU128,
  network_registered_at: compactU64n,
  subnet_identity: option(subnetIdentity),
  moving_price: i96f32,
});
export type DynamicInfo = ValueOf<typeof dynamicInfo>;
