import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { Beacon } from './beacon.js';
import { ByteReader, concat, withLength } from './bytes.js';
import { ibeDecrypt, ibeEncrypt, KEY_BYTES, U_BYTES } from './ibe.js';

const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const SUITE = new TextEncoder().encode('AES_GCM_');

/** Bytes that the envelope adds to its plaintext. */
export const ENVELOPE_OVERHEAD = 244;

/** Where the random bytes come from; only tests replace it. */
export type RandomBytes = (count: number) => Uint8Array;

/**
 * Encrypts `plaintext` so that it opens with the beacon's signature of `round`:
 * `U(96) | len V | len W | len(len ct | len nonce) | len "AES_GCM_"`, every length a u64 little-endian.
 */
export function sealForRound(
  plaintext: Uint8Array,
  round: number,
  beacon: Beacon,
  random: RandomBytes = randomBytes,
): Uint8Array {
  const key = Uint8Array.from(random(KEY_BYTES));
  const nonce = Uint8Array.from(random(NONCE_BYTES));
  const { u, v, w } = ibeEncrypt(beacon.publicKey, round, key, Uint8Array.from(random(KEY_BYTES)));
  const cipher = createCipheriv(CIPHER, key, nonce);
  const body = concat(cipher.update(plaintext), cipher.final(), cipher.getAuthTag());
  return concat(
    u,
    withLength(v),
    withLength(w),
    withLength(concat(withLength(body), withLength(nonce))),
    withLength(SUITE),
  );
}

/** Opens an envelope with the beacon's 48-byte signature of its round; null when it does not open. */
export function openEnvelope(envelope: Uint8Array, signature: Uint8Array): Uint8Array | null {
  const parsed = parseEnvelope(envelope);
  if (!parsed) return null;
  const key = ibeDecrypt(signature, parsed);
  if (!key) return null;
  const decipher = createDecipheriv(CIPHER, key, parsed.nonce);
  decipher.setAuthTag(parsed.body.subarray(parsed.body.length - TAG_BYTES));
  try {
    return concat(decipher.update(parsed.body.subarray(0, -TAG_BYTES)), decipher.final());
  } catch (error) {
    // GCM reports a wrong tag by throwing; the envelope then counts as one that does not open.
    if (error instanceof Error) return null;
    throw error;
  }
}

export interface Envelope {
  readonly u: Uint8Array;
  readonly v: Uint8Array;
  readonly w: Uint8Array;
  /** AES-GCM ciphertext with the tag at its end. */
  readonly body: Uint8Array;
  readonly nonce: Uint8Array;
}

/** The parts of an envelope; null when the bytes are not laid out as one. */
export function parseEnvelope(envelope: Uint8Array): Envelope | null {
  try {
    const outer = new ByteReader(envelope);
    const u = outer.take(U_BYTES);
    const v = outer.string();
    const w = outer.string();
    const inner = new ByteReader(outer.string());
    const suite = outer.string();
    const body = inner.string();
    const nonce = inner.string();
    const fits =
      outer.left === 0 &&
      inner.left === 0 &&
      v.length === KEY_BYTES &&
      w.length === KEY_BYTES &&
      nonce.length === NONCE_BYTES &&
      body.length >= TAG_BYTES &&
      Buffer.compare(suite, SUITE) === 0;
    return fits ? { u, v, w, body, nonce } : null;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}
