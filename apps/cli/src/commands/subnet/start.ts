import { netuidOption, subtensorFragment, walletFragment } from '@bettertherapy/config';
import { z } from 'zod';
import { operatorCommand } from '../../command.js';
import { withChain } from '../chain.js';
import { consentFlags, jsonFlag, withNetuid } from '../flags.js';
import { coldkeyAddress, unlockColdkey } from '../keys.js';
import { print, txReport } from '../report.js';
import { approve } from '../spending.js';

export const subnetStart = operatorCommand({
  about: 'Makes the start call: from then on the subnet takes stake and pays. Its owner does this once.',
  schema: z.strictObject({
    netuid: netuidOption,
    wallet: walletFragment,
    subtensor: subtensorFragment,
    ...consentFlags,
    json: jsonFlag,
  }),
  finish: (values, isSet) => withNetuid(values, isSet),
  work: async ({ netuid, wallet, subtensor, json, ...consent }, context) => {
    const coldkey = await coldkeyAddress(wallet);
    const report = await withChain(subtensor, context, async (chain) => {
      const intent = {
        title: `Start subnet ${netuid}`,
        call: 'SubtensorModule.start_call',
        signer: coldkey,
        signerName: `coldkey ${wallet.name}`,
        args: [['netuid', String(netuid)] as const],
        price: null,
      };
      const { genesisHash } = chain;
      await approve(intent, consent, { genesisHash, balance: await chain.balance(coldkey) }, context);
      const signer = await unlockColdkey(wallet, context);
      const outcome = await chain.startCall(signer, { netuid }, { signal: context.signal });
      return txReport(`subnet ${netuid} started`, outcome, { netuid });
    });
    return print(context, json, report);
  },
});
