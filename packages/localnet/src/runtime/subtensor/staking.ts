import { S, subtensorCalls, subtensorEvents } from '../../pallets/subtensor/index.js';
import type { Hex } from '../../scale/index.js';
import { burn, canWithdraw, mint } from '../balances.js';
import { type CallContext, type Dispatcher, signedBy } from '../call.js';
import { subtensorFault } from '../faults.js';
import { ROOT } from './facts.js';
import { createHotkey, ensureOwnedOrNew } from './registration.js';
import { addAlpha, alphaOf, takeAlpha } from './stake.js';

/** Least amount of one stake operation, in rao. */
const MIN_STAKE = 2_000_000n;
/** One alpha costs one TAO on every subnet of this chain, in rao. */
export const ALPHA_PRICE = 1_000_000_000n;

function checkOpen(call: CallContext, netuid: number): void {
  if (!S.NetworksAdded.get(call.state, netuid)) throw subtensorFault('SubnetNotExists');
  if (netuid !== ROOT && !S.SubtokenEnabled.get(call.state, netuid)) throw subtensorFault('SubtokenDisabled');
}

function addStake(call: CallContext, hotkey: Hex, netuid: number, tao: bigint): void {
  const coldkey = signedBy(call);
  checkOpen(call, netuid);
  if (tao < MIN_STAKE) throw subtensorFault('AmountTooLow');
  if (!canWithdraw(call.state, coldkey, tao)) throw subtensorFault('NotEnoughBalanceToStake');
  if (!S.Owner.has(call.state, hotkey)) throw subtensorFault('HotKeyAccountNotExists');
  burn(call, coldkey, tao);
  addAlpha(call.state, hotkey, coldkey, netuid, tao);
  S.SubnetTAO.update(call.state, netuid, (held) => held + tao);
  S.TotalStake.update(call.state, (total) => total + tao);
  S.SubnetVolume.update(call.state, netuid, (volume) => volume + tao);
  call.events.emit(subtensorEvents.StakeAdded, [coldkey, hotkey, tao, tao, netuid, 0]);
}

function removeStake(call: CallContext, hotkey: Hex, netuid: number, alpha: bigint): void {
  const coldkey = signedBy(call);
  checkOpen(call, netuid);
  if (!S.Owner.has(call.state, hotkey)) throw subtensorFault('HotKeyAccountNotExists');
  const held = alphaOf(call.state, hotkey, coldkey, netuid);
  if (alpha > held) throw subtensorFault('NotEnoughStakeToWithdraw');
  if (alpha === 0n || (alpha < MIN_STAKE && alpha !== held)) throw subtensorFault('AmountTooLow');
  takeAlpha(call.state, hotkey, coldkey, netuid, alpha);
  S.SubnetTAO.update(call.state, netuid, (tao) => (tao > alpha ? tao - alpha : 0n));
  S.TotalStake.update(call.state, (total) => (total > alpha ? total - alpha : 0n));
  S.SubnetVolume.update(call.state, netuid, (volume) => volume + alpha);
  mint(call, coldkey, alpha);
  call.events.emit(subtensorEvents.StakeRemoved, [coldkey, hotkey, alpha, alpha, netuid, 0]);
}

export function registerStaking(dispatcher: Dispatcher): void {
  dispatcher.on(subtensorCalls.add_stake, (call, args) => addStake(call, args.hotkey, args.netuid, args.amount_staked));
  dispatcher.on(subtensorCalls.add_stake_limit, (call, args) => {
    if (args.limit_price < ALPHA_PRICE) throw subtensorFault('SlippageTooHigh');
    addStake(call, args.hotkey, args.netuid, args.amount_staked);
  });
  dispatcher.on(subtensorCalls.remove_stake, (call, args) =>
    removeStake(call, args.hotkey, args.netuid, args.amount_unstaked),
  );
  dispatcher.on(subtensorCalls.remove_stake_limit, (call, args) => {
    if (args.limit_price > ALPHA_PRICE) throw subtensorFault('SlippageTooHigh');
    removeStake(call, args.hotkey, args.netuid, args.amount_unstaked);
  });
  dispatcher.on(subtensorCalls.try_associate_hotkey, (call, { hotkey }) => {
    const coldkey = signedBy(call);
    ensureOwnedOrNew(call.state, coldkey, hotkey);
    createHotkey(call.state, coldkey, hotkey);
  });
}
