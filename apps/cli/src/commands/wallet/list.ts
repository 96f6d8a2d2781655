import { walletFragment } from '@bettertherapy/config';
import { listWallets } from '@bettertherapy/wallet';
import { z } from 'zod';
import { operatorCommand } from '../../command.js';
import { jsonFlag } from '../flags.js';
import { walletRoot } from '../keys.js';
import { print } from '../report.js';

export const walletList = operatorCommand({
  about: 'Lists coldkeys and hotkeys with their addresses. Needs no password and no chain.',
  schema: z.strictObject({ wallet: walletFragment, json: jsonFlag }),
  finish: (values) => values,
  work: async ({ wallet, json }, context) => {
    const root = walletRoot(wallet);
    const wallets = await listWallets({ root });
    const rows = wallets.flatMap(({ name, coldkey, hotkeys }) => [
      `${name}  ${coldkey ?? '(no readable coldkeypub.txt)'}`,
      ...hotkeys.map((hotkey) => `  ${hotkey.name}  ${hotkey.address ?? '(unreadable)'}`),
    ]);
    const text = rows.length === 0 ? `no wallets in ${root}` : rows.join('\n');
    return print(context, json, { json: wallets, text });
  },
});
