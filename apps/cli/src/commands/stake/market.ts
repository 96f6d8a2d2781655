import type { BlockView } from '@bettertherapy/chain';
import type { Coldkey, Hotkey } from '@bettertherapy/core';
import { z } from 'zod';
import { RAO_PER_TAO } from '../amount.js';
import { readAnswer } from '../answers.js';

const API = 'SwapRuntimeApi';

/** What a swap in a subnet's pool would give now, in rao. */
export interface Quote {
  /** Rao of TAO for one whole token. */
  readonly price: bigint;
  readonly out: bigint;
  readonly fee: bigint;
}

const simulated = z.looseObject({
  taoAmount: z.bigint(),
  alphaAmount: z.bigint(),
  taoFee: z.bigint(),
  alphaFee: z.bigint(),
});

/** Null where the runtime cannot say; the root subnet has no pool. */
export async function quote(
  view: BlockView,
  direction: 'buy' | 'sell',
  netuid: number,
  rao: bigint,
): Promise<Quote | null> {
  const method = direction === 'buy' ? 'sim_swap_tao_for_alpha' : 'sim_swap_alpha_for_tao';
  const { apis } = view.runtime;
  if (netuid === 0 || !apis.has(API, 'current_alpha_price') || !apis.has(API, method)) return null;
  const price = readAnswer(z.bigint(), await view.call(API, 'current_alpha_price', [netuid]), 'price');
  const swap = readAnswer(simulated, await view.call(API, method, [netuid, rao]), 'swap');
  return direction === 'buy'
    ? { price, out: swap.alphaAmount, fee: swap.taoFee }
    : { price, out: swap.taoAmount, fee: swap.alphaFee };
}

/** The worst price accepted: above the current one when buying, below it when selling. `tolerance` in billionths. */
export function limitPrice(direction: 'buy' | 'sell', price: bigint, tolerance: bigint): bigint {
  if (direction === 'buy') return (price * (RAO_PER_TAO + tolerance)) / RAO_PER_TAO;
  const lowered = (price * (RAO_PER_TAO - tolerance)) / RAO_PER_TAO;
  return lowered > 0n ? lowered : 0n;
}

const owned = z.looseObject({ stake: z.bigint() }).nullable();

/** What one coldkey has on a hotkey in a subnet, rao of the subnet's token. */
export async function readStake(view: BlockView, netuid: number, hotkey: Hotkey, coldkey: Coldkey): Promise<bigint> {
  const args = [hotkey, coldkey, netuid];
  const answer = await view.call('StakeInfoRuntimeApi', 'get_stake_info_for_hotkey_coldkey_netuid', args);
  return readAnswer(owned, answer, 'stake')?.stake ?? 0n;
}
