import { subnetApi } from '../../pallets/apis.js';
import { commitmentsStorage } from '../../pallets/commitments.js';
import { S } from '../../pallets/subtensor/index.js';
import { encodeWith, utf8 } from '../../scale/index.js';
import type { StateView } from '../../state/index.js';
import {
  COMMITMENTS_INDEX,
  commitmentInfo,
  METAGRAPH_FIELDS,
  type Metagraph,
  type SelectiveMetagraph,
  type SubnetState,
  VALIDATORS_INDEX,
} from '../../types/index.js';
import { activityCutoff, alphaStake, mechanismIndex, taoStake } from '../subtensor/facts.js';
import { NO_AXON } from './neurons.js';
import type { ApiTable } from './table.js';

/** A price of one, as 96.32 fixed point. */
const ONE = 1n << 32n;

/** A subnet as one structure. Lists are per uid. Trust, rank and pruning score are empty, as on the real chain. */
export function metagraphOf(view: StateView, netuid: number, mecid: number, block: number): Metagraph | null {
  if (!S.NetworksAdded.get(view, netuid) || mecid >= S.MechanismCountCurrent.get(view, netuid)) return null;
  return { ...subnetPart(view, netuid, block), ...parameterPart(view, netuid), ...neuronPart(view, netuid, mecid) };
}

function subnetPart(view: StateView, netuid: number, block: number) {
  const identity = S.SubnetIdentitiesV3.get(view, netuid);
  return {
    netuid,
    name: [...(identity?.subnet_name ?? utf8(`subnet ${netuid}`))],
    symbol: [...S.TokenSymbol.get(view, netuid)],
    identity,
    network_registered_at: S.NetworkRegisteredAt.get(view, netuid),
    owner_hotkey: S.SubnetOwnerHotkey.get(view, netuid),
    owner_coldkey: S.SubnetOwner.get(view, netuid),
    block,
    tempo: S.Tempo.get(view, netuid),
    last_step: S.LastMechansimStepBlock.get(view, netuid),
    blocks_since_last_step: S.BlocksSinceLastStep.get(view, netuid),
    subnet_emission: 0n,
    alpha_in: S.SubnetAlphaIn.get(view, netuid),
    alpha_out: S.SubnetAlphaOut.get(view, netuid),
    tao_in: S.SubnetTAO.get(view, netuid),
    alpha_out_emission: S.SubnetAlphaOutEmission.get(view, netuid),
    alpha_in_emission: S.SubnetAlphaInEmission.get(view, netuid),
    tao_in_emission: S.SubnetTaoInEmission.get(view, netuid),
    pending_alpha_emission: S.PendingServerEmission.get(view, netuid) + S.PendingValidatorEmission.get(view, netuid),
    pending_root_emission: 0n,
    subnet_volume: S.SubnetVolume.get(view, netuid),
    moving_price: ONE,
  };
}

function parameterPart(view: StateView, netuid: number) {
  const [alphaLow, alphaHigh] = S.AlphaValues.get(view, netuid);
  return {
    rho: S.Rho.get(view, netuid),
    kappa: S.Kappa.get(view, netuid),
    min_allowed_weights: S.MinAllowedWeights.get(view, netuid),
    max_weights_limit: S.MaxWeightsLimit.get(view, netuid),
    weights_version: S.WeightsVersionKey.get(view, netuid),
    weights_rate_limit: S.WeightsSetRateLimit.get(view, netuid),
    activity_cutoff: activityCutoff(view, netuid),
    max_validators: S.MaxAllowedValidators.get(view, netuid),
    num_uids: S.SubnetworkN.get(view, netuid),
    max_uids: S.MaxAllowedUids.get(view, netuid),
    burn: S.Burn.get(view, netuid),
    difficulty: S.Difficulty.get(view, netuid),
    registration_allowed: S.NetworkRegistrationAllowed.get(view, netuid),
    pow_registration_allowed: S.NetworkPowRegistrationAllowed.get(view, netuid),
    immunity_period: S.ImmunityPeriod.get(view, netuid),
    min_difficulty: S.MinDifficulty.get(view, netuid),
    max_difficulty: S.MaxDifficulty.get(view, netuid),
    min_burn: S.MinBurn.get(view, netuid),
    max_burn: S.MaxBurn.get(view, netuid),
    adjustment_alpha: S.AdjustmentAlpha.get(view, netuid),
    adjustment_interval: S.AdjustmentInterval.get(view, netuid),
    target_regs_per_interval: S.TargetRegistrationsPerInterval.get(view, netuid),
    max_regs_per_block: S.MaxRegistrationsPerBlock.get(view, netuid),
    serving_rate_limit: S.ServingRateLimit.get(view, netuid),
    commit_reveal_weights_enabled: S.CommitRevealWeightsEnabled.get(view, netuid),
    commit_reveal_period: S.RevealPeriodEpochs.get(view, netuid),
    liquid_alpha_enabled: S.LiquidAlphaOn.get(view, netuid),
    alpha_high: alphaHigh,
    alpha_low: alphaLow,
    bonds_moving_avg: S.BondsMovingAverage.get(view, netuid),
  };
}

function neuronPart(view: StateView, netuid: number, mecid: number) {
  const mi = mechanismIndex(netuid, mecid);
  const hotkeys = Array.from({ length: S.SubnetworkN.get(view, netuid) }, (_, uid) => S.Keys.get(view, netuid, uid));
  const coldkeys = hotkeys.map((hotkey) => S.Owner.get(view, hotkey));
  const alpha = hotkeys.map((hotkey) => alphaStake(view, hotkey, netuid));
  const tao = hotkeys.map((hotkey) => taoStake(view, hotkey));
  return {
    hotkeys,
    coldkeys,
    identities: coldkeys.map((coldkey) => S.IdentitiesV2.get(view, coldkey)),
    axons: hotkeys.map((hotkey) => S.Axons.get(view, netuid, hotkey) ?? NO_AXON),
    active: S.Active.get(view, netuid),
    validator_permit: S.ValidatorPermit.get(view, netuid),
    pruning_score: [],
    last_update: S.LastUpdate.get(view, mi),
    emission: S.Emission.get(view, netuid),
    dividends: S.Dividends.get(view, netuid),
    incentives: S.Incentive.get(view, mi),
    consensus: S.Consensus.get(view, netuid),
    trust: [],
    rank: [],
    block_at_registration: hotkeys.map((_, uid) => S.BlockAtRegistration.get(view, netuid, uid)),
    alpha_stake: alpha,
    tao_stake: tao,
    total_stake: alpha.map((own, uid) => own + (tao[uid] ?? 0n)),
    tao_dividends_per_hotkey: hotkeys.map((hotkey): [typeof hotkey, bigint] => [hotkey, 0n]),
    alpha_dividends_per_hotkey: hotkeys.map((hotkey): [typeof hotkey, bigint] => [
      hotkey,
      S.AlphaDividendsPerSubnet.get(view, netuid, hotkey),
    ]),
  };
}

/** Only the fields whose index was asked for. */
function selectFields(
  view: StateView,
  netuid: number,
  mecid: number,
  block: number,
  indexes: readonly number[],
): SelectiveMetagraph | null {
  const whole = metagraphOf(view, netuid, mecid, block);
  if (whole === null) return null;
  const wanted = new Set(indexes);
  const chosen = METAGRAPH_FIELDS.map((name, index) => [
    name,
    name === 'netuid' || wanted.has(index) ? whole[name] : null,
  ]);
  const permits = S.ValidatorPermit.get(view, netuid);
  const validators = [...permits.keys()].filter((uid) => permits[uid]);
  const commitments = commitmentsStorage.CommitmentOf.entries(view, netuid).map(
    ([[, account], registration]): [`0x${string}`, number[]] => [
      account,
      registration === null ? [] : [...encodeWith(commitmentInfo, registration.info)],
    ],
  );
  return {
    // Every field of the metagraph, or null in its place.
    ...(Object.fromEntries(chosen) as Omit<SelectiveMetagraph, 'validators' | 'commitments'>),
    validators: wanted.has(VALIDATORS_INDEX) ? validators : null,
    commitments: wanted.has(COMMITMENTS_INDEX) ? commitments : null,
  } as SelectiveMetagraph;
}

/** The neurons of a subnet alone. The emission of past epochs is not kept, so its history is empty. */
function subnetStateOf(view: StateView, netuid: number): SubnetState | null {
  if (!S.NetworksAdded.get(view, netuid)) return null;
  return { netuid, ...neuronPart(view, netuid, 0), emission_history: [] };
}

export function registerMetagraphApis(table: ApiTable): void {
  table.on(subnetApi, 'get_subnet_state', ({ view }, { netuid }) => subnetStateOf(view, netuid));
  table.on(subnetApi, 'get_metagraph', ({ view, block }, { netuid }) => metagraphOf(view, netuid, 0, block));
  table.on(subnetApi, 'get_mechagraph', ({ view, block }, { netuid, mecid }) =>
    metagraphOf(view, netuid, mecid, block),
  );
  table.on(subnetApi, 'get_all_metagraphs', ({ view, block }) =>
    S.NetworksAdded.entries(view)
      .map(([[netuid]]) => netuid)
      .sort((a, b) => a - b)
      .map((netuid) => metagraphOf(view, netuid, 0, block)),
  );
  table.on(subnetApi, 'get_selective_metagraph', ({ view, block }, { netuid, metagraph_indexes }) =>
    selectFields(view, netuid, 0, block, metagraph_indexes),
  );
  table.on(subnetApi, 'get_selective_mechagraph', ({ view, block }, { netuid, subid, metagraph_indexes }) =>
    selectFields(view, netuid, subid, block, metagraph_indexes),
  );
}
