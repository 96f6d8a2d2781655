import { CodedError, decodeSs58, encodeSs58, type Ss58 } from '@bettertherapy/core';
import { ed25519 } from '@noble/curves/ed25519.js';
import { z } from 'zod';
import { fromHex, sameBytes, toHex } from './bytes.js';
import { WalletErrorCode, walletError } from './errors.js';
import { looksLikeMnemonic, miniSecretFromMnemonic, normaliseMnemonic } from './mnemonic.js';
import { expandedFromStored } from './secretKey.js';
import { type Signer, signerFromSecretKey, signerFromSeed } from './signer.js';

/** What a key file holds: an address, and a signer when the file has a secret. */
export interface KeyfileContent {
  readonly address: Ss58;
  readonly publicKey: Uint8Array;
  readonly signer: Signer | null;
}

/** Everything but the six string fields is read leniently: other writers add fields, null included. */
const fields = z.looseObject({
  accountId: z.string().nullish(),
  publicKey: z.string().nullish(),
  privateKey: z.string().nullish(),
  secretPhrase: z.string().nullish(),
  secretSeed: z.string().nullish(),
  ss58Address: z.string().nullish(),
  ' ss58Address': z.string().nullish(),
  cryptoType: z.union([z.number(), z.string()]).nullish(),
});

/** Numbers and names that writers use for sr25519; ed25519 is 0. */
const SR25519 = new Set(['1', 'sr25519']);

/** The JSON of a key with its secrets, in exactly the six string fields every btcli can read. */
export function encodeSecretKeyfile(key: {
  readonly signer: Signer;
  readonly mnemonic: string;
  readonly seed: Uint8Array;
  readonly storedPrivateKey: Uint8Array;
}): Uint8Array {
  const account = `0x${toHex(key.signer.publicKey)}`;
  return jsonBytes({
    accountId: account,
    publicKey: account,
    privateKey: `0x${toHex(key.storedPrivateKey)}`,
    secretPhrase: key.mnemonic,
    secretSeed: `0x${toHex(key.seed)}`,
    ss58Address: key.signer.address,
  });
}

/** The JSON of a public key file: no secret field at all. */
export function encodePublicKeyfile(publicKey: Uint8Array): Uint8Array {
  const account = `0x${toHex(publicKey)}`;
  return jsonBytes({ accountId: account, publicKey: account, ss58Address: encodeSs58(publicKey) });
}

/**
 * Reads the decrypted bytes of a key file: btcli JSON of any age, or bare text with a seed, a private key or a mnemonic.
 * Precedence: secretPhrase, secretSeed, privateKey, ss58Address.
 * @throws CodedError WALLET_MALFORMED, WALLET_MISMATCH, WALLET_UNSUPPORTED_CRYPTO, WALLET_BAD_MNEMONIC
 */
export function parseKeyfile(content: Uint8Array): KeyfileContent {
  const text = new TextDecoder().decode(content).trim();
  return text.startsWith('{') ? fromJson(text) : fromBareText(text);
}

function fromJson(text: string): KeyfileContent {
  const parsed = fields.safeParse(parseJson(text));
  if (!parsed.success) throw malformed('its fields are not text');
  const file = parsed.data;
  if ('encoded' in file && 'encoding' in file) throw malformed('it is a polkadot.js export, not a btcli key file');
  if (file.cryptoType != null && !SR25519.has(String(file.cryptoType).toLowerCase())) throw notSr25519();
  const stated = statedKey(file.ss58Address ?? file[' ss58Address'] ?? null, file.publicKey ?? file.accountId ?? null);
  const seed = seedOf(file);
  const signer = seed === null ? signerOfPrivateKey(file.privateKey ?? null) : signerFromSeed(seed);
  if (signer === null) {
    if (stated === null) throw malformed('it has neither a secret nor an address');
    return { address: encodeSs58(stated), publicKey: stated, signer: null };
  }
  if (stated !== null && !sameBytes(stated, signer.publicKey)) {
    if (seed !== null && sameBytes(stated, ed25519.getPublicKey(seed))) throw notSr25519();
    throw walletError(WalletErrorCode.Mismatch, 'the secret in the key file does not belong to its address', {
      remedy: 'Do not use this file; restore the key from its mnemonic or from a backup.',
    });
  }
  return { address: signer.address, publicKey: signer.publicKey, signer };
}

function fromBareText(text: string): KeyfileContent {
  const seed = fromHex(text, 32);
  const signer = seed === null ? signerOfHexOrWords(text) : signerFromSeed(seed);
  return { address: signer.address, publicKey: signer.publicKey, signer };
}

function signerOfHexOrWords(text: string): Signer {
  const stored = fromHex(text, 64);
  if (stored !== null) return signerOfStored(stored);
  if (looksLikeMnemonic(text)) return signerFromSeed(miniSecretFromMnemonic(text));
  throw malformed('it is neither JSON nor a seed, a private key or a mnemonic');
}

function seedOf(file: z.infer<typeof fields>): Uint8Array | null {
  if (file.secretPhrase) return miniSecretFromMnemonic(normaliseMnemonic(file.secretPhrase));
  if (!file.secretSeed) return null;
  const seed = fromHex(file.secretSeed, 32);
  if (seed === null) throw malformed('secretSeed is not 32 bytes of hex');
  return seed;
}

function signerOfPrivateKey(text: string | null): Signer | null {
  if (!text) return null;
  const stored = fromHex(text, 64);
  if (stored === null) throw malformed('privateKey is not 64 bytes of hex');
  return signerOfStored(stored);
}

function signerOfStored(stored: Uint8Array): Signer {
  const expanded = expandedFromStored(stored);
  if (expanded === null) throw malformed('the private key is out of range');
  return signerFromSecretKey(expanded);
}

function statedKey(address: string | null, publicKey: string | null): Uint8Array | null {
  if (address) {
    try {
      return decodeSs58(address);
    } catch (cause) {
      if (cause instanceof CodedError) throw malformed('ss58Address is not an address', cause);
      throw cause;
    }
  }
  if (!publicKey) return null;
  const bytes = fromHex(publicKey, 32);
  if (bytes === null) throw malformed('publicKey is not 32 bytes of hex');
  return bytes;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The engine's message quotes the file, which may hold a secret, so it must not travel as a cause.
    throw malformed('it is not JSON');
  }
}

function jsonBytes(object: Readonly<Record<string, string>>): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(object));
}

function malformed(why: string, cause?: unknown): Error {
  return walletError(WalletErrorCode.Malformed, `the key file cannot be read: ${why}`, {
    remedy:
      'Check that --wallet.path, --wallet.name and --wallet.hotkey name a btcli wallet; restore the file if it is damaged.',
    cause,
  });
}

function notSr25519(): Error {
  return walletError(WalletErrorCode.UnsupportedCrypto, 'the key is ed25519; subnets sign with sr25519', {
    remedy: 'Create an sr25519 hotkey (pnpm bt wallet create) and register that one.',
  });
}
