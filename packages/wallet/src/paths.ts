import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { WalletErrorCode, walletError } from './errors.js';

const NAME = /^[\p{L}\p{N}_][\p{L}\p{N}_. -]{0,63}$/u;
const PUBLIC_SUFFIX = 'pub.txt';

/** The folder that holds wallets: `path`, `~` allowed, or `~/.bittensor/wallets`. */
export function resolveWalletRoot(path?: string): string {
  if (path === undefined || path === '') return join(homedir(), '.bittensor', 'wallets');
  if (path === '~') return homedir();
  return resolve(path.startsWith('~/') ? join(homedir(), path.slice(2)) : path);
}

/** Where the files of a wallet lie. @throws CodedError WALLET_BAD_NAME */
export function walletPaths(
  root: string,
  name: string,
): { readonly folder: string; readonly coldkey: string; readonly coldkeyPub: string; readonly hotkeys: string } {
  const folder = join(resolveWalletRoot(root), checkedName(name, '--wallet.name'));
  return {
    folder,
    coldkey: join(folder, 'coldkey'),
    coldkeyPub: join(folder, 'coldkeypub.txt'),
    hotkeys: join(folder, 'hotkeys'),
  };
}

/** Where a hotkey and its public part lie. @throws CodedError WALLET_BAD_NAME */
export function hotkeyPaths(
  root: string,
  name: string,
  hotkey: string,
): { readonly folder: string; readonly secret: string; readonly pub: string } {
  const folder = walletPaths(root, name).hotkeys;
  const file = checkedName(hotkey, '--wallet.hotkey');
  if (isPublicName(file)) throw badName('--wallet.hotkey');
  return { folder, secret: join(folder, file), pub: join(folder, `${file}${PUBLIC_SUFFIX}`) };
}

/** True for the file names of public parts, which are no hotkeys of their own. */
export function isPublicName(file: string): boolean {
  return file.endsWith(PUBLIC_SUFFIX);
}

function checkedName(name: string, flag: string): string {
  if (!NAME.test(name)) throw badName(flag);
  return name;
}

function badName(flag: string): Error {
  return walletError(WalletErrorCode.BadName, `${flag} cannot be used as a file name`, {
    remedy: `Give ${flag} 1 to 64 letters, digits, underscores, dots, dashes or spaces, starting with a letter or digit.`,
  });
}
