import { bls12_381 } from '@noble/curves/bls12-381.js';
import { sha256 } from '@noble/hashes/sha2.js';
import type { BeaconConfiguration, Pulse } from '../pallets/drand.js';
import { concatBytes, utf8 } from '../scale/index.js';

/** Signatures are in G1, keys in G2, and rounds are not chained: the drand scheme of the real chain's beacon. */
const SCHEME = 'bls-unchained-g1-rfc9380';
const DST = 'BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_';
const SEED = utf8('BetterTherapy localnet beacon, a key for development that everybody knows');
const short = bls12_381.shortSignatures;

/** The id of a round, which its signature signs and to which commits are encrypted. */
export function roundId(round: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(round), false);
  return sha256(bytes);
}

/** The point in G1 that a round's signature multiplies. */
export function roundPoint(round: number): ReturnType<typeof short.hash> {
  return short.hash(roundId(round), DST);
}

/** A stand-in for drand: it signs every round with a key that everybody knows, so that timelocked commits open offline. */
export class Beacon {
  private readonly secret = bls12_381.utils.randomSecretKey(
    concatBytes([sha256(SEED), sha256(concatBytes([SEED, SEED]))]).slice(0, 48),
  );

  /** What clients need: they read it in `Drand.BeaconConfig`. `genesisTime` is in seconds, `period` too. */
  configuration(genesisTime: number, period: number): BeaconConfiguration {
    const hash = sha256(SEED);
    return {
      public_key: short.getPublicKey(this.secret).toBytes(true),
      period,
      genesis_time: genesisTime,
      hash,
      group_hash: hash,
      scheme_id: utf8(SCHEME),
      metadata: { beacon_id: utf8('localnet') },
    };
  }

  /** The signature of a round (48 bytes) and its hash. */
  pulse(round: number): Pulse {
    const signature = short.sign(roundPoint(round), this.secret).toBytes(true);
    return { round, randomness: sha256(signature), signature };
  }
}

/** The last round that is out at `nowMs`; 0 before the first. Round 1 comes out at the genesis time. */
export function roundAt(config: Pick<BeaconConfiguration, 'genesis_time' | 'period'>, nowMs: number): number {
  if (config.period === 0) return 0;
  return Math.max(0, Math.floor((nowMs / 1000 - config.genesis_time) / config.period) + 1);
}
