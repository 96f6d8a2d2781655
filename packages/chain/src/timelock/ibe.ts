import { bls12_381 } from '@noble/curves/bls12-381.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { ChainErrorCode, chainError } from '../errors.js';
import { bigFromBytes, concat, u64be, xor } from './bytes.js';

/**
 * Identity-based encryption to a beacon round over BLS12-381: Boneh–Franklin FullIdent with the round's message as
 * identity in G1 and the beacon key in G2, in the encoding of the `tle` crate that the chain's runtime uses.
 */

const DST = 'BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_';
const FIELD_BYTES = 48;
export const KEY_BYTES = 32;
export const U_BYTES = 96;

type G1Point = InstanceType<typeof bls12_381.G1.Point>;
type GtElement = ReturnType<typeof bls12_381.pairing>;

export interface IbeCiphertext {
  /** Compressed G2 point, 96 bytes. */
  readonly u: Uint8Array;
  /** 32 bytes each. */
  readonly v: Uint8Array;
  readonly w: Uint8Array;
}

/** The message whose signature opens `round`: sha256 of the round as u64 big-endian. */
export function roundIdentity(round: number): Uint8Array {
  return sha256(u64be(round));
}

/** The G1 point that the beacon signs for an identity. */
export function identityPoint(identity: Uint8Array): G1Point {
  return bls12_381.G1.hashToCurve(identity, { DST });
}

/** Hides a 32-byte `key` under `round`; `sigma` is 32 fresh random bytes. */
export function ibeEncrypt(publicKey: Uint8Array, round: number, key: Uint8Array, sigma: Uint8Array): IbeCiphertext {
  const r = scalar(sigma, key);
  const shared = bls12_381.pairing(identityPoint(roundIdentity(round)), beaconKey(publicKey).multiply(r));
  return {
    u: bls12_381.G2.Point.BASE.multiply(r).toBytes(true),
    v: xor(sigma, sha256(gtBytes(shared))),
    w: xor(key, sha256(sigma)),
  };
}

/**
 * Recovers the key with the beacon's 48-byte signature of the round; null when the signature is not the right one
 * or the ciphertext was not made by {@link ibeEncrypt}.
 */
export function ibeDecrypt(signature: Uint8Array, ciphertext: IbeCiphertext): Uint8Array | null {
  const u = pointOrNull(() => bls12_381.G2.Point.fromBytes(ciphertext.u));
  const opener = pointOrNull(() => bls12_381.G1.Point.fromBytes(signature));
  if (!u || !opener) return null;
  const sigma = xor(ciphertext.v, sha256(gtBytes(bls12_381.pairing(opener, u))));
  const key = xor(ciphertext.w, sha256(sigma));
  return bls12_381.G2.Point.BASE.multiply(scalar(sigma, key)).equals(u) ? key : null;
}

/** The library throws on bytes that are not a point of the right group; for us that is an answer. */
function pointOrNull<P extends { assertValidity(): void }>(read: () => P): P | null {
  try {
    const point = read();
    point.assertValidity();
    return point;
  } catch (error) {
    if (error instanceof Error) return null;
    throw error;
  }
}

/** @throws CodedError CHAIN_DECODE when the bytes are not a point of the right group. */
function beaconKey(publicKey: Uint8Array): InstanceType<typeof bls12_381.G2.Point> {
  const point = pointOrNull(() => bls12_381.G2.Point.fromBytes(publicKey));
  if (point) return point;
  throw chainError(ChainErrorCode.Decode, 'the beacon key is not a point of BLS12-381 G2', {
    remedy: 'The chain names no usable beacon; give one in the options of the client, or turn commit-reveal off.',
    details: { bytes: publicKey.length },
  });
}

function scalar(sigma: Uint8Array, key: Uint8Array): bigint {
  return bls12_381.fields.Fr.create(bigFromBytes(sha256(concat(sigma, key))));
}

/** arkworks layout: c0 before c1 on every level of the tower, each base-field element 48 bytes little-endian. */
export function gtBytes(element: GtElement): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const six of [element.c0, element.c1]) {
    for (const two of [six.c0, six.c1, six.c2]) {
      parts.push(fieldBytes(two.c0), fieldBytes(two.c1));
    }
  }
  return concat(...parts);
}

function fieldBytes(value: bigint): Uint8Array {
  const out = new Uint8Array(FIELD_BYTES);
  let rest = value;
  for (let i = 0; i < FIELD_BYTES; i += 1) {
    out[i] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  return out;
}
