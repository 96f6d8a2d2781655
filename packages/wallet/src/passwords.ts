import { resolve } from 'node:path';
import { WalletErrorCode, walletError } from './errors.js';

/** The variable btcli looks up for a key file: `BT_PW_` + its absolute path, upper-case, with `/` and `.` as `_`. */
export function passwordEnvName(keyfilePath: string): string {
  return `BT_PW_${resolve(keyfilePath).replaceAll(/[/.]/g, '_').toUpperCase()}`;
}

/** The value btcli stores under {@link passwordEnvName}: base64 of the password XOR the variable's own name. */
export function encodePasswordForEnv(envName: string, password: string): string {
  return Buffer.from(xorWithName(envName, new TextEncoder().encode(password))).toString('base64');
}

/**
 * The password of a key file from the environment: `BT_WALLET_PASSWORD` (plain) first, then the file's own `BT_PW_…`.
 * Null when neither is set.
 */
export function passwordFromEnv(env: Readonly<Record<string, string | undefined>>, keyfilePath: string): string | null {
  const plain = env.BT_WALLET_PASSWORD;
  if (plain !== undefined && plain !== '') return plain;
  const name = passwordEnvName(keyfilePath);
  const encoded = env[name];
  if (encoded === undefined || encoded === '') return null;
  return new TextDecoder().decode(xorWithName(name, Buffer.from(encoded, 'base64')));
}

/**
 * The rule for new passwords: at least 6 characters, and not so uniform that it is guessed at once (length times the
 * variety of characters must reach 20).
 * @throws CodedError WALLET_WEAK_PASSWORD
 */
export function requireStrongPassword(password: string): void {
  const characters = [...password];
  const kinds = [/\p{Ll}/u, /\p{Lu}/u, /\p{N}/u, /[^\p{L}\p{N}]/u].filter((kind) => kind.test(password)).length;
  const score = characters.length * kinds + new Set(characters).size * 2;
  if (characters.length >= 6 && new Set(characters).size >= 4 && score >= 20) return;
  throw walletError(WalletErrorCode.WeakPassword, 'the password is too easy to guess', {
    remedy: 'Use at least 8 characters of different kinds.',
  });
}

function xorWithName(name: string, bytes: Uint8Array): Uint8Array {
  const key = new TextEncoder().encode(name);
  return bytes.map((byte, at) => byte ^ (key[at % key.length] ?? 0));
}
