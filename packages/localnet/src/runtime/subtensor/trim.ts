import { S, subtensorEvents } from '../../pallets/subtensor/index.js';
import type { MutableState } from '../../state/index.js';
import type { CallContext } from '../call.js';
import { subtensorFault } from '../faults.js';
import { isOwnerHotkey, mechanismIndex } from './facts.js';
import { forgetHotkey } from './registration.js';

/** A subnet is not trimmed when so large a share of what would be left cannot be removed. */
const MAX_IMMUNE_SHARE = 0.8;

/**
 * Shrinks a subnet to `maxUids`: those with least emission go, never the owner's hotkey nor who is immune, and the uids of the
 * others close up in their order. Here small subnets can be trimmed as well: `MinAllowedUids` is not asked.
 * @throws DispatchFault InvalidValue, TrimmingWouldExceedMaxImmunePercentage
 */
export function trim(call: CallContext, netuid: number, maxUids: number): void {
  const { state, block } = call;
  if (maxUids < 1 || maxUids > S.MaxAllowedUids.get(state, netuid)) throw subtensorFault('InvalidValue');
  const count = S.SubnetworkN.get(state, netuid);
  const immunity = S.ImmunityPeriod.get(state, netuid);
  const stays = (uid: number): boolean =>
    isOwnerHotkey(state, S.Keys.get(state, netuid, uid), netuid) ||
    block - S.BlockAtRegistration.get(state, netuid, uid) < immunity;
  const uids = Array.from({ length: count }, (_, uid) => uid);
  if (count > maxUids) {
    if (uids.filter(stays).length / maxUids >= MAX_IMMUNE_SHARE) {
      throw subtensorFault('TrimmingWouldExceedMaxImmunePercentage');
    }
    const emission = S.Emission.get(state, netuid);
    const byEmission = uids
      .filter((uid) => !stays(uid))
      .sort((a, b) => Number((emission[a] ?? 0n) - (emission[b] ?? 0n)) || b - a);
    const gone = new Set(byEmission.slice(0, count - maxUids));
    closeUp(state, netuid, uids, gone);
  }
  S.MaxAllowedUids.set(state, netuid, maxUids);
  call.events.emit(subtensorEvents.MaxAllowedUidsSet, [netuid, maxUids]);
}

/** Removes the neurons of `gone` and gives the others the lowest uids, in their order. */
function closeUp(state: MutableState, netuid: number, uids: readonly number[], gone: ReadonlySet<number>): void {
  const kept = uids.filter((uid) => !gone.has(uid));
  const newUid = new Map(kept.map((uid, place) => [uid, place]));
  const pick = <T>(list: readonly T[]): T[] => kept.flatMap((uid) => list.slice(uid, uid + 1));
  for (const uid of gone) forgetHotkey(state, netuid, S.Keys.get(state, netuid, uid));
  for (const column of [S.Active, S.ValidatorPermit]) column.update(state, netuid, pick);
  for (const column of [S.Consensus, S.Dividends, S.ValidatorTrust, S.StakeWeight]) column.update(state, netuid, pick);
  S.Emission.update(state, netuid, pick);
  const seats = kept.map((uid) => ({
    hotkey: S.Keys.get(state, netuid, uid),
    registered: S.BlockAtRegistration.get(state, netuid, uid),
  }));
  for (const uid of uids.slice(kept.length)) {
    S.Keys.remove(state, netuid, uid);
    S.BlockAtRegistration.remove(state, netuid, uid);
  }
  for (const [uid, { hotkey, registered }] of seats.entries()) {
    S.Keys.set(state, netuid, uid, hotkey);
    S.Uids.set(state, netuid, hotkey, uid);
    S.BlockAtRegistration.set(state, netuid, uid, registered);
  }
  for (let mecid = 0; mecid < S.MechanismCountCurrent.get(state, netuid); mecid++) {
    const mi = mechanismIndex(netuid, mecid);
    S.Incentive.update(state, mi, pick);
    S.LastUpdate.update(state, mi, pick);
    for (const rows of [S.Weights, S.Bonds]) {
      const moved = kept.map((uid) =>
        rows.get(state, mi, uid).flatMap(([target, value]): [number, number][] => {
          const place = newUid.get(target);
          return place === undefined ? [] : [[place, value]];
        }),
      );
      for (const uid of uids) rows.remove(state, mi, uid);
      for (const [uid, row] of moved.entries()) if (row.length > 0) rows.set(state, mi, uid, row);
    }
  }
  S.SubnetworkN.set(state, netuid, kept.length);
}
