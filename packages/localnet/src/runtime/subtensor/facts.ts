import { S } from '../../pallets/subtensor/index.js';
import type { Hex } from '../../scale/index.js';
import type { StateView } from '../../state/index.js';

/** The root network. */
export const ROOT = 0;
/** Storage of mechanism `m` of a subnet lives under `m · 4096 + netuid`. */
const SUBNETS_PER_MECHANISM = 4096;
/** Blocks after which an epoch runs whatever the tempo says. */
export const LONGEST_TEMPO = 50_400;
const U64 = 2 ** 64;

export function mechanismIndex(netuid: number, mecid: number): number {
  return mecid * SUBNETS_PER_MECHANISM + netuid;
}

/** Subnets in ascending order, without the root network. */
export function subnets(view: StateView): number[] {
  return S.NetworksAdded.entries(view)
    .filter(([[netuid], added]) => added && netuid !== ROOT)
    .map(([[netuid]]) => netuid)
    .sort((a, b) => a - b);
}

/** Stake of a hotkey on one subnet in alpha, over all its owners. */
export function alphaStake(view: StateView, hotkey: Hex, netuid: number): bigint {
  return S.TotalHotkeyAlpha.get(view, hotkey, netuid);
}

/** What the hotkey's root stake weighs on a subnet. */
export function taoStake(view: StateView, hotkey: Hex): bigint {
  return (S.TotalHotkeyAlpha.get(view, hotkey, ROOT) * S.TaoWeight.get(view)) / BigInt(U64);
}

/** Alpha on the subnet plus the weighed root stake. */
export function stakeWeight(view: StateView, hotkey: Hex, netuid: number): bigint {
  return alphaStake(view, hotkey, netuid) + taoStake(view, hotkey);
}

export function isOwnerHotkey(view: StateView, hotkey: Hex, netuid: number): boolean {
  return S.SubnetOwnerHotkey.get(view, netuid) === hotkey && S.SubnetOwner.has(view, netuid);
}

/** Enough stake to set weights or hold a permit; the subnet owner's hotkey always has. */
export function meetsStakeThreshold(view: StateView, hotkey: Hex, netuid: number): boolean {
  return isOwnerHotkey(view, hotkey, netuid) || stakeWeight(view, hotkey, netuid) >= S.StakeThreshold.get(view);
}

/** Blocks a validator may be silent before it counts as inactive. */
export function activityCutoff(view: StateView, netuid: number): number {
  return Math.max(1, Math.floor((S.ActivityCutoffFactorMilli.get(view, netuid) * S.Tempo.get(view, netuid)) / 1000));
}

/** True when block `block` runs the subnet's epoch. `sinceLast` counts that block too. */
export function epochDue(view: StateView, netuid: number, block: number, sinceLast: number): boolean {
  const tempo = S.Tempo.get(view, netuid);
  const pending = S.PendingEpochAt.get(view, netuid);
  if (tempo === 0) return false;
  return (
    (pending > 0 && block >= pending) ||
    sinceLast > LONGEST_TEMPO ||
    block - S.LastEpochBlock.get(view, netuid) >= tempo
  );
}

/** The epoch that a block belongs to, seen before that block is built. */
export function epochAt(view: StateView, netuid: number, block: number): number {
  const due = epochDue(view, netuid, block, S.BlocksSinceLastStep.get(view, netuid) + 1);
  return S.SubnetEpochIndex.get(view, netuid) + (due ? 1 : 0);
}

/** The next block that runs the epoch, or null with tempo 0. */
export function nextEpochBlock(view: StateView, netuid: number, block: number): number | null {
  const tempo = S.Tempo.get(view, netuid);
  if (tempo === 0) return null;
  const byTempo = S.LastEpochBlock.get(view, netuid) + tempo;
  const pending = S.PendingEpochAt.get(view, netuid);
  return Math.max(block + 1, pending > 0 ? Math.min(pending, byTempo) : byTempo);
}

/** Vector with position `index` set, grown with `filler` as needed. */
export function withAt<T>(list: readonly T[], index: number, item: T, filler: T): T[] {
  const copy = [...list];
  while (copy.length <= index) copy.push(filler);
  copy[index] = item;
  return copy;
}
