import { encodeSs58, type Hotkey, parseHotkey, type Ss58 } from '@bettertherapy/core';
import { getPublicKey, secretFromSeed } from '@scure/sr25519';
import { WalletErrorCode, walletError } from './errors.js';
import { miniSecretFromMnemonic } from './mnemonic.js';
import { sign } from './sr25519.js';
import { deriveFromUri } from './uri.js';

/** Signs raw bytes with sr25519 under the context "substrate". The secret stays inside. */
export interface Signer<Address extends Ss58 = Ss58> {
  readonly address: Address;
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
  /** A 64-byte signature; randomised, so never compare two. */
  sign(message: Uint8Array): Uint8Array;
}

/** A signer over a 64-byte expanded secret (scalar times 8, then nonce). */
export function signerFromSecretKey(secretKey: Uint8Array): Signer {
  const secret = secretKey.slice();
  const publicKey = getPublicKey(secret);
  return {
    address: encodeSs58(publicKey),
    publicKey,
    sign: (message) => sign(message, secret, publicKey),
  };
}

/** @throws CodedError WALLET_MALFORMED when the seed is not 32 bytes. */
export function signerFromSeed(seed: Uint8Array): Signer {
  if (seed.length !== 32) {
    throw walletError(WalletErrorCode.Malformed, `a seed has 32 bytes, not ${seed.length}`, {
      remedy: 'Give the 64 hex digits of the secret seed.',
    });
  }
  return signerFromSecretKey(secretFromSeed(seed));
}

/** The key of a mnemonic without derivation path, as wallets use it. @throws CodedError WALLET_BAD_MNEMONIC */
export function signerFromMnemonic(words: string, password = ''): Signer {
  return signerFromSeed(miniSecretFromMnemonic(words, password));
}

/**
 * The key of a Substrate secret URI: `//Alice`, `words//hard/soft///password`, `0x<seed>//1`. Without a phrase the
 * well-known development phrase is used, so such keys are for development chains only.
 * @throws CodedError WALLET_BAD_URI, WALLET_BAD_MNEMONIC
 */
export function signerFromUri(uri: string): Signer {
  return signerFromSecretKey(deriveFromUri(uri));
}

/** The same signer, with its address taken as a hotkey. */
export function asHotkey(signer: Signer): Signer<Hotkey> {
  return { ...signer, address: parseHotkey(signer.address) };
}
