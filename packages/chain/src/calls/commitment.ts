import type { Hotkey } from '@bettertherapy/core';
import type { Signer } from '@bettertherapy/wallet';
import { item, viewHead } from '../reads/view.js';
import { type Plain, parse } from '../runtime/index.js';
import { type SubmitOptions, submit, type TxAccess, type TxOutcome } from '../tx/submit.js';

/** What a hotkey has committed to on a subnet. */
export interface TextCommitment {
  readonly text: string;
  /** Block of the commitment. */
  readonly block: number;
}

export interface CommitmentRequest {
  readonly netuid: number;
  readonly text: string;
}

/** The runtime's largest raw field, in bytes. */
const MAX_BYTES = 128;

/**
 * Commits a hotkey to a short text on a subnet, free of charge; it replaces the one before.
 * @throws RangeError for a text of more than 128 bytes; CodedError CHAIN_NOT_REGISTERED
 */
export function setCommitment(
  access: TxAccess,
  hotkey: Signer<Hotkey>,
  request: CommitmentRequest,
  options: SubmitOptions = {},
): Promise<TxOutcome> {
  const bytes = new TextEncoder().encode(request.text);
  if (bytes.length === 0 || bytes.length > MAX_BYTES) throw new RangeError(`a commitment has 1 to ${MAX_BYTES} bytes`);
  const args = [request.netuid, { fields: [{ [`Raw${bytes.length}`]: bytes }] }];
  return submit(access, hotkey, { pallet: 'Commitments', call: 'set_commitment', args }, options);
}

/** The text a hotkey has committed to; null when there is none, or it is no plain text. */
export async function commitmentOf(
  access: TxAccess,
  of: { readonly netuid: number; readonly hotkey: Hotkey },
  options: { readonly signal?: AbortSignal | undefined } = {},
): Promise<TextCommitment | null> {
  const view = await viewHead(access, options);
  const { found } = await view.read({ found: item('Commitments', 'CommitmentOf', of.netuid, of.hotkey) });
  if (found === null || found === undefined) return null;
  const registration = parse.recordOf(found, 'commitment');
  const info = parse.recordOf(registration.info, 'commitment info');
  const text = textOf(parse.listOf(info.fields, 'commitment fields')[0]);
  return text === null ? null : { text, block: parse.blocksOf(registration.block, 'commitment block') };
}

function textOf(field: Plain | undefined): string | null {
  if (field === undefined) return null;
  const { type, value } = parse.recordOf(field, 'commitment field');
  if (typeof type !== 'string' || !/^Raw\d+$/.test(type) || !(value instanceof Uint8Array)) return null;
  return new TextDecoder().decode(value);
}
