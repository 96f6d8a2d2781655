import { stat } from 'node:fs/promises';
import { CodedError, describeError, type Hotkey, hasCode } from '@bettertherapy/core';
import { hotkeyPaths, loadHotkey, ready, resolveWalletRoot, WalletErrorCode } from '@bettertherapy/wallet';
import { keyCommand, quoted } from '../commands.js';
import { type Finding, line } from '../finding.js';
import type { Settings } from '../settings.js';

/** Whether the daemon can sign, and nobody else on the machine reads its key. */
export async function checkWallet(
  settings: Settings,
): Promise<{ readonly finding: Finding; readonly hotkey: Hotkey | null }> {
  const wallet = line('wallet', 'Wallet');
  const { name, hotkey, path } = settings.wallet;
  const root = resolveWalletRoot(path ?? undefined);
  await ready();
  let address: Hotkey;
  try {
    address = (await loadHotkey({ root, name, hotkey })).address;
  } catch (error) {
    const missing = hasCode(error, WalletErrorCode.NotFound);
    const remedy =
      error instanceof CodedError ? error.remedy : 'Check that this user may read the folder of the wallets.';
    const fix = missing ? `${keyCommand('wallet new-hotkey', settings)} (or copy the one you have there)` : remedy;
    return { finding: wallet.fail(describeError(error), fix), hotkey: null };
  }
  const { secret } = hotkeyPaths(root, name, hotkey);
  const { mode } = await stat(secret);
  const finding =
    (mode & 0o077) === 0 || process.platform === 'win32'
      ? wallet.ok(`${name}/${hotkey}, ${address}`)
      : wallet.warn(`others on this machine may read ${secret}`, `chmod 600 ${quoted(secret)}`);
  return { finding, hotkey: address };
}
