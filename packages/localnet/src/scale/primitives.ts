import { badScale } from '../errors.js';
import { fromHex, type Hex, toHex, utf8 } from './bytes.js';
import type { Codec, PrimitiveName, TypeDesc } from './codec.js';

const primitive = (name: PrimitiveName): TypeDesc => ({ kind: 'primitive', name });

function smallInteger(name: PrimitiveName, size: number): Codec<number> {
  const top = 256 ** size - 1;
  return {
    type: primitive(name),
    encode(value, out) {
      if (!Number.isInteger(value) || value < 0 || value > top) throw badScale(`${value} is not a ${name}`);
      out.small(value, size);
    },
    decode: (input) => input.small(size),
  };
}

function bigInteger(name: PrimitiveName, size: number, signed: boolean): Codec<bigint> {
  const bits = size * 8;
  return {
    type: primitive(name),
    encode(value, out) {
      if ((signed ? BigInt.asIntN(bits, value) : BigInt.asUintN(bits, value)) !== value) {
        throw badScale(`${value} is not a ${name}`);
      }
      out.integer(value, size);
    },
    decode: (input) => input.integer(size, signed),
  };
}

const UNIT8: TypeDesc = primitive('u8');

export const u8 = smallInteger('u8', 1);
export const u16 = smallInteger('u16', 2);
export const u32 = smallInteger('u32', 4);
export const u64 = bigInteger('u64', 8, false);
export const u128 = bigInteger('u128', 16, false);
export const i16: Codec<number> = {
  type: primitive('i16'),
  encode: (value, out) => out.integer(BigInt(value), 2),
  decode: (input) => Number(input.integer(2, true)),
};
export const i64 = bigInteger('i64', 8, true);
export const i128 = bigInteger('i128', 16, true);

/** A u64 that counts blocks, rounds or versions: a plain number, saturated at 2^53-1 when read. */
export const u64n: Codec<number> = {
  type: primitive('u64'),
  encode(value, out) {
    if (!Number.isSafeInteger(value) || value < 0) throw badScale(`${value} is not a u64`);
    out.small(value % 2 ** 32, 4);
    out.small(Math.floor(value / 2 ** 32), 4);
  },
  decode(input) {
    const low = input.small(4);
    return Math.min(low + input.small(4) * 2 ** 32, Number.MAX_SAFE_INTEGER);
  },
};

export const bool: Codec<boolean> = {
  type: primitive('bool'),
  encode: (value, out) => out.byte(value ? 1 : 0),
  decode(input) {
    const value = input.byte();
    if (value > 1) throw badScale('not a bool');
    return value === 1;
  },
};

function encodeCompact(value: bigint, out: { byte(v: number): void; integer(v: bigint, size: number): void }): void {
  if (value < 1n << 6n) out.byte(Number(value << 2n));
  else if (value < 1n << 14n) out.integer((value << 2n) | 1n, 2);
  else if (value < 1n << 30n) out.integer((value << 2n) | 2n, 4);
  else {
    const size = Math.ceil(value.toString(16).length / 2);
    out.byte(((size - 4) << 2) | 3);
    out.integer(value, size);
  }
}

function compactOf<T>(inner: Codec<T>, bits: number, toBig: (v: T) => bigint, fromBig: (v: bigint) => T): Codec<T> {
  return {
    type: { kind: 'compact', of: inner.type },
    encode(value, out) {
      const big = toBig(value);
      if (big < 0n || big >= 1n << BigInt(bits)) throw badScale(`${big} does not fit ${bits} bits`);
      encodeCompact(big, out);
    },
    decode(input) {
      const first = input.byte();
      let value: bigint;
      if ((first & 3) === 0) value = BigInt(first >> 2);
      else if ((first & 3) === 1) value = BigInt((first >> 2) + input.byte() * 64);
      else if ((first & 3) === 2) value = BigInt((first >> 2) + input.small(3) * 64);
      else value = input.integer((first >> 2) + 4, false);
      if (value >= 1n << BigInt(bits)) throw badScale(`compact does not fit ${bits} bits`);
      return fromBig(value);
    },
  };
}

export const compactU8 = compactOf(u8, 8, BigInt, Number);
export const compactU16 = compactOf(u16, 16, BigInt, Number);
export const compactU32 = compactOf(u32, 32, BigInt, Number);
export const compactU64 = compactOf(
  u64,
  64,
  (v) => v,
  (v) => v,
);
export const compactU64n = compactOf(u64n, 64, BigInt, (v) => Number(v > 9007199254740991n ? 9007199254740991n : v));
export const compactU128 = compactOf(
  u128,
  128,
  (v) => v,
  (v) => v,
);

/** `Vec<u8>`; at most `max` bytes when given. */
export function bytesUpTo(max: number): Codec<Uint8Array> {
  return {
    type: { kind: 'sequence', of: UNIT8 },
    encode(value, out) {
      compactU32.encode(value.length, out);
      out.bytes(value);
    },
    decode(input) {
      const count = compactU32.decode(input);
      if (count > max) throw badScale(`more than ${max} bytes`);
      return input.bytes(count);
    },
  };
}

export const bytes = bytesUpTo(2 ** 32 - 1);

export const text: Codec<string> = {
  type: primitive('str'),
  encode: (value, out) => bytes.encode(utf8(value), out),
  decode: (input) => new TextDecoder().decode(bytes.decode(input)),
};

/** `[u8; length]` as bytes. */
export function fixedBytes(length: number): Codec<Uint8Array> {
  return {
    type: { kind: 'array', of: UNIT8, length },
    encode(value, out) {
      if (value.length !== length) throw badScale(`${value.length} bytes, not ${length}`);
      out.bytes(value);
    },
    decode: (input) => input.bytes(length),
  };
}

function hex32(path: readonly string[]): Codec<Hex> {
  const raw = fixedBytes(32);
  return {
    type: { kind: 'composite', path, params: [], fields: [{ name: null, type: raw.type, typeName: '[u8; 32]' }] },
    encode: (value, out) => raw.encode(fromHex(value), out),
    decode: (input) => toHex(input.bytes(32)),
  };
}

/** A 32-byte account as `0x…` text. */
export const accountId = hex32(['sp_core', 'crypto', 'AccountId32']);
export const h256 = hex32(['primitive_types', 'H256']);
