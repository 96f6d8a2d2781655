import { blake2b } from '@noble/hashes/blake2.js';
import { base58 } from '@scure/base';
import { CodedError, CoreErrorCode } from './errors.js';

/** SS58 text of a 32-byte account, prefix 42. */
export type Ss58 = string & { readonly __brand: 'Ss58' };
/** The key that signs on the wire and sets weights: a miner's or validator's identity. */
export type Hotkey = Ss58 & { readonly __role: 'Hotkey' };
/** The key that owns funds and hotkeys. */
export type Coldkey = Ss58 & { readonly __role: 'Coldkey' };

/** Bittensor uses the generic Substrate prefix. */
export const SS58_PREFIX = 42;
const CHECKSUM_CONTEXT = new TextEncoder().encode('SS58PRE');

function checksum(body: Uint8Array): Uint8Array {
  const input = new Uint8Array(CHECKSUM_CONTEXT.length + body.length);
  input.set(CHECKSUM_CONTEXT);
  input.set(body, CHECKSUM_CONTEXT.length);
  return blake2b(input, { dkLen: 64 }).subarray(0, 2);
}

/** The address of a 32-byte public key. */
export function encodeSs58(publicKey: Uint8Array): Ss58 {
  if (publicKey.length !== 32) throw badAddress(`a public key has 32 bytes, not ${publicKey.length}`);
  const body = new Uint8Array(33);
  body[0] = SS58_PREFIX;
  body.set(publicKey, 1);
  const whole = new Uint8Array(35);
  whole.set(body);
  whole.set(checksum(body), 33);
  // The bytes were laid out just above, so the text is an address by construction.
  return base58.encode(whole) as Ss58;
}

/** The 32-byte public key of an address with prefix 42. @throws CodedError CORE_BAD_ADDRESS */
export function decodeSs58(text: string): Uint8Array {
  // 35 bytes never need more than 48 base58 digits; base58 decoding is quadratic, so length is checked first.
  if (text.length < 46 || text.length > 48) throw badAddress('wrong length');
  let bytes: Uint8Array;
  try {
    bytes = base58.decode(text);
  } catch (cause) {
    throw badAddress('not base58', cause);
  }
  if (bytes.length !== 35) throw badAddress('wrong length');
  if (bytes[0] !== SS58_PREFIX) throw badAddress('wrong network prefix');
  const expected = checksum(bytes.subarray(0, 33));
  if (expected[0] !== bytes[33] || expected[1] !== bytes[34]) throw badAddress('wrong checksum');
  return bytes.slice(1, 33);
}

function parse(text: string): string {
  decodeSs58(text);
  return text;
}

/** @throws CodedError CORE_BAD_ADDRESS */
export function parseSs58(text: string): Ss58 {
  return parse(text) as Ss58;
}

/** @throws CodedError CORE_BAD_ADDRESS */
export function parseHotkey(text: string): Hotkey {
  return parse(text) as Hotkey;
}

/** @throws CodedError CORE_BAD_ADDRESS */
export function parseColdkey(text: string): Coldkey {
  return parse(text) as Coldkey;
}

function badAddress(why: string, cause?: unknown): CodedError<typeof CoreErrorCode.BadAddress> {
  return new CodedError(CoreErrorCode.BadAddress, `not an SS58 address: ${why}`, {
    remedy: 'Give an address that starts with 5, as `pnpm bt wallet list` prints it.',
    cause,
  });
}
