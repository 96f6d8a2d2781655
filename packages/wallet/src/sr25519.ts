import { ristretto255 } from '@noble/curves/ed25519.js';
import { sign as auditedSign, verify as auditedVerify } from '@scure/sr25519';

/** Order of the ristretto255 group; a signature's scalar must be below it. */
const GROUP_ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;
/** Schnorrkel sets this bit in the last byte to tell its signatures from ed25519. */
const SCHNORRKEL_MARK = 0x80;
/** Public keys known to be valid points, so that a returning caller costs no decompression (0.09 ms). */
const KNOWN_KEYS_MAX = 4096;

type Schnorrkel = typeof import('@polkadot-labs/schnorrkel-wasm');

const seam: { fast: Schnorrkel | null; loading: Promise<void> | null; knownKeys: Set<string> } = {
  fast: null,
  loading: null,
  knownKeys: new Set(),
};

/**
 * Loads the WebAssembly signature library once (about 20 ms). Until then, and if it should ever trap, {@link verify}
 * and signing use the audited JavaScript library, which gives the same answers ten times slower.
 */
export function ready(): Promise<void> {
  seam.loading ??= import('@polkadot-labs/schnorrkel-wasm').then((library) => {
    seam.fast = library;
  });
  return seam.loading;
}

/** True while the WebAssembly library answers; false means ten times slower checks. */
export function isFast(): boolean {
  return seam.fast !== null;
}

/**
 * True iff `signature` (64 bytes, schnorrkel form) by `publicKey` (32 bytes) covers exactly `message` under the
 * context "substrate". No wrapped form and no other scheme is tried. Malformed input is false; never throws.
 */
export function verify(message: Uint8Array, signature: Uint8Array, publicKey: Uint8Array): boolean {
  if (!wellFormedSignature(signature) || !validPublicKey(publicKey)) return false;
  const fast = seam.fast;
  if (fast !== null) {
    try {
      return fast.sr25519_verify(publicKey, message, signature);
    } catch {
      // The library traps on malformed input, all of which was refused above. A trap leaves its stack in disorder,
      // so it is not used again in this process; isFast() shows it.
      seam.fast = null;
    }
  }
  return verifyAudited(message, signature, publicKey);
}

/** {@link verify} by the audited JavaScript library alone (1.9 ms): the cross-check of the fast one. */
export function verifyAudited(message: Uint8Array, signature: Uint8Array, publicKey: Uint8Array): boolean {
  try {
    return auditedVerify(message, signature, publicKey);
  } catch {
    // It throws on malformed signatures and keys; for the caller these are signatures that do not verify.
    return false;
  }
}

/** Signs raw bytes under the context "substrate"; `secretKey` is 64 bytes in the ed25519-expanded form (scalar times 8). */
export function sign(message: Uint8Array, secretKey: Uint8Array, publicKey: Uint8Array): Uint8Array {
  return seam.fast?.sr25519_sign(publicKey, secretKey, message) ?? auditedSign(secretKey, message);
}

function wellFormedSignature(signature: Uint8Array): boolean {
  if (signature.length !== 64) return false;
  const last = signature[63] ?? 0;
  if ((last & SCHNORRKEL_MARK) === 0) return false;
  let scalar = BigInt(last & ~SCHNORRKEL_MARK);
  for (let at = 62; at >= 32; at -= 1) scalar = (scalar << 8n) | BigInt(signature[at] ?? 0);
  return scalar < GROUP_ORDER;
}

function validPublicKey(publicKey: Uint8Array): boolean {
  if (publicKey.length !== 32) return false;
  const name = Buffer.from(publicKey).toString('latin1');
  if (seam.knownKeys.has(name)) return true;
  try {
    ristretto255.Point.fromBytes(publicKey);
  } catch {
    // Not a point of the group: no signature by it can be valid.
    return false;
  }
  if (seam.knownKeys.size >= KNOWN_KEYS_MAX) seam.knownKeys.clear();
  seam.knownKeys.add(name);
  return true;
}
