import { adminCalls, adminEvents } from '../../pallets/adminUtils.js';
import { S, subtensorEvents } from '../../pallets/subtensor/index.js';
import type { HyperparameterName } from '../../types/index.js';
import { type CallContext, type Dispatcher, ensureRoot } from '../call.js';
import { moduleFault, subtensorFault } from '../faults.js';
import { mechanismIndex } from './facts.js';
import { applyTempo, ensureSubnetOwner, inFreezeWindow } from './network.js';
import { trim } from './trim.js';

function ensureSubnet(call: CallContext, netuid: number): void {
  if (!S.NetworksAdded.get(call.state, netuid)) throw moduleFault('AdminUtils', 'SubnetDoesNotExist');
}

/** Most setters are frozen in the last blocks before an epoch, even for root. */
function ensureOpenWindow(call: CallContext, netuid: number): void {
  if (inFreezeWindow(call.state, netuid, call.block)) {
    throw subtensorFault('AdminActionProhibitedDuringWeightsWindow');
  }
}

function asRoot(call: CallContext, netuid: number): void {
  ensureRoot(call);
  ensureSubnet(call, netuid);
  ensureOpenWindow(call, netuid);
}

/** Root, or the subnet's owner once per so many epochs for each parameter; null is not limited. */
function asOwner(call: CallContext, netuid: number, parameter: HyperparameterName | null): void {
  ensureSubnet(call, netuid);
  ensureSubnetOwner(call, netuid);
  ensureOpenWindow(call, netuid);
  if (call.origin.kind === 'root' || parameter === null) return;
  const key = { kind: 'OwnerHyperparamUpdate', netuid, parameter } as const;
  const last = S.LastRateLimitedBlock.get(call.state, key);
  const limit = S.OwnerHyperparamRateLimit.get(call.state) * S.Tempo.get(call.state, netuid);
  if (last !== 0 && call.block - last < limit) throw subtensorFault('TxRateLimitExceeded');
  S.LastRateLimitedBlock.set(call.state, key, call.block);
}

function inBounds(ok: boolean): void {
  if (!ok) throw moduleFault('AdminUtils', 'ValueNotInBounds');
}

function registerGlobal(on: Dispatcher): void {
  on.on(adminCalls.sudo_set_tx_rate_limit, (call, { tx_rate_limit }) => {
    ensureRoot(call);
    S.TxRateLimit.set(call.state, tx_rate_limit);
    call.events.emit(subtensorEvents.TxRateLimitSet, [tx_rate_limit]);
  });
  on.on(adminCalls.sudo_set_network_rate_limit, (call, { rate_limit }) => {
    ensureRoot(call);
    S.NetworkRateLimit.set(call.state, rate_limit);
    call.events.emit(subtensorEvents.NetworkRateLimitSet, [rate_limit]);
  });
  on.on(adminCalls.sudo_set_network_min_lock_cost, (call, { lock_cost }) => {
    ensureRoot(call);
    S.NetworkMinLockCost.set(call.state, lock_cost);
    call.events.emit(subtensorEvents.NetworkMinLockCostSet, [lock_cost]);
  });
  on.on(adminCalls.sudo_set_lock_reduction_interval, (call, { interval }) => {
    ensureRoot(call);
    S.NetworkLockReductionInterval.set(call.state, interval);
    call.events.emit(subtensorEvents.NetworkLockCostReductionIntervalSet, [interval]);
  });
  on.on(adminCalls.sudo_set_subnet_limit, (call, { max_subnets }) => {
    ensureRoot(call);
    S.SubnetLimit.set(call.state, max_subnets);
    call.events.emit(subtensorEvents.SubnetLimitSet, [max_subnets]);
  });
  on.on(adminCalls.sudo_set_stake_threshold, (call, { min_stake }) => {
    ensureRoot(call);
    S.StakeThreshold.set(call.state, min_stake);
    call.events.emit(subtensorEvents.StakeThresholdSet, [min_stake]);
  });
  on.on(adminCalls.sudo_set_nominator_min_required_stake, (call, { min_stake }) => {
    ensureRoot(call);
    S.NominatorMinRequiredStake.set(call.state, min_stake);
  });
  on.on(adminCalls.sudo_set_admin_freeze_window, (call, { window }) => {
    ensureRoot(call);
    S.AdminFreezeWindow.set(call.state, window);
    call.events.emit(subtensorEvents.AdminFreezeWindowSet, [window]);
  });
  on.on(adminCalls.sudo_set_owner_hparam_rate_limit, (call, { epochs }) => {
    ensureRoot(call);
    S.OwnerHyperparamRateLimit.set(call.state, epochs);
    call.events.emit(subtensorEvents.OwnerHyperparamRateLimitSet, [epochs]);
  });
  on.on(adminCalls.sudo_set_start_call_delay, (call, { delay }) => {
    ensureRoot(call);
    S.StartCallDelay.set(call.state, delay);
    call.events.emit(subtensorEvents.StartCallDelaySet, [delay]);
  });
  on.on(adminCalls.sudo_set_subnet_owner_cut, (call, { subnet_owner_cut }) => {
    ensureRoot(call);
    S.SubnetOwnerCut.set(call.state, subnet_owner_cut);
    call.events.emit(subtensorEvents.SubnetOwnerCutSet, [subnet_owner_cut]);
  });
  on.on(adminCalls.sudo_set_max_epochs_per_block, (call, { max_epochs_per_block }) => {
    ensureRoot(call);
    inBounds(max_epochs_per_block > 0);
    S.MaxEpochsPerBlock.set(call.state, max_epochs_per_block);
    call.events.emit(subtensorEvents.MaxEpochsPerBlockSet, [max_epochs_per_block]);
  });
}

function registerRootOnly(on: Dispatcher): void {
  on.on(adminCalls.sudo_set_tempo, (call, { netuid, tempo }) => {
    ensureRoot(call);
    ensureSubnet(call, netuid);
    applyTempo(call, netuid, tempo);
  });
  on.on(adminCalls.sudo_set_weights_set_rate_limit, (call, { netuid, weights_set_rate_limit }) => {
    asRoot(call, netuid);
    S.WeightsSetRateLimit.set(call.state, netuid, weights_set_rate_limit);
    call.events.emit(subtensorEvents.WeightsSetRateLimitSet, [netuid, weights_set_rate_limit]);
  });
  on.on(adminCalls.sudo_set_max_allowed_validators, (call, { netuid, max_allowed_validators }) => {
    asRoot(call, netuid);
    if (max_allowed_validators > S.MaxAllowedUids.get(call.state, netuid)) {
      throw moduleFault('AdminUtils', 'MaxValidatorsLargerThanMaxUIds');
    }
    S.MaxAllowedValidators.set(call.state, netuid, max_allowed_validators);
    call.events.emit(subtensorEvents.MaxAllowedValidatorsSet, [netuid, max_allowed_validators]);
  });
  on.on(adminCalls.sudo_set_network_registration_allowed, (call, { netuid, registration_allowed }) => {
    asRoot(call, netuid);
    S.NetworkRegistrationAllowed.set(call.state, netuid, registration_allowed);
    call.events.emit(subtensorEvents.RegistrationAllowed, [netuid, registration_allowed]);
  });
  on.on(adminCalls.sudo_set_subtoken_enabled, (call, { netuid, subtoken_enabled }) => {
    ensureRoot(call);
    ensureSubnet(call, netuid);
    S.SubtokenEnabled.set(call.state, netuid, subtoken_enabled);
  });
  on.on(adminCalls.sudo_set_owner_cut_enabled, (call, { netuid, enabled }) => {
    asRoot(call, netuid);
    S.OwnerCutEnabled.set(call.state, netuid, enabled);
  });
}

function registerOwnerToo(on: Dispatcher): void {
  on.on(adminCalls.sudo_set_commit_reveal_weights_enabled, (call, { netuid, enabled }) => {
    asOwner(call, netuid, 'CommitRevealEnabled');
    S.CommitRevealWeightsEnabled.set(call.state, netuid, enabled);
    call.events.emit(subtensorEvents.CommitRevealEnabled, [netuid, enabled]);
  });
  on.on(adminCalls.sudo_set_commit_reveal_weights_interval, (call, { netuid, interval }) => {
    asOwner(call, netuid, 'WeightCommitInterval');
    if (interval > 100) throw subtensorFault('RevealPeriodTooLarge');
    if (interval < 1) throw subtensorFault('RevealPeriodTooSmall');
    S.RevealPeriodEpochs.set(call.state, netuid, interval);
    call.events.emit(subtensorEvents.CommitRevealPeriodsSet, [netuid, interval]);
  });
  on.on(adminCalls.sudo_set_weights_version_key, (call, { netuid, weights_version_key }) => {
    asOwner(call, netuid, null);
    S.WeightsVersionKey.set(call.state, netuid, weights_version_key);
    call.events.emit(subtensorEvents.WeightsVersionKeySet, [netuid, weights_version_key]);
  });
  on.on(adminCalls.sudo_set_min_allowed_weights, (call, { netuid, min_allowed_weights }) => {
    asOwner(call, netuid, 'MinAllowedWeights');
    S.MinAllowedWeights.set(call.state, netuid, min_allowed_weights);
    call.events.emit(subtensorEvents.MinAllowedWeightSet, [netuid, min_allowed_weights]);
  });
  on.on(adminCalls.sudo_set_serving_rate_limit, (call, { netuid, serving_rate_limit }) => {
    asOwner(call, netuid, 'ServingRateLimit');
    S.ServingRateLimit.set(call.state, netuid, serving_rate_limit);
    call.events.emit(subtensorEvents.ServingRateLimitSet, [netuid, serving_rate_limit]);
  });
  on.on(adminCalls.sudo_set_immunity_period, (call, { netuid, immunity_period }) => {
    asOwner(call, netuid, 'ImmunityPeriod');
    S.ImmunityPeriod.set(call.state, netuid, immunity_period);
    call.events.emit(subtensorEvents.ImmunityPeriodSet, [netuid, immunity_period]);
  });
  on.on(adminCalls.sudo_set_max_allowed_uids, (call, { netuid, max_allowed_uids }) => {
    asOwner(call, netuid, 'MaxAllowedUids');
    if (max_allowed_uids < S.SubnetworkN.get(call.state, netuid)) {
      throw moduleFault('AdminUtils', 'MaxAllowedUIdsLessThanCurrentUIds');
    }
    if (max_allowed_uids > 256) throw moduleFault('AdminUtils', 'MaxAllowedUidsGreaterThanDefaultMaxAllowedUids');
    S.MaxAllowedUids.set(call.state, netuid, max_allowed_uids);
    call.events.emit(subtensorEvents.MaxAllowedUidsSet, [netuid, max_allowed_uids]);
  });
  on.on(adminCalls.sudo_trim_to_max_allowed_uids, (call, { netuid, max_n }) => {
    asOwner(call, netuid, null);
    trim(call, netuid, max_n);
  });
  on.on(adminCalls.sudo_set_bonds_moving_average, (call, { netuid, bonds_moving_average }) => {
    asOwner(call, netuid, 'BondsMovingAverage');
    if (bonds_moving_average > 1_000_000) throw moduleFault('AdminUtils', 'BondsMovingAverageMaxReached');
    S.BondsMovingAverage.set(call.state, netuid, bonds_moving_average);
    call.events.emit(subtensorEvents.BondsMovingAverageSet, [netuid, bonds_moving_average]);
  });
  on.on(adminCalls.sudo_set_bonds_penalty, (call, { netuid, bonds_penalty }) => {
    asOwner(call, netuid, 'BondsPenalty');
    S.BondsPenalty.set(call.state, netuid, bonds_penalty);
    call.events.emit(subtensorEvents.BondsPenaltySet, [netuid, bonds_penalty]);
  });
  on.on(adminCalls.sudo_set_min_burn, (call, { netuid, min_burn }) => {
    asOwner(call, netuid, 'MinBurn');
    inBounds(min_burn < S.MaxBurn.get(call.state, netuid));
    S.MinBurn.set(call.state, netuid, min_burn);
    if (S.Burn.get(call.state, netuid) < min_burn) S.Burn.set(call.state, netuid, min_burn);
    call.events.emit(subtensorEvents.MinBurnSet, [netuid, min_burn]);
  });
  on.on(adminCalls.sudo_set_max_burn, (call, { netuid, max_burn }) => {
    asOwner(call, netuid, 'MaxBurn');
    inBounds(max_burn > S.MinBurn.get(call.state, netuid));
    S.MaxBurn.set(call.state, netuid, max_burn);
    if (S.Burn.get(call.state, netuid) > max_burn) S.Burn.set(call.state, netuid, max_burn);
    call.events.emit(subtensorEvents.MaxBurnSet, [netuid, max_burn]);
  });
  on.on(adminCalls.sudo_set_burn_half_life, (call, { netuid, burn_half_life }) => {
    asOwner(call, netuid, 'BurnHalfLife');
    inBounds(burn_half_life > 0);
    S.BurnHalfLife.set(call.state, netuid, burn_half_life);
    call.events.emit(adminEvents.BurnHalfLifeSet, { netuid, burn_half_life });
  });
}

function registerConsensus(on: Dispatcher): void {
  on.on(adminCalls.sudo_set_kappa, (call, { netuid, kappa }) => {
    asOwner(call, netuid, 'Kappa');
    S.Kappa.set(call.state, netuid, kappa);
    call.events.emit(subtensorEvents.KappaSet, [netuid, kappa]);
  });
  on.on(adminCalls.sudo_set_rho, (call, { netuid, rho }) => {
    asOwner(call, netuid, 'Rho');
    S.Rho.set(call.state, netuid, rho);
    call.events.emit(subtensorEvents.RhoSet, [netuid, rho]);
  });
  on.on(adminCalls.sudo_set_yuma3_enabled, (call, { netuid, enabled }) => {
    asOwner(call, netuid, 'Yuma3Enabled');
    S.Yuma3On.set(call.state, netuid, enabled);
    call.events.emit(adminEvents.Yuma3EnableToggled, { netuid, enabled });
  });
  on.on(adminCalls.sudo_set_liquid_alpha_enabled, (call, { netuid, enabled }) => {
    asOwner(call, netuid, 'LiquidAlphaEnabled');
    S.LiquidAlphaOn.set(call.state, netuid, enabled);
  });
  on.on(adminCalls.sudo_set_toggle_transfer, (call, { netuid, toggle }) => {
    asOwner(call, netuid, 'TransferEnabled');
    S.TransferToggle.set(call.state, netuid, toggle);
    call.events.emit(subtensorEvents.TransferToggle, [netuid, toggle]);
  });
  on.on(adminCalls.sudo_set_alpha_values, (call, { netuid, alpha_low, alpha_high }) => {
    asOwner(call, netuid, 'AlphaValues');
    if (!S.LiquidAlphaOn.get(call.state, netuid)) throw subtensorFault('LiquidAlphaDisabled');
    if (alpha_high < Math.floor(65_535 / 40)) throw subtensorFault('AlphaHighTooLow');
    if (alpha_low < Math.floor(65_535 / 40) || alpha_low > alpha_high) throw subtensorFault('AlphaLowOutOfRange');
    S.AlphaValues.set(call.state, netuid, [alpha_low, alpha_high]);
  });
  on.on(adminCalls.sudo_set_mechanism_count, (call, { netuid, mechanism_count }) => {
    asOwner(call, netuid, null);
    inBounds(mechanism_count > 0 && mechanism_count <= S.MaxMechanismCount.get(call.state));
    const n = S.SubnetworkN.get(call.state, netuid);
    for (let mecid = S.MechanismCountCurrent.get(call.state, netuid); mecid < mechanism_count; mecid++) {
      const mi = mechanismIndex(netuid, mecid);
      S.Incentive.set(call.state, mi, new Array<number>(n).fill(0));
      S.LastUpdate.set(call.state, mi, new Array<number>(n).fill(0));
    }
    S.MechanismCountCurrent.set(call.state, netuid, mechanism_count);
  });
}

export function registerAdmin(dispatcher: Dispatcher): void {
  registerGlobal(dispatcher);
  registerRootOnly(dispatcher);
  registerOwnerToo(dispatcher);
  registerConsensus(dispatcher);
}
