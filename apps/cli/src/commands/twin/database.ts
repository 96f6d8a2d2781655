import type { WalletConfig } from '@bettertherapy/config';
import { systemClock } from '@bettertherapy/core';
import { TwinCatalogue, TwinRegistry } from '@bettertherapy/twins';
import { ready } from '@bettertherapy/wallet';
import { CliErrorCode, cliError } from '../errors.js';
import { withAdministration } from '../key/database.js';
import { unlockHotkey } from '../keys.js';

/** Runs `work` on the twins of a validator, which may be running. */
export function withCatalogue<T>(dataDir: string, work: (catalogue: TwinCatalogue) => T): Promise<T> {
  return withAdministration(dataDir, ({ twins }) => work(new TwinCatalogue(twins)));
}

/**
 * Runs `work` on the twins of a validator with the right to publish, which may be running.
 * @throws CodedError CLI_USAGE when the hotkey is not the one of that validator
 */
export async function withRegistry<T>(
  at: { readonly dataDir: string; readonly wallet: WalletConfig },
  work: (registry: TwinRegistry) => T,
): Promise<T> {
  const signer = await unlockHotkey(at.wallet);
  await ready();
  return withAdministration(at.dataDir, ({ twins, hotkey }) => {
    if (hotkey !== null && hotkey !== signer.address) {
      throw cliError(CliErrorCode.Usage, `this database belongs to the hotkey ${hotkey}, not to ${signer.address}`, {
        remedy: 'Name its wallet with --wallet.name and --wallet.hotkey, or another --data.dir.',
      });
    }
    return work(new TwinRegistry({ shelf: twins, signer, clock: systemClock }));
  });
}

/** The one id that a command is about. @throws CodedError CLI_USAGE */
export function oneWord(positionals: readonly string[], what: string): string {
  const [word] = positionals;
  if (positionals.length === 1 && word !== undefined && word !== '') return word;
  throw cliError(CliErrorCode.Usage, `give one ${what}`, { remedy: '`--help` shows how the command is used.' });
}
