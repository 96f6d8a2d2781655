import {
  accountId,
  bool,
  compactU16,
  compactU64,
  compactU64n,
  struct,
  tuple,
  type ValueOf,
  vec,
} from '../scale/index.js';
import { axonInfo, prometheusInfo } from './subtensor.js';

const CRATE = 'pallet_subtensor::rpc_info';

const head = {
  hotkey: accountId,
  coldkey: accountId,
  uid: compactU16,
  netuid: compactU16,
  active: bool,
  axon_info: axonInfo,
  prometheus_info: prometheusInfo,
  stake: vec(tuple(accountId, compactU64)),
  rank: compactU16,
  emission: compactU64,
  incentive: compactU16,
  consensus: compactU16,
  trust: compactU16,
  validator_trust: compactU16,
  dividends: compactU16,
  last_update: compactU64n,
  validator_permit: bool,
};

export const neuronInfoLite = struct(`${CRATE}::neuron_info::NeuronInfoLite`, { ...head, pruning_score: compactU16 });
export type NeuronInfoLite = ValueOf<typeof neuronInfoLite>;

export const neuronInfo = struct(`${CRATE}::neuron_info::NeuronInfo`, {
  ...head,
  weights: vec(tuple(compactU16, compactU16)),
  bonds: vec(tuple(compactU16, compactU16)),
  pruning_score: compactU16,
});
export type NeuronInfo = ValueOf<typeof neuronInfo>;

export const stakeInfo = struct(`${CRATE}::stake_info::StakeInfo`, {
  hotkey: accountId,
  coldkey: accountId,
  netuid: compactU16,
  stake: compactU64,
  locked: compactU64,
  emission: compactU64,
  tao_emission: compactU64,
  drain: compactU64,
  is_registered: bool,
});
export type StakeInfo = ValueOf<typeof stakeInfo>;

export const subnetState = struct(`${CRATE}::show_subnet::SubnetState`, {
  netuid: compactU16,
  hotkeys: vec(accountId),
  coldkeys: vec(accountId),
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
  emission_history: vec(vec(compactU64)),
});
export type SubnetState = ValueOf<typeof subnetState>;
