import { S, subtensorCalls, subtensorEvents } from '../../pallets/subtensor/index.js';
import type { Hex } from '../../scale/index.js';
import type { MutableState, StateView } from '../../state/index.js';
import { NOBODY } from '../../types/index.js';
import { burn, canWithdraw } from '../balances.js';
import { type CallContext, type Dispatcher, signedBy } from '../call.js';
import { subtensorFault } from '../faults.js';
import { isOwnerHotkey, mechanismIndex, ROOT, stakeWeight, withAt } from './facts.js';

/** Seats of the root network. */
const ROOT_SEATS = 64;

/** @throws DispatchFault NonAssociatedColdKey when another coldkey owns the hotkey. */
export function ensureOwnedOrNew(view: StateView, coldkey: Hex, hotkey: Hex): void {
  if (S.Owner.has(view, hotkey) && S.Owner.get(view, hotkey) !== coldkey) throw subtensorFault('NonAssociatedColdKey');
}

/** Makes the coldkey the owner of a hotkey that has none. */
export function createHotkey(state: MutableState, coldkey: Hex, hotkey: Hex): void {
  if (S.Owner.has(state, hotkey)) return;
  S.Owner.set(state, hotkey, coldkey);
  S.OwnedHotkeys.update(state, coldkey, (owned) => [...owned, hotkey]);
}

/**
 * The uid whose neuron makes room on a full subnet: lowest emission among those out of immunity, then the older
 * registration, then the lower uid; among the immune when all are. The owner's hotkey never goes.
 */
export function uidToPrune(view: StateView, netuid: number, block: number): number | null {
  const immunity = S.ImmunityPeriod.get(view, netuid);
  const emission = S.Emission.get(view, netuid);
  const candidates = Array.from({ length: S.SubnetworkN.get(view, netuid) }, (_, uid) => {
    const registered = S.BlockAtRegistration.get(view, netuid, uid);
    return { uid, registered, emission: emission[uid] ?? 0n, immune: block - registered < immunity };
  }).filter(({ uid }) => !isOwnerHotkey(view, S.Keys.get(view, netuid, uid), netuid));
  candidates.sort(
    (a, b) =>
      Number(a.immune) - Number(b.immune) ||
      (a.emission < b.emission ? -1 : a.emission > b.emission ? 1 : 0) ||
      a.registered - b.registered ||
      a.uid - b.uid,
  );
  return candidates[0]?.uid ?? null;
}

/** Writes what a fresh neuron starts with, over whatever the uid held before. */
function resetNeuron(state: MutableState, netuid: number, uid: number, block: number): void {
  S.Active.update(state, netuid, (list) => withAt(list, uid, true, false));
  S.Consensus.update(state, netuid, (list) => withAt(list, uid, 0, 0));
  S.Dividends.update(state, netuid, (list) => withAt(list, uid, 0, 0));
  S.Emission.update(state, netuid, (list) => withAt(list, uid, 0n, 0n));
  S.ValidatorTrust.update(state, netuid, (list) => withAt(list, uid, 0, 0));
  S.ValidatorPermit.update(state, netuid, (list) => withAt(list, uid, false, false));
  S.StakeWeight.update(state, netuid, (list) => withAt(list, uid, 0, 0));
  for (let mecid = 0; mecid < S.MechanismCountCurrent.get(state, netuid); mecid++) {
    const mi = mechanismIndex(netuid, mecid);
    S.Incentive.update(state, mi, (list) => withAt(list, uid, 0, 0));
    S.LastUpdate.update(state, mi, (list) => withAt(list, uid, block, 0));
    S.Weights.remove(state, mi, uid);
    S.Bonds.remove(state, mi, uid);
  }
}

/** Removes what a subnet keeps by hotkey of one that has lost its place. */
export function forgetHotkey(state: MutableState, netuid: number, hotkey: Hex): void {
  S.Uids.remove(state, netuid, hotkey);
  S.IsNetworkMember.remove(state, hotkey, netuid);
  S.Axons.remove(state, netuid, hotkey);
  S.NeuronCertificates.remove(state, netuid, hotkey);
  S.Prometheus.remove(state, netuid, hotkey);
}

/** Puts a hotkey on a uid, evicting who was there. */
function seat(state: MutableState, netuid: number, uid: number, hotkey: Hex, block: number): void {
  const before = S.Keys.get(state, netuid, uid);
  if (before !== NOBODY) forgetHotkey(state, netuid, before);
  S.Keys.set(state, netuid, uid, hotkey);
  S.Uids.set(state, netuid, hotkey, uid);
  S.BlockAtRegistration.set(state, netuid, uid, block);
  S.IsNetworkMember.set(state, hotkey, netuid, true);
  resetNeuron(state, netuid, uid, block);
}

/** Adds a neuron on the next free uid. */
export function appendNeuron(state: MutableState, netuid: number, hotkey: Hex, block: number): number {
  const uid = S.SubnetworkN.get(state, netuid);
  S.SubnetworkN.set(state, netuid, uid + 1);
  seat(state, netuid, uid, hotkey, block);
  return uid;
}

function placeNeuron(call: CallContext, netuid: number, hotkey: Hex): number {
  if (S.SubnetworkN.get(call.state, netuid) < S.MaxAllowedUids.get(call.state, netuid)) {
    return appendNeuron(call.state, netuid, hotkey, call.block);
  }
  const uid = uidToPrune(call.state, netuid, call.block);
  if (uid === null) throw subtensorFault('NoNeuronIdAvailable');
  seat(call.state, netuid, uid, hotkey, call.block);
  return uid;
}

const FIXED_ONE = 2 ** 64;

/** Registers by burning; every registration raises the price, which then decays block by block. */
function burnedRegister(call: CallContext, netuid: number, hotkey: Hex, limit: bigint | null): void {
  const coldkey = signedBy(call);
  const { state } = call;
  if (netuid === ROOT) throw subtensorFault('RegistrationNotPermittedOnRootSubnet');
  if (!S.NetworksAdded.get(state, netuid)) throw subtensorFault('SubnetNotExists');
  if (!S.NetworkRegistrationAllowed.get(state, netuid)) throw subtensorFault('SubNetRegistrationDisabled');
  if (S.Uids.has(state, netuid, hotkey)) throw subtensorFault('HotKeyAlreadyRegisteredInSubNet');
  const price = S.Burn.get(state, netuid);
  if (limit !== null && price > limit) throw subtensorFault('RegistrationPriceLimitExceeded');
  if (!canWithdraw(state, coldkey, price)) throw subtensorFault('NotEnoughBalanceToStake');
  ensureOwnedOrNew(state, coldkey, hotkey);
  createHotkey(state, coldkey, hotkey);
  const uid = placeNeuron(call, netuid, hotkey);
  burn(call, coldkey, price);
  S.RAORecycledForRegistration.update(state, netuid, (total) => total + price);
  const factor = Number(S.BurnIncreaseMult.get(state, netuid)) / FIXED_ONE;
  S.Burn.set(state, netuid, clampBurn(state, netuid, Math.ceil(Number(price) * factor)));
  S.RegistrationsThisBlock.update(state, netuid, (count) => count + 1);
  S.RegistrationsThisInterval.update(state, netuid, (count) => Math.min(count + 1, 65_535));
  S.BurnRegistrationsThisInterval.update(state, netuid, (count) => Math.min(count + 1, 65_535));
  call.events.emit(subtensorEvents.NeuronRegistered, [netuid, uid, hotkey]);
}

function clampBurn(view: StateView, netuid: number, price: number): bigint {
  const wanted = BigInt(Math.max(0, Math.round(price)));
  const least = S.MinBurn.get(view, netuid);
  const most = S.MaxBurn.get(view, netuid);
  return wanted < least ? least : wanted > most ? most : wanted;
}

/** One block's decay of the registration price: half of it is gone after `BurnHalfLife` blocks. */
export function decayBurn(state: MutableState, netuid: number): void {
  if (S.RegistrationsThisBlock.get(state, netuid) > 0) S.RegistrationsThisBlock.set(state, netuid, 0);
  const price = S.Burn.get(state, netuid);
  const halfLife = S.BurnHalfLife.get(state, netuid);
  if (halfLife === 0 || price <= S.MinBurn.get(state, netuid)) return;
  S.Burn.set(state, netuid, clampBurn(state, netuid, Number(price) * 0.5 ** (1 / halfLife)));
}

/** Joins the root network; when it is full, the member with the least root stake makes room for more. */
function rootRegister(call: CallContext, hotkey: Hex): void {
  const coldkey = signedBy(call);
  const { state } = call;
  if (S.Uids.has(state, ROOT, hotkey)) throw subtensorFault('HotKeyAlreadyRegisteredInSubNet');
  if (!S.Owner.has(state, hotkey)) throw subtensorFault('HotKeyNotRegisteredInNetwork');
  if (S.Owner.get(state, hotkey) !== coldkey) throw subtensorFault('NonAssociatedColdKey');
  const members = S.SubnetworkN.get(state, ROOT);
  let uid = members;
  if (members < ROOT_SEATS) {
    appendNeuron(state, ROOT, hotkey, call.block);
  } else {
    const stakes = Array.from({ length: members }, (_, seatUid) =>
      stakeWeight(state, S.Keys.get(state, ROOT, seatUid), ROOT),
    );
    uid = stakes.reduce((lowest, stake, i) => (stake < (stakes[lowest] ?? 0n) ? i : lowest), 0);
    if (stakeWeight(state, hotkey, ROOT) <= (stakes[uid] ?? 0n)) throw subtensorFault('StakeTooLowForRoot');
    seat(state, ROOT, uid, hotkey, call.block);
  }
  call.events.emit(subtensorEvents.NeuronRegistered, [ROOT, uid, hotkey]);
}

export function registerRegistration(dispatcher: Dispatcher): void {
  dispatcher.on(subtensorCalls.burned_register, (call, { netuid, hotkey }) =>
    burnedRegister(call, netuid, hotkey, null),
  );
  // Proof of work is gone from the real chain too: the call burns, and its work and coldkey are ignored.
  dispatcher.on(subtensorCalls.register, (call, { netuid, hotkey }) => burnedRegister(call, netuid, hotkey, null));
  dispatcher.on(subtensorCalls.register_limit, (call, { netuid, hotkey, limit_price }) =>
    burnedRegister(call, netuid, hotkey, limit_price),
  );
  dispatcher.on(subtensorCalls.root_register, (call, { hotkey }) => rootRegister(call, hotkey));
}
