import { option, subtensorFragment, walletFragment } from '@bettertherapy/config';
import { signerFromUri } from '@bettertherapy/wallet';
import { z } from 'zod';
import { operatorCommand } from '../../command.js';
import { formatTao, parseSpendable } from '../amount.js';
import { requireDevelopmentChain, withChain } from '../chain.js';
import { amountFlag, consentFlags, jsonFlag } from '../flags.js';
import { coldkeyAddress } from '../keys.js';
import { print, txReport } from '../report.js';
import { approve } from '../spending.js';

export const walletFund = operatorCommand({
  about:
    "Sends TAO from a development account to the wallet's coldkey. Refused on finney and on the test network, where these accounts own nothing.",
  schema: z.strictObject({
    wallet: walletFragment,
    subtensor: subtensorFragment,
    amount: amountFlag,
    from: option(z.string().startsWith('//', 'expected a development account such as //Alice').default('//Alice'), {
      help: 'development account that pays',
      placeholder: '//Name',
    }),
    ...consentFlags,
    json: jsonFlag,
  }),
  finish: (values) => values,
  work: async ({ wallet, subtensor, amount, from, json, ...consent }, context) => {
    const rao = parseSpendable(amount, 'amount');
    const to = await coldkeyAddress(wallet);
    const report = await withChain(subtensor, context, async (chain) => {
      requireDevelopmentChain(chain.genesisHash, 'funding from a development account');
      const payer = signerFromUri(from);
      const intent = {
        title: `Give ${formatTao(rao)} TAO to coldkey ${wallet.name}`,
        call: 'Balances.transfer_keep_alive',
        signer: payer.address,
        signerName: from,
        args: [['to', to] as const],
        price: rao,
      };
      const { genesisHash } = chain;
      await approve(intent, consent, { genesisHash, balance: await chain.balance(payer.address) }, context);
      const outcome = await chain.transfer(payer, { to, rao }, { signal: context.signal });
      const free = await chain.balance(to);
      const text = `${wallet.name} ${to} has ${formatTao(free)} TAO`;
      return txReport(text, outcome, { name: wallet.name, coldkey: to, free });
    });
    return print(context, json, report);
  },
});
