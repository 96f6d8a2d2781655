import type { Hotkey, Ss58 } from '@bettertherapy/core';
import type { Signer } from '@bettertherapy/wallet';
import { type SubmitOptions, submit, type TxAccess, type TxOutcome } from '../tx/submit.js';

export interface StakeRequest {
  readonly hotkey: Hotkey;
  readonly netuid: number;
  /** Rao of TAO when adding, rao of the subnet's token when removing. */
  readonly rao: bigint;
}

export interface TransferRequest {
  readonly to: Ss58;
  readonly rao: bigint;
}

/** Stakes TAO of the coldkey on a hotkey; the amount buys the subnet's token at the pool price. */
export function addStake(
  access: TxAccess,
  coldkey: Signer,
  request: StakeRequest,
  options: SubmitOptions = {},
): Promise<TxOutcome> {
  return submit(access, coldkey, stakeCall('add_stake', request), options);
}

/** Takes stake back as TAO. */
export function removeStake(
  access: TxAccess,
  coldkey: Signer,
  request: StakeRequest,
  options: SubmitOptions = {},
): Promise<TxOutcome> {
  return submit(access, coldkey, stakeCall('remove_stake', request), options);
}

function stakeCall(call: 'add_stake' | 'remove_stake', { hotkey, netuid, rao }: StakeRequest) {
  return { pallet: 'SubtensorModule', call, args: [hotkey, netuid, rao] };
}

/** Sends TAO; the sender keeps at least the existential deposit. */
export function transfer(
  access: TxAccess,
  signer: Signer,
  request: TransferRequest,
  options: SubmitOptions = {},
): Promise<TxOutcome> {
  const args = [{ Id: request.to }, request.rao];
  return submit(access, signer, { pallet: 'Balances', call: 'transfer_keep_alive', args }, options);
}
