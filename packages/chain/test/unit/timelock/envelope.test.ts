import { randomBytes } from 'node:crypto';
import { bls12_381 } from '@noble/curves/bls12-381.js';
import { hexToU8a } from '@polkadot/util';
import { describe, expect, it } from 'vitest';
import { identityPoint, roundIdentity } from '../../../src/timelock/ibe.js';
import {
  type Beacon,
  ENVELOPE_OVERHEAD,
  encodePlaintext,
  openEnvelope,
  parseEnvelope,
  QUICKNET,
  sealForRound,
} from '../../../src/timelock/index.js';

/** drand quicknet's published signature of round 1000. */
const ROUND_1000 = hexToU8a(
  '0xb44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e39',
);
const HOTKEY = new Uint8Array(32).fill(7);
const plaintext = encodePlaintext({ hotkey: HOTKEY, uids: [0, 3, 9], values: [65535, 1, 300], versionKey: 5n });

describe('weights plaintext', () => {
  it('is the SCALE struct of hotkey, uids, values and version key', () => {
    expect(Buffer.from(plaintext).toString('hex')).toBe(
      `80${'07'.repeat(32)}0c${'0000'}${'0300'}${'0900'}0c${'ffff'}${'0100'}${'2c01'}0500000000000000`,
    );
  });

  it.each([0, 1, 63])('has 43 + 4k bytes for k = %i weights', (k) => {
    const uids = Array.from({ length: k }, (_, i) => i);
    expect(encodePlaintext({ hotkey: HOTKEY, uids, values: uids, versionKey: 0n })).toHaveLength(43 + 4 * k);
  });

  it.each([-1, 65536, 1.5, Number.NaN])('refuses %d as a weight', (value) => {
    expect(() => encodePlaintext({ hotkey: HOTKEY, uids: [0], values: [value], versionKey: 0n })).toThrow(RangeError);
  });
});

describe('timelock envelope', () => {
  const sealed = sealForRound(plaintext, 1000, QUICKNET);

  it('opens with the genuine quicknet signature of its round', () => {
    expect(openEnvelope(sealed, ROUND_1000)).toEqual(plaintext);
  });

  it('adds exactly 244 bytes', () => {
    expect(sealed.length).toBe(plaintext.length + ENVELOPE_OVERHEAD);
    expect(sealForRound(new Uint8Array(0), 1000, QUICKNET)).toHaveLength(ENVELOPE_OVERHEAD);
  });

  it('is laid out as U, V, W, body with nonce, suite name, each behind its length', () => {
    const view = Buffer.from(sealed);
    const bodyLength = plaintext.length + 16;
    expect(view.readBigUInt64LE(96)).toBe(32n);
    expect(view.readBigUInt64LE(96 + 40)).toBe(32n);
    expect(view.readBigUInt64LE(96 + 80)).toBe(BigInt(8 + bodyLength + 8 + 12));
    expect(view.readBigUInt64LE(96 + 88)).toBe(BigInt(bodyLength));
    expect(view.readBigUInt64LE(96 + 96 + bodyLength)).toBe(12n);
    expect(view.readBigUInt64LE(sealed.length - 16)).toBe(8n);
    expect(view.subarray(-8).toString('ascii')).toBe('AES_GCM_');
    bls12_381.G2.Point.fromBytes(sealed.slice(0, 96)).assertValidity();
  });

  it('does not open with the signature of another round', () => {
    expect(openEnvelope(sealForRound(plaintext, 1001, QUICKNET), ROUND_1000)).toBeNull();
  });

  it.each([
    ['the first byte of U', 0],
    ['a byte inside U', 50],
    ['a byte of V', 110],
    ['a byte of W', 150],
    ['a byte of the body', 200],
    ['the last byte of the suite', sealed.length - 1],
  ])('does not open when %s was changed', (_name, at) => {
    const broken = Uint8Array.from(sealed);
    broken[at] = (broken[at] ?? 0) ^ 1;
    expect(openEnvelope(broken, ROUND_1000)).toBeNull();
  });

  it.each([0, 50, 96, 200, sealed.length - 1])('is not parsed when cut to %i bytes', (length) => {
    expect(parseEnvelope(sealed.subarray(0, length))).toBeNull();
  });

  it('works with a beacon of our own', () => {
    const secret = bls12_381.fields.Fr.create(BigInt(`0x${randomBytes(32).toString('hex')}`));
    const beacon: Beacon = {
      publicKey: bls12_381.G2.Point.BASE.multiply(secret).toBytes(true),
      genesisTime: 0,
      periodSeconds: 1,
    };
    const signature = identityPoint(roundIdentity(77)).multiply(secret).toBytes(true);
    expect(openEnvelope(sealForRound(plaintext, 77, beacon), signature)).toEqual(plaintext);
    expect(openEnvelope(sealForRound(plaintext, 77, QUICKNET), signature)).toBeNull();
  });

  it.each([0, 96])('refuses %i bytes that are not a beacon key, with a code', (length) => {
    const beacon = { ...QUICKNET, publicKey: new Uint8Array(length) };
    expect(() => sealForRound(plaintext, 1, beacon)).toThrow(expect.objectContaining({ code: 'CHAIN_DECODE' }));
  });

  it('never repeats itself', () => {
    expect(sealForRound(plaintext, 1000, QUICKNET)).not.toEqual(sealed);
  });
});
