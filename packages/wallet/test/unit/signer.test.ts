import { encodeSs58 } from '@bettertherapy/core';
import { sr25519Sign, sr25519Verify } from '@polkadot/util-crypto';
import { describe, expect, it } from 'vitest';
import {
  generateMnemonic,
  isFast,
  ready,
  signerFromMnemonic,
  signerFromSeed,
  signerFromUri,
  verify,
  verifyAudited,
  verifyEd25519,
  WalletErrorCode,
} from '../../src/index.js';

const ABANDON = `${'abandon '.repeat(11)}about`;
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('signers', () => {
  const addresses: [string, string][] = [
    ['//Alice', '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY'],
    ['//Bob', '5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty'],
    ['//Charlie', '5FLSigC9HGRKVhB9FiEo4Y3koPsNmBmLJbpXg2mp1hXcS59Y'],
    [ABANDON, '5EPCUjPxiHAcNooYipQFWr9NmmXJKpNG5RhcntXwbtUySrgH'],
  ];
  it.each(addresses)('derives %s to its known address', (uri, address) => {
    expect(signerFromUri(uri).address).toBe(address);
  });

  it('agrees with the standard keyring on hard, soft, numeric, long and password junctions', async () => {
    const { keyExtractSuri, keyFromPath, mnemonicToMiniSecret, sr25519PairFromSeed, cryptoWaitReady } = await import(
      '@polkadot/util-crypto'
    );
    await cryptoWaitReady();
    const uris = [
      '//1',
      '//Alice//stash',
      '/soft',
      '//hard/soft//7/9',
      `//${'long'.repeat(20)}`,
      '//ünï',
      '//x///secret',
    ];
    for (const tail of uris) {
      const uri = `${ABANDON}${tail}`;
      const { phrase, path, password } = keyExtractSuri(uri);
      const pair = keyFromPath(sr25519PairFromSeed(mnemonicToMiniSecret(phrase, password)), path, 'sr25519');
      expect(signerFromUri(uri).address, tail).toBe(encodeSs58(pair.publicKey));
    }
  });

  it.each(['abandon abandon', '//', 'abandon///', '0x12//Alice'])('refuses the URI %j', (uri) => {
    expect(() => signerFromUri(uri)).toThrow(
      expect.objectContaining({ code: expect.stringMatching(/WALLET_BAD_(URI|MNEMONIC)/) }),
    );
  });

  it('never quotes a wrong mnemonic in its error', () => {
    const secret = ABANDON.replace('about', 'zebrafish');
    try {
      signerFromMnemonic(secret);
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ code: WalletErrorCode.BadMnemonic });
      expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('zebrafish');
    }
  });

  it('refuses a seed that is not 32 bytes', () => {
    expect(() => signerFromSeed(new Uint8Array(31))).toThrow(
      expect.objectContaining({ code: WalletErrorCode.Malformed }),
    );
  });

  it('makes mnemonics that sign', () => {
    const words = generateMnemonic();
    expect(words.split(' ')).toHaveLength(12);
    const signer = signerFromMnemonic(words);
    const message = bytes('hello');
    expect(verify(message, signer.sign(message), signer.publicKey)).toBe(true);
  });

  it('keeps the secret out of anything that prints the signer', () => {
    const signer = signerFromUri('//Alice');
    expect(Object.keys(signer).sort()).toEqual(['address', 'publicKey', 'sign']);
  });
});

describe('verification', () => {
  const alice = signerFromUri('//Alice');
  const message = bytes('one.two.three');

  it('gives the same answers before and after the fast library is loaded, and so does the standard tooling', async () => {
    const { cryptoWaitReady } = await import('@polkadot/util-crypto');
    await cryptoWaitReady();
    const slow = alice.sign(message);
    expect(verify(message, slow, alice.publicKey)).toBe(true);
    await ready();
    expect(isFast()).toBe(true);
    const fast = alice.sign(message);
    const foreign = sr25519Sign(message, sr25519PairOf());
    for (const signature of [slow, fast, foreign]) {
      expect(verify(message, signature, alice.publicKey)).toBe(true);
      expect(verifyAudited(message, signature, alice.publicKey)).toBe(true);
      expect(sr25519Verify(message, signature, alice.publicKey)).toBe(true);
    }
    expect(fast).not.toEqual(alice.sign(message));
  });

  it('refuses a <Bytes>-wrapped message', async () => {
    await ready();
    const wrapped = bytes('<Bytes>one.two.three</Bytes>');
    const signature = alice.sign(wrapped);
    expect(verify(message, signature, alice.publicKey)).toBe(false);
    expect(verify(wrapped, signature, alice.publicKey)).toBe(true);
  });

  it('answers false, without a trap, for every malformed signature and key, and still works afterwards', async () => {
    await ready();
    const good = alice.sign(message);
    const changed = (at: number, byte: number): Uint8Array => good.map((old, i) => (i === at ? byte : old));
    const bad: [string, Uint8Array, Uint8Array][] = [
      ['zero signature', new Uint8Array(64), alice.publicKey],
      ['ones signature', new Uint8Array(64).fill(255), alice.publicKey],
      ['no marker', changed(63, (good[63] ?? 0) & 0x7f), alice.publicKey],
      ['scalar above the order', changed(63, 0xff), alice.publicKey],
      ['short', good.subarray(1), alice.publicKey],
      ['long', new Uint8Array(65).fill(128), alice.publicKey],
      ['empty', new Uint8Array(), alice.publicKey],
      ['zero key', good, new Uint8Array(32)],
      ['not a point', good, new Uint8Array(32).fill(255)],
      ['short key', good, alice.publicKey.subarray(1)],
      ['empty key', good, new Uint8Array()],
      ['other key', good, signerFromUri('//Bob').publicKey],
      ['flipped bit', changed(3, (good[3] ?? 0) ^ 1), alice.publicKey],
    ];
    for (const [name, signature, key] of bad) {
      expect(verify(message, signature, key), name).toBe(false);
      expect(verifyAudited(message, signature, key), name).toBe(false);
    }
    expect(isFast()).toBe(true);
    expect(verify(message, good, alice.publicKey)).toBe(true);
  });

  it('agrees with the audited library on mutated signatures', async () => {
    await ready();
    for (let round = 0; round < 64; round += 1) {
      const signature = alice.sign(message);
      const at = (round * 7) % 64;
      const mutated = signature.map((byte, i) => (i === at ? byte ^ (1 << (round % 8)) : byte));
      expect(verify(message, mutated, alice.publicKey)).toBe(verifyAudited(message, mutated, alice.publicKey));
    }
    expect(isFast()).toBe(true);
  });

  it('checks ed25519 by RFC 8032 and never throws', async () => {
    const { ed25519 } = await import('@noble/curves/ed25519.js');
    const secret = new Uint8Array(32).fill(9);
    const key = ed25519.getPublicKey(secret);
    const signature = ed25519.sign(message, secret);
    expect(verifyEd25519(message, signature, key)).toBe(true);
    expect(verifyEd25519(bytes('other'), signature, key)).toBe(false);
    expect(verifyEd25519(message, signature.subarray(1), key)).toBe(false);
    expect(verifyEd25519(message, new Uint8Array(64).fill(255), new Uint8Array(32).fill(255))).toBe(false);
    expect(verifyEd25519(message, alice.sign(message), alice.publicKey)).toBe(false);
  });

  function sr25519PairOf(): { publicKey: Uint8Array; secretKey: Uint8Array } {
    return {
      publicKey: alice.publicKey,
      secretKey: new Uint8Array(
        Buffer.from(
          '98319d4ff8a9508c4bb0cf0b5a78d760a0b2082c02775e6e82370816fedfff48925a225d97aa00682d6a59b95b18780c10d7032336e88f3442b42361f4a66011',
          'hex',
        ),
      ),
    };
  }
});
