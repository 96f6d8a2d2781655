import { S, subtensorCalls, subtensorEvents } from '../../pallets/subtensor/index.js';
import { type Hex, utf8, type ValueOf } from '../../scale/index.js';
import type { MutableState, StateView } from '../../state/index.js';
import { NOBODY, type subnetIdentity } from '../../types/index.js';
import { burn, canWithdraw } from '../balances.js';
import { type CallContext, type Dispatcher, signedBy } from '../call.js';
import { subtensorFault } from '../faults.js';
import { LONGEST_TEMPO, nextEpochBlock, ROOT, subnets } from './facts.js';
import { appendNeuron, createHotkey, ensureOwnedOrNew } from './registration.js';

const MIN_OWNER_TEMPO = 360;
const MIN_ACTIVITY_FACTOR = 1000;
const MAX_ACTIVITY_FACTOR = 50_000;
const MAX_IDENTITY_FIELD = 1024;
/** New subnets start with a registration price of one TAO. */
const FIRST_BURN = 1_000_000_000n;

/** The price of a new subnet: twice the last one, decaying to the minimum over the reduction interval. */
export function networkLockCost(view: StateView, block: number): bigint {
  const least = S.NetworkMinLockCost.get(view);
  const last = S.NetworkLastLockCost.get(view);
  const lastBlock = S.LastRateLimitedBlock.get(view, { kind: 'NetworkLastRegistered' });
  if (lastBlock === 0) return least;
  const interval = S.NetworkLockReductionInterval.get(view);
  const decay = interval === 0 ? last * 2n : (last * BigInt(block - lastBlock)) / BigInt(interval);
  const cost = last * 2n - decay;
  return cost < least ? least : cost;
}

/** Writes the parameters a new subnet has on the real chain. */
export function initialiseSubnet(
  state: MutableState,
  netuid: number,
  block: number,
  owner: Hex,
  ownerHotkey: Hex,
): void {
  S.NetworksAdded.set(state, netuid, true);
  S.SubnetworkN.set(state, netuid, 0);
  S.TotalNetworks.update(state, (count) => count + 1);
  S.NetworkRegisteredAt.set(state, netuid, block);
  S.SubnetOwner.set(state, netuid, owner);
  S.SubnetOwnerHotkey.set(state, netuid, ownerHotkey);
  S.SubnetMechanism.set(state, netuid, 1);
  S.Tempo.set(state, netuid, S.Tempo.get(state, netuid));
  S.LastEpochBlock.set(state, netuid, block);
  S.MaxAllowedUids.set(state, netuid, 256);
  S.MaxAllowedValidators.set(state, netuid, 64);
  S.MinAllowedWeights.set(state, netuid, 1);
  S.MaxWeightsLimit.set(state, netuid, 65_535);
  S.ImmunityPeriod.set(state, netuid, 5000);
  S.Yuma3On.set(state, netuid, true);
  S.Burn.set(state, netuid, FIRST_BURN);
  S.CommitRevealWeightsEnabled.set(state, netuid, true);
  S.NetworkRegistrationAllowed.set(state, netuid, true);
  S.TokenSymbol.set(state, netuid, utf8(symbolOf(netuid)));
}

/** Greek letters, then numbered. */
function symbolOf(netuid: number): string {
  return netuid < 24 ? String.fromCodePoint(0x3b1 + netuid) : `s${netuid}`;
}

function registerNetwork(call: CallContext, hotkey: Hex, identity: ValueOf<typeof subnetIdentity> | null): void {
  const coldkey = signedBy(call);
  const { state, block } = call;
  ensureOwnedOrNew(state, coldkey, hotkey);
  if (!mayRegisterNetwork(state, block)) throw subtensorFault('NetworkTxRateLimitExceeded');
  if (subnets(state).length >= S.SubnetLimit.get(state)) throw subtensorFault('SubnetLimitReached');
  const cost = networkLockCost(state, block);
  if (!canWithdraw(state, coldkey, cost)) throw subtensorFault('CannotAffordLockCost');
  if (identity !== null) checkIdentity(Object.values(identity));
  burn(call, coldkey, cost);
  createHotkey(state, coldkey, hotkey);
  let netuid = 1;
  while (S.NetworksAdded.get(state, netuid)) netuid += 1;
  initialiseSubnet(state, netuid, block, coldkey, hotkey);
  appendNeuron(state, netuid, hotkey, block);
  S.SubnetLocked.set(state, netuid, cost);
  S.SubnetTAO.set(state, netuid, cost);
  S.SubnetAlphaIn.set(state, netuid, cost);
  S.NetworkLastLockCost.set(state, cost);
  S.LastRateLimitedBlock.set(state, { kind: 'NetworkLastRegistered' }, block);
  call.events.emit(subtensorEvents.NetworkAdded, [netuid, 1]);
  if (identity !== null) {
    S.SubnetIdentitiesV3.set(state, netuid, identity);
    call.events.emit(subtensorEvents.SubnetIdentitySet, [netuid]);
  }
}

/** False while the rate limit of new subnets runs. */
export function mayRegisterNetwork(view: StateView, block: number): boolean {
  const last = S.LastRateLimitedBlock.get(view, { kind: 'NetworkLastRegistered' });
  return last === 0 || block - last >= S.NetworkRateLimit.get(view);
}

/** @throws DispatchFault NotSubnetOwner, or BadOrigin unless signed; root passes. */
export function ensureSubnetOwner(call: CallContext, netuid: number): void {
  if (call.origin.kind === 'root') return;
  const account = signedBy(call);
  if (S.SubnetOwner.get(call.state, netuid) !== account || account === NOBODY) throw subtensorFault('NotSubnetOwner');
}

function startCall(call: CallContext, netuid: number): void {
  const { state, block } = call;
  if (!S.NetworksAdded.get(state, netuid)) throw subtensorFault('SubnetNotExists');
  ensureSubnetOwner(call, netuid);
  if (S.FirstEmissionBlockNumber.has(state, netuid)) throw subtensorFault('FirstEmissionBlockNumberAlreadySet');
  if (block < S.NetworkRegisteredAt.get(state, netuid) + S.StartCallDelay.get(state)) {
    throw subtensorFault('NeedWaitingMoreBlocksToStarCall');
  }
  S.FirstEmissionBlockNumber.set(state, netuid, block + 1);
  S.SubtokenEnabled.set(state, netuid, true);
  call.events.emit(subtensorEvents.FirstEmissionBlockNumberSet, [netuid, block + 1]);
}

function checkIdentity(fields: readonly Uint8Array[]): void {
  if (fields.some((field) => field.length > MAX_IDENTITY_FIELD)) throw subtensorFault('InvalidIdentity');
}

/** Restarts the cycle: the next epoch is one tempo from now. */
export function applyTempo(call: CallContext, netuid: number, tempo: number): void {
  S.Tempo.set(call.state, netuid, tempo);
  S.LastEpochBlock.set(call.state, netuid, call.block);
  call.events.emit(subtensorEvents.TempoSet, [netuid, tempo]);
}

/** True in the last blocks before an epoch, when hyperparameters are frozen. */
export function inFreezeWindow(view: StateView, netuid: number, block: number): boolean {
  if (S.PendingEpochAt.get(view, netuid) > 0) return true;
  const next = nextEpochBlock(view, netuid, block);
  return next !== null && next - block < S.AdminFreezeWindow.get(view);
}

function ensureNotFrozen(call: CallContext, netuid: number): void {
  if (inFreezeWindow(call.state, netuid, call.block)) {
    throw subtensorFault('AdminActionProhibitedDuringWeightsWindow');
  }
}

function triggerEpoch(call: CallContext, netuid: number): void {
  const { state, block } = call;
  if (!S.NetworksAdded.get(state, netuid)) throw subtensorFault('SubnetNotExists');
  ensureSubnetOwner(call, netuid);
  if (S.CommitRevealWeightsEnabled.get(state, netuid)) throw subtensorFault('DynamicTempoBlockedByCommitReveal');
  if (S.PendingEpochAt.get(state, netuid) > 0) throw subtensorFault('EpochTriggerAlreadyPending');
  const firesAt = block + Math.max(1, S.AdminFreezeWindow.get(state));
  const next = nextEpochBlock(state, netuid, block);
  if (next !== null && next <= firesAt) throw subtensorFault('AutoEpochAlreadyImminent');
  S.PendingEpochAt.set(state, netuid, firesAt);
  const by = call.origin.kind === 'signed' ? call.origin.account : NOBODY;
  call.events.emit(subtensorEvents.EpochTriggered, { netuid, by, fires_at: firesAt });
}

export function registerNetworkCalls(dispatcher: Dispatcher): void {
  dispatcher.on(subtensorCalls.register_network, (call, { hotkey }) => registerNetwork(call, hotkey, null));
  dispatcher.on(subtensorCalls.register_network_with_identity, (call, { hotkey, identity }) =>
    registerNetwork(call, hotkey, identity),
  );
  dispatcher.on(subtensorCalls.start_call, (call, { netuid }) => startCall(call, netuid));
  dispatcher.on(subtensorCalls.trigger_epoch, (call, { netuid }) => triggerEpoch(call, netuid));
  dispatcher.on(subtensorCalls.set_tempo, (call, { netuid, tempo }) => {
    if (!S.NetworksAdded.get(call.state, netuid) || netuid === ROOT) throw subtensorFault('SubnetNotExists');
    ensureSubnetOwner(call, netuid);
    if (tempo < MIN_OWNER_TEMPO || tempo > LONGEST_TEMPO) throw subtensorFault('TempoOutOfBounds');
    if (S.CommitRevealWeightsEnabled.get(call.state, netuid)) throw subtensorFault('DynamicTempoBlockedByCommitReveal');
    ensureNotFrozen(call, netuid);
    applyTempo(call, netuid, tempo);
  });
  dispatcher.on(subtensorCalls.set_activity_cutoff_factor, (call, { netuid, factor_milli }) => {
    if (!S.NetworksAdded.get(call.state, netuid)) throw subtensorFault('SubnetNotExists');
    ensureSubnetOwner(call, netuid);
    if (factor_milli < MIN_ACTIVITY_FACTOR || factor_milli > MAX_ACTIVITY_FACTOR) {
      throw subtensorFault('ActivityCutoffFactorMilliOutOfBounds');
    }
    ensureNotFrozen(call, netuid);
    S.ActivityCutoffFactorMilli.set(call.state, netuid, factor_milli);
    call.events.emit(subtensorEvents.ActivityCutoffFactorMilliSet, { netuid, factor_milli });
  });
  dispatcher.on(subtensorCalls.set_identity, (call, identity) => {
    const coldkey = signedBy(call);
    if (S.OwnedHotkeys.get(call.state, coldkey).length === 0) throw subtensorFault('HotKeyNotRegisteredInNetwork');
    checkIdentity(Object.values(identity));
    S.IdentitiesV2.set(call.state, coldkey, identity);
    call.events.emit(subtensorEvents.ChainIdentitySet, [coldkey]);
  });
  dispatcher.on(subtensorCalls.set_subnet_identity, (call, { netuid, ...identity }) => {
    if (!S.NetworksAdded.get(call.state, netuid)) throw subtensorFault('SubnetNotExists');
    ensureSubnetOwner(call, netuid);
    checkIdentity(Object.values(identity));
    S.SubnetIdentitiesV3.set(call.state, netuid, identity);
    call.events.emit(subtensorEvents.SubnetIdentitySet, [netuid]);
  });
}
