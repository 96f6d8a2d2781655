import type { Coldkey, Hotkey, Ss58 } from '@bettertherapy/core';
import { parse } from '../runtime/index.js';
import { type BlockView, item } from './view.js';

/** Free balance in rao. */
export async function readBalance(view: BlockView, account: Ss58): Promise<bigint> {
  const found = parse.recordOf(await view.one(item('System', 'Account', account)), 'account');
  return parse.bigOf(parse.recordOf(found.data, 'account data').free, 'free balance');
}

/** Nonce of the next extrinsic of an account, as the block's state has it. */
export async function readNonce(view: BlockView, account: Ss58): Promise<number> {
  const found = parse.recordOf(await view.one(item('System', 'Account', account)), 'account');
  return parse.intOf(found.nonce, 'nonce');
}

/** All stake on a hotkey in one subnet, rao of that subnet's token, whoever put it there. */
export async function readHotkeyStake(view: BlockView, hotkey: Hotkey, netuid: number): Promise<bigint> {
  return parse.bigOf(await view.one(item('SubtensorModule', 'TotalHotkeyAlpha', hotkey, netuid)), 'stake');
}

/** The storage default of an owner: the all-zero account, which nobody holds. */
const NOBODY = '5C4hrfjw9DjXZTzV3MwzrrAr9P1MJhSrvWGWqi1eSuyUpnhM';

/** The coldkey that owns a hotkey; null when nobody does yet. */
export async function readOwner(view: BlockView, hotkey: Hotkey): Promise<Coldkey | null> {
  const owner = await view.one(item('SubtensorModule', 'Owner', hotkey));
  return owner === null || owner === NOBODY ? null : parse.coldkeyOf(owner, 'owner');
}

/** Unix time of a block in ms, as its author stated it. */
export async function readTimestamp(view: BlockView): Promise<number> {
  return parse.intOf(await view.one(item('Timestamp', 'Now')), 'timestamp');
}
