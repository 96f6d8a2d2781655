import { TypeRegistry } from '@polkadot/types';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  accountId,
  bool,
  bytes,
  type Codec,
  compactU16,
  compactU32,
  compactU64,
  compactU128,
  decodeWith,
  encodeWith,
  i16,
  option,
  struct,
  text,
  toHex,
  tuple,
  u8,
  u16,
  u32,
  u64,
  u64n,
  u128,
  vec,
} from '../../../src/scale/index.js';
import { axonInfo } from '../../../src/types/index.js';

const registry = new TypeRegistry();

const cases: readonly (readonly [type: string, codec: Codec<unknown>, arbitrary: fc.Arbitrary<unknown>])[] = [
  ['u8', u8, fc.integer({ min: 0, max: 255 })],
  ['u16', u16, fc.integer({ min: 0, max: 65_535 })],
  ['u32', u32, fc.integer({ min: 0, max: 2 ** 32 - 1 })],
  ['u64', u64, fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })],
  ['u64', u64n, fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER })],
  ['u128', u128, fc.bigInt({ min: 0n, max: 2n ** 128n - 1n })],
  ['i16', i16, fc.integer({ min: -32_768, max: 32_767 })],
  ['bool', bool, fc.boolean()],
  ['Text', text, fc.string()],
  ['Vec<u16>', vec(u16), fc.array(fc.integer({ min: 0, max: 65_535 }))],
  ['Option<u32>', option(u32), fc.option(fc.integer({ min: 0, max: 2 ** 32 - 1 }))],
  ['(u16,bool)', tuple(u16, bool), fc.tuple(fc.integer({ min: 0, max: 65_535 }), fc.boolean())],
];

describe('codecs', () => {
  it.each(cases)('encode %s as @polkadot/types does, and decode it back', (type, codec, arbitrary) => {
    fc.assert(
      fc.property(arbitrary, (value) => {
        const encoded = encodeWith(codec, value);
        expect(toHex(encoded)).toBe(toHex(registry.createType(type, value).toU8a()));
        expect(decodeWith(codec, encoded)).toEqual(value);
      }),
    );
  });

  const compacts: readonly (readonly [string, Codec<unknown>, bigint])[] = [
    ['Compact<u16>', compactU16, 2n ** 16n],
    ['Compact<u32>', compactU32, 2n ** 32n],
    ['Compact<u64>', compactU64, 2n ** 64n],
    ['Compact<u128>', compactU128, 2n ** 128n],
  ];
  it.each(compacts)('encode %s as @polkadot/types does, and decode it back', (type, codec, top) => {
    const edges = [0n, 1n, 63n, 64n, 16_383n, 16_384n, 2n ** 30n - 1n, 2n ** 30n, top - 1n].filter(
      (value) => value < top,
    );
    fc.assert(
      fc.property(fc.oneof(fc.constantFrom(...edges), fc.bigInt({ min: 0n, max: top - 1n })), (value) => {
        const own = top <= 2n ** 32n ? Number(value) : value;
        const encoded = encodeWith(codec, own);
        expect(toHex(encoded)).toBe(toHex(registry.createType(type, value).toU8a()));
        expect(decodeWith(codec, encoded)).toBe(own);
      }),
    );
  });

  it('lays an axon out in 34 bytes of fixed width', () => {
    const axon = {
      block: 1,
      version: 2,
      ip: 3_405_803_783n,
      port: 8091,
      ip_type: 4,
      protocol: 4,
      placeholder1: 0,
      placeholder2: 0,
    };
    expect(encodeWith(axonInfo, axon)).toHaveLength(34);
    expect(decodeWith(axonInfo, encodeWith(axonInfo, axon))).toEqual(axon);
  });

  const refused: readonly (readonly [string, () => unknown])[] = [
    ['bytes after the end', () => decodeWith(u8, new Uint8Array([1, 2]))],
    ['a list longer than what is left', () => decodeWith(vec(u64), new Uint8Array([0xfe, 0xff, 0xff, 0xff]))],
    ['a bool that is neither', () => decodeWith(bool, new Uint8Array([2]))],
    ['an option that is neither', () => decodeWith(option(u8), new Uint8Array([2, 0]))],
    ['a compact too large for its type', () => decodeWith(compactU16, encodeWith(compactU32, 65_536))],
    ['a number too large to encode', () => encodeWith(u8, 256)],
    ['a negative amount', () => encodeWith(u64, -1n)],
    ['a short account', () => encodeWith(accountId, '0x00')],
  ];
  it.each(refused)('refuse %s', (_, run) => {
    expect(run).toThrow(expect.objectContaining({ code: 'LOCALNET_BAD_SCALE' }));
  });

  it('never throw anything but LOCALNET_BAD_SCALE on foreign bytes', () => {
    const form = struct('', { a: vec(tuple(accountId, bytes)), b: option(compactU128), c: text });
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (foreign) => {
        try {
          decodeWith(form, foreign);
        } catch (error) {
          expect(error).toMatchObject({ code: 'LOCALNET_BAD_SCALE' });
        }
      }),
    );
  });
});
