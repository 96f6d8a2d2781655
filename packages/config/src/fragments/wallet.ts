import { z } from 'zod';
import { option } from '../option.js';

const walletName = z
  .string()
  .min(1)
  .regex(/^(?!\.{1,2}$)[^/\\\0]+$/, 'expected a file name, not a path')
  .default('default');

/** `--wallet.name`, `--wallet.hotkey`, `--wallet.path`. */
export const walletFragment = z.strictObject({
  name: option(walletName.clone(), { help: 'wallet (coldkey) name', env: ['BT_WALLET_NAME'] }),
  hotkey: option(walletName.clone(), { help: 'hotkey name inside the wallet', env: ['BT_WALLET_HOTKEY'] }),
  path: option(z.string().min(1).nullable().default(null), {
    help: 'folder of the wallets, as btcli lays them out',
    defaultText: '~/.bittensor/wallets',
    env: ['BT_WALLET_PATH'],
  }),
});
export type WalletConfig = z.output<typeof walletFragment>;
