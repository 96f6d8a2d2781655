import { randomBytes } from 'node:crypto';
import { WalletErrorCode, walletError } from './errors.js';

/** Work and memory of the key derivation; btcli files are made with {@link BTCLI_COST} and no other. */
export interface PasswordCost {
  readonly passes: number;
  readonly memoryBytes: number;
}

/** libsodium's argon2i13 with time cost 8 over 512 MiB: about 6 s on a small machine, and as much memory. */
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

/** `$NACL` | nonce (24) | Poly1305 tag (16) | XSalsa20 ciphertext. Blocks the thread while the key is derived. */
export async function encryptKeyfile(
  content: Uint8Array,
  password: string,
  cost: PasswordCost = BTCLI_COST,
): Promise<Uint8Array> {
  const sodium = await loadSodium();
  const nonce = new Uint8Array(randomBytes(NONCE_BYTES));
  const key = deriveKey(sodium, password, cost);
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
  const key = deriveKey(sodium, password, cost);
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

function deriveKey(sodium: Sodium, password: string, cost: PasswordCost): Uint8Array {
  const bytes = new TextEncoder().encode(password);
  return sodium.crypto_pwhash(32, bytes, SALT, cost.passes, cost.memoryBytes, sodium.crypto_pwhash_ALG_ARGON2I13);
}
