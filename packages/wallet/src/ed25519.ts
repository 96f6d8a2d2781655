import { ed25519 } from '@noble/curves/ed25519.js';

/** Strict RFC 8032 verification of a 64-byte signature by a 32-byte key; malformed input is false, never throws. */
export function verifyEd25519(message: Uint8Array, signature: Uint8Array, publicKey: Uint8Array): boolean {
  if (signature.length !== 64 || publicKey.length !== 32) return false;
  try {
    return ed25519.verify(signature, message, publicKey, { zip215: false });
  } catch {
    // Malformed points and scalars are signatures that do not verify.
    return false;
  }
}
