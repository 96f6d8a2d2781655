import { type Coldkey, type Hotkey, parseColdkey, parseHotkey } from '@bettertherapy/core';
import { ChainErrorCode, chainError } from '../errors.js';
import type { Plain } from './plain.js';

/** Readers of {@link Plain} values: each gives a typed value or fails with CHAIN_DECODE naming `what`. */

export function recordOf(value: Plain | undefined, what: string): Readonly<Record<string, Plain>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof Uint8Array) {
    throw unexpected(what, 'a struct');
  }
  // Arrays, bytes and null were excluded above, so only the struct member of the union is left.
  return value as Readonly<Record<string, Plain>>;
}

export function listOf(value: Plain | undefined, what: string): readonly Plain[] {
  if (!Array.isArray(value)) throw unexpected(what, 'a list');
  return value;
}

export function bigOf(value: Plain | undefined, what: string): bigint {
  if (typeof value !== 'bigint') throw unexpected(what, 'an integer');
  return value;
}

/** An integer that a `number` can hold. */
export function intOf(value: Plain | undefined, what: string): number {
  const big = bigOf(value, what);
  if (big > BigInt(Number.MAX_SAFE_INTEGER) || big < BigInt(Number.MIN_SAFE_INTEGER)) {
    throw unexpected(what, 'an integer below 2^53');
  }
  return Number(big);
}

/** A count of blocks. Admins write 2^64-1 for "never", so larger values saturate at `Number.MAX_SAFE_INTEGER`. */
export function blocksOf(value: Plain | undefined, what: string): number {
  const big = bigOf(value, what);
  return big > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : Number(big);
}

export function boolOf(value: Plain | undefined, what: string): boolean {
  if (typeof value !== 'boolean') throw unexpected(what, 'a boolean');
  return value;
}

export function bytesOf(value: Plain | undefined, what: string): Uint8Array {
  if (!(value instanceof Uint8Array)) throw unexpected(what, 'bytes');
  return value;
}

export function hotkeyOf(value: Plain | undefined, what: string): Hotkey {
  if (typeof value !== 'string') throw unexpected(what, 'an account');
  return parseHotkey(value);
}

export function coldkeyOf(value: Plain | undefined, what: string): Coldkey {
  if (typeof value !== 'string') throw unexpected(what, 'an account');
  return parseColdkey(value);
}

/** Text that a runtime gives as bytes, or as a list of compact-encoded bytes; malformed UTF-8 becomes U+FFFD. */
export function textOf(value: Plain | undefined, what: string): string {
  if (typeof value === 'string') return value;
  const bytes = value instanceof Uint8Array ? value : Uint8Array.from(listOf(value, what), (byte) => intOf(byte, what));
  return new TextDecoder().decode(bytes);
}

export function intsOf(value: Plain | undefined, what: string): number[] {
  return listOf(value, what).map((item) => intOf(item, what));
}

export function unexpected(what: string, expected: string): Error {
  return chainError(ChainErrorCode.Decode, `${what} is not ${expected}`, {
    remedy: 'The runtime changed its types; update BetterTherapy.',
    details: { what, expected },
  });
}
