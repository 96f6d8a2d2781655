import { randomBytes } from 'node:crypto';
import { hashRaw } from '@node-rs/argon2';
import { WalletErrorCode, walletError } from './errors.js';

/** Work and memory of the key derivation; btcli files are made with {@link BTCLI_COST} and no other. */
export interface PasswordCost {
  readonly passes: number;
  readonly memoryBytes: number;
}

/** Argon2i 1.3 with time cost 8 over 512 MiB: a few seconds on a small machine, and as much memory. */
export const BTCLI_COST: PasswordCost = { passes: 8, memoryBytes: 536_870_912 };

const NACL_PREFIX = Buffer.from('$NACL');
/** The fixed salt of btcli; the password alone makes the key. */
const SALT = Buffer.from('137183dff15a09bc9c90b5518739e9b1', 'hex');
const NONCE_BYTES = 24;
const TAG_BYTES = 16;

export type KeyfileForm = 'plain' | 'nacl' | 'ansible' | 'fernet';

/** Tells by the first bytes how a key file is encrypted. */
export function keyfileForm(content: Uint8Array): KeyfileForm {
  const head = Buffer.from(content.subarray(0, 20)).toString('latin1');
  if (head.startsWith('$NACL')) return 'nacl';
  if (head.startsWith('$ANSIBLE_VAULT')) return 'ansible';
  if (head.startsWith('gAAAAA')) return 'fernet';
  return 'plain';
}

/** `$NACL` | nonce (24) | Poly1305 tag (16) | XSalsa20 ciphertext. The key is derived on a thread of its own. */
export async function encryptKeyfile(
  content: Uint8Array,
  password: string,
  cost: PasswordCost = BTCLI_COST,
): Promise<Uint8Array> {
  const sodium = await loadSodium();
  const nonce = new Uint8Array(randomBytes(NONCE_BYTES));
  const key = await deriveKey(password, cost);
  try {
    return Buffer.concat([NACL_PREFIX, nonce, sodium.crypto_secretbox_easy(content, nonce, key)]);
  } finally {
    key.fill(0);
  }
}

/**
 * The content of an encrypted key file.
 * @throws CodedError WALLET_WRONG_PASSWORD, WALLET_UNSUPPORTED_ENCRYPTION
 */
export async function decryptKeyfile(
  file: Uint8Array,
  password: string,
  cost: PasswordCost = BTCLI_COST,
): Promise<Uint8Array> {
  const form = keyfileForm(file);
  if (form !== 'nacl') throw unsupported(form);
  const sodium = await loadSodium();
  const body = file.subarray(NACL_PREFIX.length);
  const key = await deriveKey(password, cost);
  try {
    if (body.length < NONCE_BYTES + TAG_BYTES) throw new Error('too short');
    return sodium.crypto_secretbox_open_easy(body.subarray(NONCE_BYTES), body.subarray(0, NONCE_BYTES), key);
  } catch (cause) {
    throw walletError(WalletErrorCode.WrongPassword, 'the password does not open the key file', {
      remedy: 'Type the password again; if it is surely right, restore the file from a backup or from its mnemonic.',
      cause,
    });
  } finally {
    key.fill(0);
  }
}

/** @throws CodedError WALLET_UNSUPPORTED_ENCRYPTION, with what the operator can do. */
export function unsupported(form: KeyfileForm): Error {
  const name = form === 'ansible' ? 'Ansible Vault' : 'Fernet';
  return walletError(WalletErrorCode.UnsupportedEncryption, `the key file is encrypted with ${name}, an older form`, {
    remedy:
      'Open and save the wallet once with a recent btcli (btcli wallet update), or regenerate it from its mnemonic.',
    details: { form },
  });
}

type Sodium = typeof import('libsodium-wrappers-sumo')['default'];

async function loadSodium(): Promise<Sodium> {
  const { default: sodium } = await import('libsodium-wrappers-sumo');
  await sodium.ready;
  return sodium;
}

/** The library's `Argon2i` and `V0x13`, which it declares for the compiler alone. */
const ARGON2I = 1;
const VERSION_1_3 = 1;

function deriveKey(password: string, { passes, memoryBytes }: PasswordCost): Promise<Uint8Array> {
  return hashRaw(password, {
    algorithm: ARGON2I,
    version: VERSION_1_3,
    salt: SALT,
    timeCost: passes,
    memoryCost: memoryBytes / 1024,
    parallelism: 1,
    outputLen: 32,
  });
}
