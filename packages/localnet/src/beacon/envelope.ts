import { createDecipheriv } from 'node:crypto';
import { bls12_381 } from '@noble/curves/bls12-381.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { concatBytes, toHex, utf8 } from '../scale/index.js';

const POINT_BYTES = 96;
const KEY_BYTES = 32;
const TAG_BYTES = 16;
const NONCE_BYTES = 12;
const SUITE = utf8('AES_GCM_');

interface Envelope {
  readonly u: Uint8Array;
  readonly v: Uint8Array;
  readonly w: Uint8Array;
  readonly ciphertext: Uint8Array;
  readonly nonce: Uint8Array;
}

/** Takes byte strings behind u64 lengths off the front. Null at the first that does not fit. */
function strings(bytes: Uint8Array, count: number): Uint8Array[] | null {
  const found: Uint8Array[] = [];
  let offset = 0;
  for (let i = 0; i < count; i++) {
    if (offset + 8 > bytes.length) return null;
    const length = new DataView(bytes.buffer, bytes.byteOffset + offset, 8).getBigUint64(0, true);
    if (length > BigInt(bytes.length - offset - 8)) return null;
    found.push(bytes.slice(offset + 8, offset + 8 + Number(length)));
    offset += 8 + Number(length);
  }
  return offset === bytes.length ? found : null;
}

function parse(bytes: Uint8Array): Envelope | null {
  const [v, w, body, suite] = strings(bytes.slice(POINT_BYTES), 4) ?? [];
  const [ciphertext, nonce] = body === undefined ? [] : (strings(body, 2) ?? []);
  if (!v || !w || !suite || !ciphertext || !nonce) return null;
  const fits =
    v.length === KEY_BYTES &&
    w.length === KEY_BYTES &&
    nonce.length === NONCE_BYTES &&
    ciphertext.length >= TAG_BYTES &&
    toHex(suite) === toHex(SUITE);
  return fits ? { u: bytes.slice(0, POINT_BYTES), v, w, ciphertext, nonce } : null;
}

function xor(a: Uint8Array, b: Uint8Array): Uint8Array {
  return a.map((byte, i) => byte ^ (b[i] ?? 0));
}

type Gt = ReturnType<typeof bls12_381.pairing>;

/** An element of the target group in the order and byte order that arkworks writes: c0 before c1, little-endian, 576 bytes. */
export function serialiseGt(element: Gt): Uint8Array {
  const { c0, c1 } = element;
  const parts = [c0.c0, c0.c1, c0.c2, c1.c0, c1.c1, c1.c2].flatMap((pair) => [pair.c0, pair.c1]);
  return concatBytes(parts.map((value) => bls12_381.fields.Fp.toBytes(value).slice().reverse()));
}

/** The scalar that binds an envelope's key to its point. */
export function bindingScalar(sigma: Uint8Array, key: Uint8Array): bigint {
  return BigInt(toHex(sha256(concatBytes([sigma, key])))) % bls12_381.fields.Fr.ORDER;
}

function aesOpen(key: Uint8Array, { ciphertext, nonce }: Envelope): Uint8Array | null {
  const decipher = createDecipheriv('aes-256-gcm', key, nonce);
  decipher.setAuthTag(ciphertext.subarray(-TAG_BYTES));
  try {
    const plain = Buffer.concat([decipher.update(ciphertext.subarray(0, -TAG_BYTES)), decipher.final()]);
    return new Uint8Array(plain);
  } catch {
    // The tag does not fit: the same as any envelope that does not open.
    return null;
  }
}

/** Opens what was encrypted to a round, with the beacon's signature of that round. Null when it does not open. */
export function openEnvelope(bytes: Uint8Array, signature: Uint8Array): Uint8Array | null {
  const envelope = parse(bytes);
  if (envelope === null) return null;
  const { G1, G2 } = bls12_381;
  const point = readPoint(() => G2.Point.fromBytes(envelope.u));
  const signed = readPoint(() => G1.Point.fromBytes(signature));
  if (point === null || signed === null || point.is0() || !point.isTorsionFree()) return null;
  const sigma = xor(envelope.v, sha256(serialiseGt(bls12_381.pairing(signed, point))));
  const key = xor(envelope.w, sha256(sigma));
  const scalar = bindingScalar(sigma, key);
  if (scalar === 0n || !G2.Point.BASE.multiply(scalar).equals(point)) return null;
  return aesOpen(key, envelope);
}

function readPoint<P>(read: () => P): P | null {
  try {
    return read();
  } catch {
    // Bytes that are no point of the group.
    return null;
  }
}
