import { createCipheriv } from 'node:crypto';
import { bls12_381 } from '@noble/curves/bls12-381.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { beforeEach, describe, expect, it } from 'vitest';
import { bindingScalar, roundAt, roundPoint, serialiseGt } from '../../../src/beacon/index.js';
import { adminCalls } from '../../../src/pallets/adminUtils.js';
import { drandStorage } from '../../../src/pallets/drand.js';
import { S, subtensorCalls } from '../../../src/pallets/subtensor/index.js';
import { timelockedPayload } from '../../../src/runtime/subtensor/timelock.js';
import { concatBytes, encodeWith, fromHex, type Hex, utf8 } from '../../../src/scale/index.js';
import { account, Bench } from '../../support/bench.js';

function prefixed(bytes: Uint8Array): Uint8Array {
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, BigInt(bytes.length), true);
  return concatBytes([length, bytes]);
}

const xor = (a: Uint8Array, b: Uint8Array): Uint8Array => a.map((byte, i) => byte ^ (b[i] ?? 0));

/** Encrypts to a round the way clients of the real chain do. */
function seal(plain: Uint8Array, round: number, publicKey: Uint8Array): Uint8Array {
  const key = new Uint8Array(32).fill(7);
  const sigma = new Uint8Array(32).fill(9);
  const nonce = new Uint8Array(12).fill(3);
  const scalar = bindingScalar(sigma, key);
  const u = bls12_381.G2.Point.BASE.multiply(scalar).toBytes(true);
  const shared = bls12_381.G2.Point.fromBytes(publicKey).multiply(scalar);
  const v = xor(sigma, sha256(serialiseGt(bls12_381.pairing(roundPoint(round), shared))));
  const w = xor(key, sha256(sigma));
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  const body = Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  const inner = concatBytes([prefixed(body), prefixed(nonce)]);
  return concatBytes([u, prefixed(v), prefixed(w), prefixed(inner), prefixed(utf8('AES_GCM_'))]);
}

let bench: Bench;
let validator: Hex;

const config = () => drandStorage.BeaconConfig.get(bench.state);
const roundNow = (): number => roundAt(config(), bench.nowMs);

function commit(round: number, hotkey: Hex, version = 4, tamper = false): string | null {
  const plain = encodeWith(timelockedPayload, {
    hotkey: fromHex(hotkey),
    uids: [2, 0],
    values: [10, 30],
    version_key: 0n,
  });
  const sealed = seal(plain, round, config().public_key);
  if (tamper) sealed[sealed.length - 40] = (sealed[sealed.length - 40] ?? 0) ^ 1;
  return bench.run(validator, subtensorCalls.commit_timelocked_weights, {
    netuid: 2,
    commit: sealed,
    reveal_round: round,
    commit_reveal_version: version,
  });
}

beforeEach(async () => {
  bench = await Bench.open();
  bench.pulses = true;
  bench.subnet(10);
  validator = bench.neuron(1, account('Bob'), 100_000_000_000n);
  bench.neuron(2, account('Charlie'), 0n);
  bench.blocks(12);
  bench.root(adminCalls.sudo_set_commit_reveal_weights_enabled, { netuid: 2, enabled: true });
});

describe('a timelocked commit', () => {
  it('is opened by the chain at the first block of the next epoch, before that epoch pays by it', () => {
    expect(commit(roundNow() + 3, validator)).toBeNull();
    bench.blocks(7);
    expect(S.Weights.get(bench.state, 2, 1)).toEqual([]);
    const epoch = S.SubnetEpochIndex.get(bench.state, 2);
    bench.blocks(1);
    expect(S.SubnetEpochIndex.get(bench.state, 2)).toBe(epoch + 1);
    expect(S.Weights.get(bench.state, 2, 1)).toEqual([
      [2, 21_845],
      [0, 65_535],
    ]);
    expect(S.Incentive.get(bench.state, 2)[2]).toBeGreaterThan(0);
    expect(S.TimelockedWeightCommits.entries(bench.state)).toEqual([]);
  });

  it('is tried again each block of the reveal epoch until its round comes out', () => {
    expect(commit(roundNow() + 14, validator)).toBeNull();
    bench.blocks(13);
    expect(S.Weights.get(bench.state, 2, 1)).toEqual([]);
    bench.blocks(1);
    expect(S.Weights.get(bench.state, 2, 1)).not.toEqual([]);
  });

  it('is forgotten when its round comes out too late', () => {
    expect(commit(roundNow() + 60, validator)).toBeNull();
    bench.blocks(22);
    expect(S.TimelockedWeightCommits.entries(bench.state)).toEqual([]);
    expect(S.Weights.get(bench.state, 2, 1)).toEqual([]);
  });

  it('is dropped when it names another hotkey', () => {
    expect(commit(roundNow() + 3, account('Bob'))).toBeNull();
    bench.blocks(10);
    expect(S.TimelockedWeightCommits.entries(bench.state)).toEqual([]);
    expect(S.Weights.get(bench.state, 2, 1)).toEqual([]);
  });

  it('is dropped when it was tampered with', () => {
    expect(commit(roundNow() + 3, validator, 4, true)).toBeNull();
    bench.blocks(10);
    expect(S.Weights.get(bench.state, 2, 1)).toEqual([]);
  });

  it('is refused for a round that is already out, and in a format the chain does not open', () => {
    expect(commit(roundNow() - 1, validator)).toBe('InvalidRevealRound');
    expect(commit(roundNow() + 3, validator, 3)).toBe('IncorrectCommitRevealVersion');
  });
});

describe('the beacon', () => {
  it('signs every round with the key it announces', () => {
    const pulse = drandStorage.Pulses.get(bench.state, roundNow());
    const { shortSignatures, G1, G2 } = bls12_381;
    const signature = G1.Point.fromBytes(pulse?.signature ?? new Uint8Array());
    const key = G2.Point.fromBytes(config().public_key);
    expect(shortSignatures.verify(signature, roundPoint(roundNow()), key)).toBe(true);
    expect(shortSignatures.verify(signature, roundPoint(roundNow() + 1), key)).toBe(false);
  });

  it('opens what was encrypted with the genuine quicknet signature of round 1000', async () => {
    const { openEnvelope } = await import('../../../src/beacon/index.js');
    const quicknet = fromHex(
      '0x83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c8c4b450b6a0a6c3ac6a5776a2d1064510d1fec758c921cc22b0e17e63aaf4bcb5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a',
    );
    const signature = fromHex(
      '0xb44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e39',
    );
    const sealed = seal(utf8('hello'), 1000, quicknet);
    expect(sealed).toHaveLength(5 + 244);
    expect(openEnvelope(sealed, signature)).toEqual(utf8('hello'));
  });
});
