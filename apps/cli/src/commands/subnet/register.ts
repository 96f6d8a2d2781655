import { netuidOption, option, subtensorFragment, walletFragment } from '@bettertherapy/config';
import { z } from 'zod';
import { operatorCommand } from '../../command.js';
import { formatTao, parseTao } from '../amount.js';
import { withChain } from '../chain.js';
import { consentFlags, jsonFlag, withNetuid } from '../flags.js';
import { coldkeyAddress, hotkeyAddress, unlockColdkey } from '../keys.js';
import { print, type Report, txReport } from '../report.js';
import { approve } from '../spending.js';

export const subnetRegister = operatorCommand({
  about:
    "Registers the wallet's hotkey on a subnet for the current price, which the coldkey pays and does not get back. A hotkey that is registered already costs nothing.",
  schema: z.strictObject({
    netuid: netuidOption,
    wallet: walletFragment,
    subtensor: subtensorFragment,
    maxPrice: option(z.string().min(1).nullable().default(null), {
      help: 'pay no more than this, in TAO',
      defaultText: 'the price shown',
      placeholder: 'tao',
    }),
    ...consentFlags,
    json: jsonFlag,
  }),
  finish: (values, isSet) => withNetuid(values, isSet),
  work: async ({ netuid, wallet, subtensor, maxPrice, json, ...consent }, context) => {
    const limit = maxPrice === null ? null : parseTao(maxPrice, 'max_price');
    const coldkey = await coldkeyAddress(wallet);
    const hotkey = await hotkeyAddress(wallet);
    const report = await withChain(subtensor, context, async (chain): Promise<Report> => {
      const known = await chain.uidOf(netuid, hotkey);
      if (known !== null) {
        const text = `${hotkey} is registered on subnet ${netuid} already, as uid ${known}; nothing was sent`;
        return { json: { netuid, uid: known, hotkey, registered: 'before' }, text };
      }
      const price = await chain.registrationCost(netuid);
      const maxRao = limit ?? price;
      const { runtime } = await chain.view();
      const call = runtime.hasCall('SubtensorModule', 'register_limit') ? 'register_limit' : 'burned_register';
      const intent = {
        title: `Register hotkey ${wallet.hotkey} on subnet ${netuid}`,
        call: `SubtensorModule.${call}`,
        signer: coldkey,
        signerName: `coldkey ${wallet.name}`,
        args: [['netuid', String(netuid)] as const, ['hotkey', hotkey] as const],
        price,
        priceNote: maxRao === price ? '' : ` (limit ${formatTao(maxRao)} TAO)`,
      };
      const { genesisHash } = chain;
      await approve(intent, consent, { genesisHash, balance: await chain.balance(coldkey) }, context);
      const signer = await unlockColdkey(wallet, context);
      const outcome = await chain.burnedRegister(signer, { netuid, hotkey, maxRao }, { signal: context.signal });
      return txReport(`${hotkey} is uid ${outcome.uid} of subnet ${netuid}`, outcome, {
        netuid,
        uid: outcome.uid,
        hotkey,
        registered: 'now',
      });
    });
    return print(context, json, report);
  },
});
