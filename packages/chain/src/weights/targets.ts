import type { Hotkey } from '@bettertherapy/core';
import { ChainErrorCode, chainError } from '../errors.js';
import { type BlockView, item } from '../reads/view.js';
import { parse } from '../runtime/index.js';

/** Whom the weight of a uid is meant for: a hotkey and the block of its registration. */
export interface WeightTarget {
  readonly uid: number;
  readonly hotkey: Hotkey;
  readonly registeredAt: number;
}

/**
 * Refuses weights that would pay somebody else: a uid may have been registered anew, or a subnet trimmed and its uids
 * renumbered, since the weights were made.
 * @throws CodedError CHAIN_STALE_UIDS
 */
export async function checkTargets(view: BlockView, netuid: number, targets: readonly WeightTarget[]): Promise<void> {
  const refs = targets.flatMap(({ uid }) => [
    [`key ${uid}`, item('SubtensorModule', 'Keys', netuid, uid)] as const,
    [`block ${uid}`, item('SubtensorModule', 'BlockAtRegistration', netuid, uid)] as const,
  ]);
  const found = await view.read(Object.fromEntries(refs));
  const moved = targets.filter(
    ({ uid, hotkey, registeredAt }) =>
      found[`key ${uid}`] !== hotkey || parse.blocksOf(found[`block ${uid}`], 'registration') !== registeredAt,
  );
  if (moved.length === 0) return;
  throw chainError(ChainErrorCode.StaleUids, `${moved.length} uids belong to others than the weights were made for`, {
    remedy: 'Nothing was sent; the validator makes its weights again from the present metagraph.',
    details: { netuid, block: view.block, uids: moved.map(({ uid }) => uid) },
  });
}
