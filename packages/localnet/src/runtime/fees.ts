import type { CallDecl } from '../declare/pallet.js';
import type { RuntimeCall } from '../declare/runtimeCall.js';
import type { DispatchEventInfo } from '../types/index.js';

/** In rao. A 140-byte call costs 0.00012 TAO, about what the real chain charges. */
const BASE_FEE = 50_000n;
const BYTE_FEE = 500n;

/** Calls that cost nothing, so that hotkeys need no balance. */
const FREE_CALLS: ReadonlySet<string> = new Set([
  'set_weights',
  'set_mechanism_weights',
  'batch_set_weights',
  'commit_weights',
  'commit_mechanism_weights',
  'batch_commit_weights',
  'reveal_weights',
  'reveal_mechanism_weights',
  'batch_reveal_weights',
  'commit_timelocked_weights',
  'commit_timelocked_mechanism_weights',
  'commit_crv3_mechanism_weights',
  'serve_axon',
  'serve_axon_tls',
  'serve_prometheus',
  'start_call',
  'set_tempo',
  'set_activity_cutoff_factor',
  'trigger_epoch',
  'set_commitment',
  'sudo',
  'sudo_unchecked_weight',
]);
const FREE_PALLETS: ReadonlySet<string> = new Set(['SubtensorModule', 'Commitments', 'Sudo']);

function isFree(decl: CallDecl): boolean {
  return decl.pallet === 'AdminUtils' || (FREE_PALLETS.has(decl.pallet) && FREE_CALLS.has(decl.name));
}

/** What the sender pays for an extrinsic of `length` bytes, tip excluded, in rao. */
export function feeOf(call: RuntimeCall, length: number): bigint {
  return isFree(call.decl) ? 0n : BASE_FEE + BYTE_FEE * BigInt(length);
}

export const feeParts = { base: BASE_FEE, perByte: BYTE_FEE };

/** A nominal weight; this chain does not meter execution. */
const NOMINAL_WEIGHT = { ref_time: 100_000_000, proof_size: 3593 };

export function dispatchInfo(call: RuntimeCall): DispatchEventInfo {
  const mandatory = call.decl.pallet === 'Timestamp';
  return {
    weight: NOMINAL_WEIGHT,
    class: mandatory ? 'Mandatory' : 'Normal',
    pays_fee: isFree(call.decl) ? 'No' : 'Yes',
  };
}
