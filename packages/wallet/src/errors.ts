import { CodedError, type CodedErrorOptions } from '@bettertherapy/core';

export const WalletErrorCode = {
  /** No such wallet or key file. Check --wallet.name, --wallet.hotkey and --wallet.path. */
  NotFound: 'WALLET_NOT_FOUND',
  /** A key file of that name is already there; nothing was written. */
  Exists: 'WALLET_EXISTS',
  /** The key file is not in a form btcli writes. */
  Malformed: 'WALLET_MALFORMED',
  /** The secret in the file does not belong to the address in it. */
  Mismatch: 'WALLET_MISMATCH',
  /** The file holds an address only, no secret. */
  NoSecret: 'WALLET_NO_SECRET',
  /** The file is encrypted and no password was given. */
  PasswordNeeded: 'WALLET_PASSWORD_NEEDED',
  /** The password does not open the file, or the file was damaged. */
  WrongPassword: 'WALLET_WRONG_PASSWORD',
  /** The password for a new key is too easy to guess. */
  WeakPassword: 'WALLET_WEAK_PASSWORD',
  /** The file is encrypted in an older form; convert it with btcli first. */
  UnsupportedEncryption: 'WALLET_UNSUPPORTED_ENCRYPTION',
  /** The key is not sr25519. */
  UnsupportedCrypto: 'WALLET_UNSUPPORTED_CRYPTO',
  /** The mnemonic is not a valid list of 12, 15, 18, 21 or 24 words. */
  BadMnemonic: 'WALLET_BAD_MNEMONIC',
  /** The secret URI is not of the form `[phrase][//hard][/soft][///password]`. */
  BadUri: 'WALLET_BAD_URI',
  /** A wallet or hotkey name that cannot be a file name. */
  BadName: 'WALLET_BAD_NAME',
  /** A key file is a symbolic link or not a regular file. */
  NotRegular: 'WALLET_NOT_REGULAR',
  /** The operating system refused to read or write a key file. */
  Io: 'WALLET_IO',
} as const;
export type WalletErrorCode = (typeof WalletErrorCode)[keyof typeof WalletErrorCode];

/** A {@link CodedError} of this package. Messages and details never hold a secret. */
export function walletError(
  code: WalletErrorCode,
  message: string,
  options: CodedErrorOptions,
): CodedError<WalletErrorCode> {
  return new CodedError(code, message, options);
}
