import { ready, signerFromUri, verify } from '@bettertherapy/wallet';
import { blake2b } from '@noble/hashes/blake2.js';
import { hexToU8a, u8aConcat } from '@polkadot/util';
import { beforeAll, describe, expect, it } from 'vitest';
import { signExtrinsic } from '../../../src/tx/sign.js';
import { finneyRuntime } from '../../support/finney.js';

const runtime = finneyRuntime();
const GENESIS = `0x${'11'.repeat(32)}`;
const BIRTH = { number: 1000, hash: `0x${'22'.repeat(32)}` };

beforeAll(ready);

describe('signExtrinsic', () => {
  // period 128 is 2^7: low 4 bits 6, phase 1000 mod 128 = 104 in the upper 12.
  const ERA = Uint8Array.of(((104 << 4) & 0xff) | 6, (104 << 4) >> 8);
  const additional = u8aConcat(
    Uint8Array.of(0xa8, 1, 0, 0),
    Uint8Array.of(1, 0, 0, 0),
    hexToU8a(GENESIS),
    hexToU8a(BIRTH.hash),
    Uint8Array.of(0),
  );

  it.each([
    ['a short call, signed as it is', 4],
    ['a long call, signed by its hash', 300],
  ])('lays out %s', (_name, length) => {
    const signer = signerFromUri('//Alice');
    const call = runtime.encodeCall('System', 'remark', [new Uint8Array(length).fill(5)]);
    const signed = signExtrinsic(runtime, call, signer, {
      genesisHash: GENESIS,
      nonce: 70,
      era: { birth: BIRTH, period: 128 },
    });
    const lengthBytes = (signed.bytes[0] ?? 0) % 4 === 0 ? 1 : 2;
    const body = signed.bytes.subarray(lengthBytes);
    expect([...body.subarray(0, 2)]).toEqual([0x84, 0x00]);
    expect(body.slice(2, 34)).toEqual(signer.publicKey);
    expect(body[34]).toBe(1);
    const signature = body.slice(35, 99);
    const extra = u8aConcat(ERA, Uint8Array.of(((70 << 2) & 0xff) | 1, 70 >> 6), Uint8Array.of(0), Uint8Array.of(0));
    expect(body.slice(99, 99 + extra.length)).toEqual(extra);
    expect(body.slice(99 + extra.length)).toEqual(call.bytes);
    const payload = u8aConcat(call.bytes, extra, additional);
    const message = payload.length > 256 ? blake2b(payload, { dkLen: 32 }) : payload;
    expect(verify(message, signature, signer.publicKey)).toBe(true);
    expect(signed.validUntil).toBe(1128);
  });
});
