import type { Hotkey } from '@bettertherapy/core';
import type { Signer } from '@bettertherapy/wallet';
import { ChainErrorCode, chainError } from '../errors.js';
import { readBurn } from '../reads/subnets.js';
import { viewHead } from '../reads/view.js';
import { parse } from '../runtime/index.js';
import type { ChainEvent } from '../tx/events.js';
import { type SubmitOptions, submit, type TxAccess, type TxOutcome } from '../tx/submit.js';

const PALLET = 'SubtensorModule';

export interface RegisterRequest {
  readonly netuid: number;
  readonly hotkey: Hotkey;
  /** Refuse to pay more, rao; checked by the chain itself where its runtime can. */
  readonly maxRao?: bigint | undefined;
}

/**
 * Registers a hotkey on a subnet for the current price, paid by the coldkey.
 * @throws CodedError CHAIN_PRICE_ABOVE_LIMIT, CHAIN_NOT_ENOUGH_BALANCE, CHAIN_ALREADY_REGISTERED, …
 */
export async function burnedRegister(
  access: TxAccess,
  coldkey: Signer,
  request: RegisterRequest,
  options: SubmitOptions = {},
): Promise<TxOutcome & { readonly uid: number }> {
  const { netuid, hotkey, maxRao } = request;
  let call: Parameters<typeof submit>[2] = { pallet: PALLET, call: 'burned_register', args: { netuid, hotkey } };
  if (maxRao !== undefined) {
    const view = await viewHead(access, { signal: options.signal });
    const burn = await readBurn(view, netuid);
    if (burn > maxRao) {
      throw chainError(ChainErrorCode.PriceAboveLimit, `registering costs ${burn} rao, the limit is ${maxRao}`, {
        remedy: 'Raise the limit, or wait: the price halves by itself.',
        details: { netuid, burn: String(burn), maxRao: String(maxRao) },
      });
    }
    if (view.runtime.hasCall(PALLET, 'register_limit')) {
      call = { pallet: PALLET, call: 'register_limit', args: { netuid, hotkey, limitPrice: maxRao } };
    }
  }
  const outcome = await submit(access, coldkey, call, options);
  const registered = findEvent(outcome.events, 'NeuronRegistered');
  return { ...outcome, uid: parse.intOf(registered.data[1], 'uid of the registration') };
}

/**
 * Makes a subnet, paid by the coldkey, and registers its first hotkey, the owner's.
 * @throws CodedError CHAIN_NOT_ENOUGH_BALANCE, CHAIN_RATE_LIMITED, CHAIN_SUBNET_LIMIT, …
 */
export async function registerNetwork(
  access: TxAccess,
  coldkey: Signer,
  request: { readonly hotkey: Hotkey },
  options: SubmitOptions = {},
): Promise<TxOutcome & { readonly netuid: number }> {
  const call = { pallet: PALLET, call: 'register_network', args: { hotkey: request.hotkey } };
  const outcome = await submit(access, coldkey, call, options);
  return { ...outcome, netuid: parse.intOf(findEvent(outcome.events, 'NetworkAdded').data[0], 'netuid') };
}

/** Opens a subnet for emission and staking; its owner does this once. */
export function startCall(
  access: TxAccess,
  owner: Signer,
  request: { readonly netuid: number },
  options: SubmitOptions = {},
): Promise<TxOutcome> {
  return submit(access, owner, { pallet: PALLET, call: 'start_call', args: { netuid: request.netuid } }, options);
}

function findEvent(events: readonly ChainEvent[], method: string): ChainEvent {
  const found = events.find((event) => event.section === 'subtensorModule' && event.method === method);
  if (found) return found;
  throw chainError(ChainErrorCode.Decode, `the extrinsic succeeded without the event ${method}`, {
    remedy: 'The runtime changed its events; update BetterTherapy. The call itself went through.',
    details: { method, events: events.map((event) => `${event.section}.${event.method}`) },
  });
}
