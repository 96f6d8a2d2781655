import { option, walletFragment } from '@bettertherapy/config';
import { createColdkey, createHotkey, createWallet, ready } from '@bettertherapy/wallet';
import { z } from 'zod';
import { type CommandContext, operatorCommand } from '../../command.js';
import { jsonFlag } from '../flags.js';
import { newPassword, walletRoot } from '../keys.js';
import { print } from '../report.js';

const noPassword = option(z.boolean().default(false), {
  help: 'leave the coldkey unencrypted; for development chains only',
});

/** Mnemonics go to stderr, so that a pipe or a log of results never holds one. */
function showMnemonic({ note }: CommandContext, which: string, mnemonic: string): void {
  note(
    `Write down the words of the ${which} and keep them away from this machine; they are shown once:\n${mnemonic}\n`,
  );
}

export const walletCreate = operatorCommand({
  about: 'Makes a wallet: a coldkey, which owns funds, and one hotkey, which a daemon signs with.',
  schema: z.strictObject({ wallet: walletFragment, noPassword, json: jsonFlag }),
  finish: (values) => values,
  work: async ({ wallet, noPassword: open, json }, context) => {
    const coldkeyPassword = open ? null : await newPassword(wallet, context);
    await ready();
    const { coldkey, hotkey, mnemonics } = await createWallet({
      root: walletRoot(wallet),
      name: wallet.name,
      hotkey: wallet.hotkey,
      coldkeyPassword,
    });
    showMnemonic(context, 'coldkey', mnemonics.coldkey);
    showMnemonic(context, 'hotkey', mnemonics.hotkey);
    return print(context, json, {
      json: { name: wallet.name, coldkey, hotkeyName: wallet.hotkey, hotkey },
      text: `coldkey ${coldkey}\nhotkey  ${hotkey}`,
    });
  },
});

export const walletNewColdkey = operatorCommand({
  about:
    'Makes a coldkey, which owns funds. Its password comes from BT_WALLET_PASSWORD or its BT_PW_… variable, else it is asked for.',
  schema: z.strictObject({ wallet: walletFragment, noPassword, json: jsonFlag }),
  finish: (values) => values,
  work: async ({ wallet, noPassword: open, json }, context) => {
    const password = open ? null : await newPassword(wallet, context);
    await ready();
    const { address, mnemonic } = await createColdkey({ root: walletRoot(wallet), name: wallet.name, password });
    showMnemonic(context, 'coldkey', mnemonic);
    return print(context, json, { json: { name: wallet.name, coldkey: address }, text: address });
  },
});

export const walletNewHotkey = operatorCommand({
  about: 'Makes a hotkey, which a daemon signs with. It is not encrypted, because the daemon must read it.',
  schema: z.strictObject({ wallet: walletFragment, json: jsonFlag }),
  finish: (values) => values,
  work: async ({ wallet, json }, context) => {
    await ready();
    const { name, hotkey } = wallet;
    const { address, mnemonic } = await createHotkey({ root: walletRoot(wallet), name, hotkey });
    showMnemonic(context, 'hotkey', mnemonic);
    return print(context, json, { json: { name, hotkeyName: hotkey, hotkey: address }, text: address });
  },
});
