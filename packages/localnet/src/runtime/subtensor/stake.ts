import { S } from '../../pallets/subtensor/index.js';
import type { Hex } from '../../scale/index.js';
import type { MutableState, StateView } from '../../state/index.js';

/*
 * Stake is held as shares of a hotkey's pool on a subnet. Dividends grow the pool, so every owner of shares gains alike.
 */

function sharesOf(view: StateView, hotkey: Hex, coldkey: Hex, netuid: number): bigint {
  return S.AlphaV2.get(view, hotkey, coldkey, netuid).mantissa;
}

function setShares(
  state: MutableState,
  hotkey: Hex,
  coldkey: Hex,
  netuid: number,
  shares: bigint,
  total: bigint,
): void {
  if (shares > 0n) S.AlphaV2.set(state, hotkey, coldkey, netuid, { mantissa: shares, exponent: 0n });
  else S.AlphaV2.remove(state, hotkey, coldkey, netuid);
  S.TotalHotkeySharesV2.set(state, hotkey, netuid, { mantissa: total, exponent: 0n });
}

/** Alpha that `coldkey` holds through `hotkey`, rounded down. */
export function alphaOf(view: StateView, hotkey: Hex, coldkey: Hex, netuid: number): bigint {
  const total = S.TotalHotkeySharesV2.get(view, hotkey, netuid).mantissa;
  if (total === 0n) return 0n;
  return (sharesOf(view, hotkey, coldkey, netuid) * S.TotalHotkeyAlpha.get(view, hotkey, netuid)) / total;
}

/** Adds alpha that belongs to one coldkey. */
export function addAlpha(state: MutableState, hotkey: Hex, coldkey: Hex, netuid: number, amount: bigint): void {
  if (amount <= 0n) return;
  const pool = S.TotalHotkeyAlpha.get(state, hotkey, netuid);
  const total = S.TotalHotkeySharesV2.get(state, hotkey, netuid).mantissa;
  const shares = pool === 0n || total === 0n ? amount : (amount * total) / pool;
  setShares(state, hotkey, coldkey, netuid, sharesOf(state, hotkey, coldkey, netuid) + shares, total + shares);
  S.TotalHotkeyAlpha.set(state, hotkey, netuid, pool + amount);
  S.SubnetAlphaOut.update(state, netuid, (out) => out + amount);
  const staked = S.StakingHotkeys.get(state, coldkey);
  if (!staked.includes(hotkey)) S.StakingHotkeys.set(state, coldkey, [...staked, hotkey]);
}

/** Takes alpha away; the caller has checked `alphaOf`. */
export function takeAlpha(state: MutableState, hotkey: Hex, coldkey: Hex, netuid: number, amount: bigint): void {
  const pool = S.TotalHotkeyAlpha.get(state, hotkey, netuid);
  const total = S.TotalHotkeySharesV2.get(state, hotkey, netuid).mantissa;
  const own = sharesOf(state, hotkey, coldkey, netuid);
  const all = amount >= alphaOf(state, hotkey, coldkey, netuid);
  // Rounded up, so that taking never pays out more than the shares stood for.
  const wanted = pool === 0n ? own : (amount * total + pool - 1n) / pool;
  const shares = all || wanted > own ? own : wanted;
  setShares(state, hotkey, coldkey, netuid, own - shares, total - shares);
  S.TotalHotkeyAlpha.set(state, hotkey, netuid, pool - amount);
  S.SubnetAlphaOut.update(state, netuid, (out) => (out > amount ? out - amount : 0n));
}

/** Grows the hotkey's pool for all who hold shares; the hotkey's owner gets it when nobody does. */
export function growPool(state: MutableState, hotkey: Hex, netuid: number, amount: bigint): void {
  if (amount <= 0n) return;
  if (S.TotalHotkeySharesV2.get(state, hotkey, netuid).mantissa === 0n) {
    addAlpha(state, hotkey, S.Owner.get(state, hotkey), netuid, amount);
    return;
  }
  S.TotalHotkeyAlpha.update(state, hotkey, netuid, (pool) => pool + amount);
  S.SubnetAlphaOut.update(state, netuid, (out) => out + amount);
}
