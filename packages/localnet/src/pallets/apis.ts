import { api, method } from '../declare/api.js';
import {
  accountId,
  bytes,
  type Codec,
  encodeWith,
  newtype,
  option,
  struct,
  tuple,
  u8,
  u16,
  u32,
  u64,
  vec,
} from '../scale/index.js';
import { extrinsicTypes } from '../types/extrinsic.js';
import {
  dispatchClass,
  dynamicInfo,
  hyperparamEntry,
  metagraph,
  neuronInfo,
  neuronInfoLite,
  selectiveMetagraph,
  stakeInfo,
  subnetHyperparams,
  subnetHyperparamsV2,
  subnetInfo,
  subnetInfoV2,
  subnetState,
  weight,
} from '../types/index.js';
import { runtimeVersion } from './system.js';

const opaqueMetadata = newtype('sp_core::OpaqueMetadata', bytes);

/** A whole extrinsic, length prefix included; kept as bytes because it is decoded by the transaction door. */
const extrinsic: Codec<Uint8Array> = {
  type: extrinsicTypes.whole,
  encode: (value, out) => out.bytes(value),
  decode: (input) => encodeWith(bytes, bytes.decode(input)),
};

const netuid = { netuid: u16 };
const neuron = { netuid: u16, uid: u16 };

export const coreApi = api('Core', 5, { version: method({}, runtimeVersion) });
export const metadataApi = api('Metadata', 2, {
  metadata: method({}, opaqueMetadata),
  metadata_at_version: method({ version: u32 }, option(opaqueMetadata)),
  metadata_versions: method({}, vec(u32)),
});
export const nonceApi = api('AccountNonceApi', 1, { account_nonce: method({ account: accountId }, u32) });
export const auraApi = api('AuraApi', 1, {
  slot_duration: method({}, newtype('sp_consensus_slots::SlotDuration', u64)),
});

const inclusionFee = struct('pallet_transaction_payment::types::InclusionFee', {
  base_fee: u64,
  len_fee: u64,
  adjusted_weight_fee: u64,
});
export const paymentApi = api('TransactionPaymentApi', 4, {
  query_info: method(
    { uxt: extrinsic, len: u32 },
    struct('pallet_transaction_payment::types::RuntimeDispatchInfo', {
      weight,
      class: dispatchClass,
      partial_fee: u64,
    }),
  ),
  query_fee_details: method(
    { uxt: extrinsic, len: u32 },
    struct('pallet_transaction_payment::types::FeeDetails', { inclusion_fee: option(inclusionFee), tip: u64 }),
  ),
});

export const neuronApi = api('NeuronInfoRuntimeApi', 1, {
  get_neurons: method(netuid, vec(neuronInfo)),
  get_neuron: method(neuron, option(neuronInfo)),
  get_neurons_lite: method(netuid, vec(neuronInfoLite)),
  get_neuron_lite: method(neuron, option(neuronInfoLite)),
});

export const subnetApi = api('SubnetInfoRuntimeApi', 2, {
  get_subnet_info: method(netuid, option(subnetInfo)),
  get_subnets_info: method({}, vec(option(subnetInfo))),
  get_subnet_info_v2: method(netuid, option(subnetInfoV2)),
  get_subnets_info_v2: method({}, vec(option(subnetInfoV2))),
  get_subnet_hyperparams: method(netuid, option(subnetHyperparams)),
  get_subnet_hyperparams_v2: method(netuid, option(subnetHyperparamsV2)),
  get_subnet_hyperparams_v3: method(netuid, option(vec(hyperparamEntry))),
  get_dynamic_info: method(netuid, option(dynamicInfo)),
  get_all_dynamic_info: method({}, vec(option(dynamicInfo))),
  get_metagraph: method(netuid, option(metagraph)),
  get_all_metagraphs: method({}, vec(option(metagraph))),
  get_mechagraph: method({ netuid: u16, mecid: u8 }, option(metagraph)),
  get_selective_metagraph: method({ netuid: u16, metagraph_indexes: vec(u16) }, option(selectiveMetagraph)),
  get_selective_mechagraph: method({ netuid: u16, subid: u8, metagraph_indexes: vec(u16) }, option(selectiveMetagraph)),
  get_subnet_state: method(netuid, option(subnetState)),
  get_subnet_to_prune: method({}, option(u16)),
  get_next_epoch_start_block: method(netuid, option(u64)),
});

export const stakeApi = api('StakeInfoRuntimeApi', 1, {
  get_stake_info_for_coldkey: method({ coldkey_account: accountId }, vec(stakeInfo)),
  get_stake_info_for_coldkeys: method({ coldkey_accounts: vec(accountId) }, vec(tuple(accountId, vec(stakeInfo)))),
  get_stake_info_for_hotkey_coldkey_netuid: method(
    { hotkey_account: accountId, coldkey_account: accountId, netuid: u16 },
    option(stakeInfo),
  ),
  get_stake_fee: method(
    {
      origin: option(tuple(accountId, u16)),
      origin_coldkey_account: accountId,
      destination: option(tuple(accountId, u16)),
      destination_coldkey_account: accountId,
      amount: u64,
    },
    u64,
  ),
});

export const registrationApi = api('SubnetRegistrationRuntimeApi', 1, {
  get_network_registration_cost: method({}, u64),
});

const simSwapResult = struct('pallet_subtensor_swap_runtime_api::SimSwapResult', {
  tao_amount: u64,
  alpha_amount: u64,
  tao_fee: u64,
  alpha_fee: u64,
  tao_slippage: u64,
  alpha_slippage: u64,
});
const subnetPrice = struct('pallet_subtensor_swap_runtime_api::SubnetPrice', { netuid: u16, price: u64 });
export const swapApi = api('SwapRuntimeApi', 1, {
  current_alpha_price: method(netuid, u64),
  current_alpha_price_all: method({}, vec(subnetPrice)),
  sim_swap_tao_for_alpha: method({ netuid: u16, tao: u64 }, simSwapResult),
  sim_swap_alpha_for_tao: method({ netuid: u16, alpha: u64 }, simSwapResult),
});

/** Every runtime API of the chain. Their names and versions are announced with the runtime version. */
export const runtimeApis = [
  coreApi,
  metadataApi,
  auraApi,
  nonceApi,
  paymentApi,
  neuronApi,
  subnetApi,
  stakeApi,
  registrationApi,
  swapApi,
] as const;
