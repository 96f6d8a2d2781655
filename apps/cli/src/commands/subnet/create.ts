import { subtensorFragment, walletFragment } from '@bettertherapy/config';
import { z } from 'zod';
import { operatorCommand } from '../../command.js';
import { formatTao } from '../amount.js';
import { withChain } from '../chain.js';
import { CliErrorCode, cliError } from '../errors.js';
import { consentFlags, jsonFlag } from '../flags.js';
import { coldkeyAddress, hotkeyAddress, unlockColdkey } from '../keys.js';
import { print, txReport } from '../report.js';
import { approve } from '../spending.js';

export const subnetCreate = operatorCommand({
  about:
    "Makes a subnet, which the wallet's coldkey pays for and then owns. The wallet's hotkey becomes its neuron 0. On finney this costs hundreds of TAO.",
  schema: z.strictObject({ wallet: walletFragment, subtensor: subtensorFragment, ...consentFlags, json: jsonFlag }),
  finish: (values) => values,
  work: async ({ wallet, subtensor, json, ...consent }, context) => {
    const coldkey = await coldkeyAddress(wallet);
    const hotkey = await hotkeyAddress(wallet);
    const report = await withChain(subtensor, context, async (chain) => {
      const price = await chain.networkCost();
      const intent = {
        title: 'Make a subnet',
        call: 'SubtensorModule.register_network',
        signer: coldkey,
        signerName: `coldkey ${wallet.name}`,
        args: [['hotkey', hotkey] as const],
        price,
      };
      const { genesisHash } = chain;
      await approve(intent, consent, { genesisHash, balance: await chain.balance(coldkey) }, context);
      const signer = await unlockColdkey(wallet, context);
      // The call has no limit of its own: somebody may have made a subnet while the question was open.
      const now = await chain.networkCost();
      if (now > price) {
        throw cliError(CliErrorCode.PriceRose, `the price rose from ${formatTao(price)} to ${formatTao(now)} TAO`, {
          remedy: 'Nothing was sent. Run the command again to see and confirm the new price.',
          details: { shown: String(price), now: String(now) },
        });
      }
      const outcome = await chain.registerNetwork(signer, { hotkey }, { signal: context.signal });
      return txReport(
        `subnet ${outcome.netuid} made; start it with \`pnpm bt subnet start --netuid ${outcome.netuid}\``,
        outcome,
        {
          netuid: outcome.netuid,
          price: now,
          coldkey,
          hotkey,
        },
      );
    });
    return print(context, json, report);
  },
});
