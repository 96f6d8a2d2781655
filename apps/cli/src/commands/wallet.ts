import { defineConfig, option, walletFragment } from '@bettertherapy/config';
import {
  createColdkey,
  createHotkey,
  listWallets,
  passwordFromEnv,
  ready,
  resolveWalletRoot,
  walletPaths,
} from '@bettertherapy/wallet';
import { z } from 'zod';
import { command } from '../command.js';

const SAVE_MNEMONIC = 'Write these words down and keep them away from this machine; they are shown once:';

const coldkeyConfig = defineConfig({
  app: 'wallet',
  usage: 'pnpm bt wallet new-coldkey',
  summary: 'Makes a coldkey, which owns funds. Its password comes from the BT_PW_… or BT_WALLET_PASSWORD variable.',
  version: '0.1.0',
  schema: z.strictObject({
    wallet: walletFragment,
    noPassword: option(z.boolean().default(false), { help: 'leave the coldkey unencrypted' }),
  }),
  finish: (values) => values,
});

export const walletNewColdkey = command(
  ['wallet', 'new-coldkey'],
  'make a coldkey',
  coldkeyConfig,
  async ({ config }, { input, out, note }) => {
    const root = resolveWalletRoot(config.wallet.path ?? undefined);
    const name = config.wallet.name;
    const password = config.noPassword
      ? null
      : (passwordFromEnv(input.env, walletPaths(root, name).coldkey) ?? input.env.BT_WALLET_PASSWORD ?? null);
    if (password === null && !config.noPassword) {
      note('No password given. Set BT_WALLET_PASSWORD for this command, or say --no_password.\n');
      return 2;
    }
    await ready();
    const { address, mnemonic } = await createColdkey({ root, name, password });
    out(`${address}\n`);
    note(`${SAVE_MNEMONIC}\n${mnemonic}\n`);
    return 0;
  },
);

const hotkeyConfig = defineConfig({
  app: 'wallet',
  usage: 'pnpm bt wallet new-hotkey',
  summary: 'Makes a hotkey, which a daemon signs with.',
  version: '0.1.0',
  schema: z.strictObject({ wallet: walletFragment }),
  finish: (values) => values,
});

export const walletNewHotkey = command(
  ['wallet', 'new-hotkey'],
  'make a hotkey',
  hotkeyConfig,
  async ({ config }, { out, note }) => {
    await ready();
    const { name, hotkey, path } = config.wallet;
    const { address, mnemonic } = await createHotkey({ root: resolveWalletRoot(path ?? undefined), name, hotkey });
    out(`${address}\n`);
    note(`${SAVE_MNEMONIC}\n${mnemonic}\n`);
    return 0;
  },
);

const listConfig = defineConfig({
  app: 'wallet',
  usage: 'pnpm bt wallet list',
  summary: 'Lists coldkeys and hotkeys with their addresses.',
  version: '0.1.0',
  schema: z.strictObject({
    wallet: walletFragment,
    json: option(z.boolean().default(false), { help: 'JSON for scripts' }),
  }),
  finish: (values) => values,
});

export const walletList = command(['wallet', 'list'], 'list wallets', listConfig, async ({ config }, { out }) => {
  const wallets = await listWallets({ root: resolveWalletRoot(config.wallet.path ?? undefined) });
  if (config.json) {
    out(`${JSON.stringify(wallets, null, 2)}\n`);
    return 0;
  }
  for (const wallet of wallets) {
    out(`${wallet.name}  ${wallet.coldkey ?? '(no readable coldkeypub.txt)'}\n`);
    for (const hotkey of wallet.hotkeys) out(`  ${hotkey.name}  ${hotkey.address ?? '(unreadable)'}\n`);
  }
  return 0;
});
