import type { WalletConfig } from '@bettertherapy/config';
import { type Coldkey, type Hotkey, hasCode, parseHotkey } from '@bettertherapy/core';
import {
  listWallets,
  loadColdkey,
  loadHotkey,
  passwordFromEnv,
  readColdkeyPub,
  resolveWalletRoot,
  type Signer,
  WalletErrorCode,
  walletPaths,
} from '@bettertherapy/wallet';
import type { CommandContext } from '../command.js';
import { CliErrorCode, cliError } from './errors.js';

type Asking = Pick<CommandContext, 'input' | 'terminal' | 'note' | 'signal'>;

/** The folder of the wallets. */
export function walletRoot(wallet: WalletConfig): string {
  return resolveWalletRoot(wallet.path ?? undefined);
}

/** The coldkey's address; needs no password. */
export function coldkeyAddress(wallet: WalletConfig): Promise<Coldkey> {
  return readColdkeyPub({ root: walletRoot(wallet), name: wallet.name });
}

/** A hotkey's address: the one given, or that of `--wallet.hotkey`, whose public file is enough. */
export async function hotkeyAddress(wallet: WalletConfig, given: string | null = null): Promise<Hotkey> {
  if (given !== null) return parseHotkey(given);
  const wallets = await listWallets({ root: walletRoot(wallet) });
  const hotkeys = wallets.find(({ name }) => name === wallet.name)?.hotkeys ?? [];
  const listed = hotkeys.find(({ name }) => name === wallet.hotkey)?.address;
  // Not listed means not readable; loading it says why.
  return listed ?? (await unlockHotkey(wallet)).address;
}

export function unlockHotkey(wallet: WalletConfig): Promise<Signer<Hotkey>> {
  return loadHotkey({ root: walletRoot(wallet), name: wallet.name, hotkey: wallet.hotkey });
}

/**
 * The coldkey, ready to sign. Its password comes from BT_WALLET_PASSWORD or its BT_PW_… variable, else it is asked for.
 * @throws CodedError of WalletErrorCode
 */
export async function unlockColdkey(wallet: WalletConfig, asking: Asking): Promise<Signer<Coldkey>> {
  const root = walletRoot(wallet);
  const key = { root, name: wallet.name };
  const password = passwordFromEnv(asking.input.env, walletPaths(root, wallet.name).coldkey);
  try {
    return await loadColdkey({ ...key, password });
  } catch (error) {
    if (!hasCode(error, WalletErrorCode.PasswordNeeded) || !asking.terminal.interactive) throw error;
  }
  const typed = await asking.terminal.askSecret(`Password of coldkey ${wallet.name}: `, asking.signal);
  asking.note('unlocking, a few seconds …\n');
  return loadColdkey({ ...key, password: typed });
}

/**
 * The password for a new coldkey: from the environment, else asked for twice.
 * @throws CodedError CLI_NO_TERMINAL, CLI_USAGE when the two differ
 */
export async function newPassword(wallet: WalletConfig, asking: Asking): Promise<string> {
  const given = passwordFromEnv(asking.input.env, walletPaths(walletRoot(wallet), wallet.name).coldkey);
  if (given !== null) return given;
  if (!asking.terminal.interactive) {
    throw cliError(CliErrorCode.NoTerminal, 'the new coldkey has no password, and there is no terminal to ask on', {
      remedy: 'Set BT_WALLET_PASSWORD for this one command, or say --no_password to leave the coldkey unencrypted.',
    });
  }
  const first = await asking.terminal.askSecret('New password for the coldkey: ', asking.signal);
  const second = await asking.terminal.askSecret('The same again: ', asking.signal);
  if (first === second) return first;
  throw cliError(CliErrorCode.Usage, 'the two passwords differ; nothing was written', { remedy: 'Run it again.' });
}
