import { registrationApi, subnetApi, swapApi } from '../../pallets/apis.js';
import { S } from '../../pallets/subtensor/index.js';
import { utf8 } from '../../scale/index.js';
import type { StateView } from '../../state/index.js';
import type { DynamicInfo, HyperparamValue, SubnetHyperparamsV2, SubnetInfoV2 } from '../../types/index.js';
import { nextEpochBlock, subnets } from '../subtensor/facts.js';
import { networkLockCost } from '../subtensor/network.js';
import { ALPHA_PRICE } from '../subtensor/staking.js';
import { metagraphOf } from './metagraph.js';
import type { ApiTable } from './table.js';

function hyperparameters(view: StateView, netuid: number): SubnetHyperparamsV2 | null {
  const graph = metagraphOf(view, netuid, 0, 0);
  if (graph === null) return null;
  return {
    rho: graph.rho,
    kappa: graph.kappa,
    immunity_period: graph.immunity_period,
    min_allowed_weights: graph.min_allowed_weights,
    max_weights_limit: graph.max_weights_limit,
    tempo: graph.tempo,
    min_difficulty: graph.min_difficulty,
    max_difficulty: graph.max_difficulty,
    weights_version: graph.weights_version,
    weights_rate_limit: graph.weights_rate_limit,
    adjustment_interval: graph.adjustment_interval,
    activity_cutoff: graph.activity_cutoff,
    registration_allowed: graph.registration_allowed,
    target_regs_per_interval: graph.target_regs_per_interval,
    min_burn: graph.min_burn,
    max_burn: graph.max_burn,
    bonds_moving_avg: graph.bonds_moving_avg,
    max_regs_per_block: graph.max_regs_per_block,
    serving_rate_limit: graph.serving_rate_limit,
    max_validators: graph.max_validators,
    adjustment_alpha: graph.adjustment_alpha,
    difficulty: graph.difficulty,
    commit_reveal_period: graph.commit_reveal_period,
    commit_reveal_weights_enabled: graph.commit_reveal_weights_enabled,
    alpha_high: graph.alpha_high,
    alpha_low: graph.alpha_low,
    liquid_alpha_enabled: graph.liquid_alpha_enabled,
    alpha_sigmoid_steepness: BigInt(S.AlphaSigmoidSteepness.get(view, netuid)) << 32n,
    yuma_version: S.Yuma3On.get(view, netuid) ? 3 : 2,
    subnet_is_active: S.SubtokenEnabled.get(view, netuid),
    transfers_enabled: S.TransferToggle.get(view, netuid),
    bonds_reset_enabled: S.BondsResetOn.get(view, netuid),
    user_liquidity_enabled: false,
  };
}

/** Number fields by the width the chain sends them with; what is not named here is a u64. */
const U16_FIELDS: ReadonlySet<string> = new Set([
  'rho',
  'kappa',
  'immunity_period',
  'min_allowed_weights',
  'max_weights_limit',
  'tempo',
  'adjustment_interval',
  'target_regs_per_interval',
  'max_regs_per_block',
  'max_validators',
  'alpha_high',
  'alpha_low',
  'yuma_version',
]);
const TAO_FIELDS: ReadonlySet<string> = new Set(['min_burn', 'max_burn']);

function asEntry(name: string, value: boolean | number | bigint): { name: Uint8Array; value: HyperparamValue } {
  const typed = (): HyperparamValue => {
    if (typeof value === 'boolean') return { kind: 'Bool', value };
    if (name === 'alpha_sigmoid_steepness') return { kind: 'I32F32', value: BigInt(value) };
    if (U16_FIELDS.has(name)) return { kind: 'U16', value: Number(value) };
    if (TAO_FIELDS.has(name)) return { kind: 'TaoBalance', value: BigInt(value) };
    return { kind: 'U64', value: BigInt(value) };
  };
  return { name: utf8(name), value: typed() };
}

function namedHyperparameters(view: StateView, netuid: number): { name: Uint8Array; value: HyperparamValue }[] | null {
  const known = hyperparameters(view, netuid);
  if (known === null) return null;
  return [
    ...Object.entries(known).map(([name, value]) => asEntry(name, value)),
    {
      name: utf8('activity_cutoff_factor'),
      value: { kind: 'U32', value: S.ActivityCutoffFactorMilli.get(view, netuid) },
    },
    { name: utf8('bonds_penalty'), value: { kind: 'U16', value: S.BondsPenalty.get(view, netuid) } },
    { name: utf8('burn_half_life'), value: { kind: 'U16', value: S.BurnHalfLife.get(view, netuid) } },
    { name: utf8('burn_increase_mult'), value: { kind: 'U64F64', value: S.BurnIncreaseMult.get(view, netuid) } },
  ];
}

function subnetInfoOf(view: StateView, netuid: number): SubnetInfoV2 | null {
  const graph = metagraphOf(view, netuid, 0, 0);
  if (graph === null) return null;
  return {
    netuid,
    rho: graph.rho,
    kappa: graph.kappa,
    difficulty: graph.difficulty,
    immunity_period: graph.immunity_period,
    max_allowed_validators: graph.max_validators,
    min_allowed_weights: graph.min_allowed_weights,
    max_weights_limit: graph.max_weights_limit,
    scaling_law_power: S.ScalingLawPower.get(view, netuid),
    subnetwork_n: graph.num_uids,
    max_allowed_uids: graph.max_uids,
    blocks_since_last_step: graph.blocks_since_last_step,
    tempo: graph.tempo,
    network_modality: 0,
    network_connect: [],
    emission_value: 0n,
    burn: graph.burn,
    owner: graph.owner_coldkey,
    identity: graph.identity,
  };
}

function dynamicInfoOf(view: StateView, netuid: number): DynamicInfo | null {
  const graph = metagraphOf(view, netuid, 0, 0);
  if (graph === null) return null;
  return {
    netuid,
    owner_hotkey: graph.owner_hotkey,
    owner_coldkey: graph.owner_coldkey,
    subnet_name: graph.name,
    token_symbol: graph.symbol,
    tempo: graph.tempo,
    last_step: graph.last_step,
    blocks_since_last_step: graph.blocks_since_last_step,
    emission: 0n,
    alpha_in: graph.alpha_in,
    alpha_out: graph.alpha_out,
    tao_in: graph.tao_in,
    alpha_out_emission: graph.alpha_out_emission,
    alpha_in_emission: graph.alpha_in_emission,
    tao_in_emission: graph.tao_in_emission,
    pending_alpha_emission: graph.pending_alpha_emission,
    pending_root_emission: graph.pending_root_emission,
    subnet_volume: graph.subnet_volume,
    network_registered_at: graph.network_registered_at,
    subnet_identity: graph.identity,
    moving_price: graph.moving_price,
  };
}

function netuids(view: StateView): number[] {
  return [0, ...subnets(view)];
}

/** A swap at the fixed price of one, without fee or slippage. */
function swapOf(amount: bigint) {
  return { tao_amount: amount, alpha_amount: amount, tao_fee: 0n, alpha_fee: 0n, tao_slippage: 0n, alpha_slippage: 0n };
}

export function registerSubnetApis(table: ApiTable): void {
  table.on(subnetApi, 'get_subnet_info_v2', ({ view }, { netuid }) => subnetInfoOf(view, netuid));
  table.on(subnetApi, 'get_subnets_info_v2', ({ view }) => netuids(view).map((netuid) => subnetInfoOf(view, netuid)));
  const withOldName = (info: SubnetInfoV2 | null) =>
    info === null ? null : { ...info, emission_values: info.emission_value };
  table.on(subnetApi, 'get_subnet_info', ({ view }, { netuid }) => withOldName(subnetInfoOf(view, netuid)));
  table.on(subnetApi, 'get_subnets_info', ({ view }) =>
    netuids(view).map((netuid) => withOldName(subnetInfoOf(view, netuid))),
  );
  table.on(subnetApi, 'get_subnet_hyperparams', ({ view }, { netuid }) => hyperparameters(view, netuid));
  table.on(subnetApi, 'get_subnet_hyperparams_v2', ({ view }, { netuid }) => hyperparameters(view, netuid));
  table.on(subnetApi, 'get_subnet_hyperparams_v3', ({ view }, { netuid }) => namedHyperparameters(view, netuid));
  table.on(subnetApi, 'get_dynamic_info', ({ view }, { netuid }) => dynamicInfoOf(view, netuid));
  table.on(subnetApi, 'get_all_dynamic_info', ({ view }) => netuids(view).map((netuid) => dynamicInfoOf(view, netuid)));
  // Subnets are never pruned here.
  table.on(subnetApi, 'get_subnet_to_prune', () => null);
  table.on(subnetApi, 'get_next_epoch_start_block', ({ view, block }, { netuid }) => {
    if (!S.NetworksAdded.get(view, netuid)) return null;
    const next = nextEpochBlock(view, netuid, block);
    return next === null ? null : BigInt(next);
  });
  table.on(registrationApi, 'get_network_registration_cost', ({ view, block }) => networkLockCost(view, block));
  table.on(swapApi, 'current_alpha_price', () => ALPHA_PRICE);
  table.on(swapApi, 'current_alpha_price_all', ({ view }) =>
    netuids(view).map((netuid) => ({ netuid, price: ALPHA_PRICE })),
  );
  table.on(swapApi, 'sim_swap_tao_for_alpha', (_, { tao }) => swapOf(tao));
  table.on(swapApi, 'sim_swap_alpha_for_tao', (_, { alpha }) => swapOf(alpha));
}
