import { compactToU8a } from '@polkadot/util';
import { concat, u64le } from './bytes.js';

/** What a timelocked commit hides. */
export interface WeightsPlaintext {
  /** 32-byte public key of the signer; the chain drops a reveal whose hotkey is another. */
  readonly hotkey: Uint8Array;
  readonly uids: readonly number[];
  readonly values: readonly number[];
  readonly versionKey: bigint;
}

/** SCALE of `{ hotkey: Vec<u8>, uids: Vec<u16>, values: Vec<u16>, version_key: u64 }`. */
export function encodePlaintext(plaintext: WeightsPlaintext): Uint8Array {
  return concat(
    compactToU8a(plaintext.hotkey.length),
    plaintext.hotkey,
    u16s(plaintext.uids),
    u16s(plaintext.values),
    u64le(plaintext.versionKey),
  );
}

function u16s(values: readonly number[]): Uint8Array {
  const body = new Uint8Array(values.length * 2);
  const view = new DataView(body.buffer);
  values.forEach((value, i) => {
    if (!Number.isInteger(value) || value < 0 || value > 0xffff) throw new RangeError(`${value} is not a u16`);
    view.setUint16(i * 2, value, true);
  });
  return concat(compactToU8a(values.length), body);
}
