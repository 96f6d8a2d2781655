import { option, walletFragment } from '@bettertherapy/config';
import { createColdkey, createHotkey, ready } from '@bettertherapy/wallet';
import { z } from 'zod';
import { type CommandContext, operatorCommand } from '../../command.js';
import { CliErrorCode, cliError } from '../errors.js';
import { jsonFlag } from '../flags.js';
import { newPassword, walletRoot } from '../keys.js';
import { print } from '../report.js';

export const walletRegen = operatorCommand({
  about:
    'Writes the key files of a coldkey or hotkey again from its mnemonic, which is asked for, or read from what is piped in. Files that exist are never overwritten.',
  positionals: '<coldkey|hotkey>',
  schema: z.strictObject({
    wallet: walletFragment,
    noPassword: option(z.boolean().default(false), { help: 'leave the coldkey unencrypted' }),
    json: jsonFlag,
  }),
  finish: (values) => values,
  work: async ({ wallet, noPassword, json }, context, positionals) => {
    const kind = positionals[0];
    if (positionals.length !== 1 || (kind !== 'coldkey' && kind !== 'hotkey')) {
      throw cliError(CliErrorCode.Usage, 'say which key', {
        remedy: 'Run `pnpm bt wallet regen coldkey` or `pnpm bt wallet regen hotkey`.',
      });
    }
    const root = walletRoot(wallet);
    const { name, hotkey } = wallet;
    const mnemonic = await readMnemonic(kind, context);
    await ready();
    if (kind === 'hotkey') {
      const { address } = await createHotkey({ root, name, hotkey, mnemonic });
      return print(context, json, { json: { name, hotkeyName: hotkey, hotkey: address }, text: address });
    }
    const password = noPassword ? null : await newPassword(wallet, context);
    const { address } = await createColdkey({ root, name, password, mnemonic });
    return print(context, json, { json: { name, coldkey: address }, text: address });
  },
});

async function readMnemonic(kind: string, { terminal, signal }: CommandContext): Promise<string> {
  const text = terminal.interactive
    ? await terminal.askSecret(`Mnemonic of the ${kind} (not shown): `, signal)
    : await terminal.readPiped(signal);
  if (text.trim() !== '') return text;
  throw cliError(CliErrorCode.Usage, 'no mnemonic was given', {
    remedy:
      'Type it when asked, or pipe it in: `pnpm bt wallet regen hotkey < words.txt`. Never put it on the command line.',
  });
}
