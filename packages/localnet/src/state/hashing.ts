import { blake2b } from '@noble/hashes/blake2.js';
import { xxhashAsU8a } from '@polkadot/util-crypto';
import { concatBytes, toHex, utf8 } from '../scale/index.js';

/** Hashers of storage keys, by their metadata names. */
export type HasherName = 'Identity' | 'Blake2_128Concat' | 'Twox64Concat';

export function blake2_256(data: Uint8Array): Uint8Array {
  return blake2b(data, { dkLen: 32 });
}

export function twox128(text: string): Uint8Array {
  return xxhashAsU8a(utf8(text), 128);
}

/** The hashed form of an encoded key, as hex without `0x`. */
export function hashKey(hasher: HasherName, encoded: Uint8Array): string {
  switch (hasher) {
    case 'Identity':
      return toHex(encoded).slice(2);
    case 'Blake2_128Concat':
      return toHex(concatBytes([blake2b(encoded, { dkLen: 16 }), encoded])).slice(2);
    case 'Twox64Concat':
      return toHex(concatBytes([xxhashAsU8a(encoded, 64), encoded])).slice(2);
  }
}

/** Bytes that the hasher puts before the encoded key. */
export const HASH_BYTES: Readonly<Record<HasherName, number>> = { Identity: 0, Blake2_128Concat: 16, Twox64Concat: 8 };
