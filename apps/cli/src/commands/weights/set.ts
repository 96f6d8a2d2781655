import type { BlockView } from '@bettertherapy/chain';
import { netuidOption, option, subtensorFragment, walletFragment } from '@bettertherapy/config';
import { z } from 'zod';
import { operatorCommand } from '../../command.js';
import { withChain } from '../chain.js';
import { consentFlags, jsonFlag, mecidFlag, withNetuid } from '../flags.js';
import { unlockHotkey } from '../keys.js';
import { percentOfU16, print, txReport } from '../report.js';
import { approve } from '../spending.js';
import { parseEntries, toVector } from './vector.js';

export const weightsSet = operatorCommand({
  about:
    "Sets a validator's weights once, by hand. Only ratios count. Sealed first where the subnet asks for commit-reveal. A running validator overwrites them.",
  schema: z.strictObject({
    netuid: netuidOption,
    uids: option(z.array(z.string()).min(1, 'expected at least one uid'), { help: 'whom to weigh' }),
    weights: option(z.array(z.string()).min(1, 'expected at least one weight'), { help: 'how much each weighs' }),
    versionKey: option(z.int().min(0).nullable().default(null), {
      help: 'version key to set them with',
      defaultText: 'what the subnet asks for',
    }),
    mecid: mecidFlag,
    wallet: walletFragment,
    subtensor: subtensorFragment,
    ...consentFlags,
    json: jsonFlag,
  }),
  finish: (values, isSet) => withNetuid(values, isSet),
  work: async ({ netuid, uids, weights, versionKey, mecid, wallet, subtensor, json, ...consent }, context) => {
    const entries = parseEntries(uids, weights);
    const signer = await unlockHotkey(wallet);
    const report = await withChain(subtensor, context, async (chain) => {
      const rules = await chain.hyperparameters(netuid);
      const vector = toVector(entries, rules);
      const shown = vector.uids.map((uid, at) => `${uid}: ${vector.values[at]}`).join(', ');
      const intent = {
        title: `Set weights on subnet ${netuid}`,
        call: callName(await chain.view(), mecid, rules.commitRevealEnabled),
        signer: signer.address,
        signerName: `hotkey ${wallet.hotkey}`,
        args: [['weights (u16)', shown] as const],
        price: null,
      };
      const { genesisHash } = chain;
      await approve(intent, consent, { genesisHash, balance: await chain.balance(signer.address) }, context);
      const request = { netuid, mecid, ...vector, versionKey: versionKey ?? rules.weightsVersion };
      const outcome = await chain.setWeights(signer, request, { signal: context.signal });
      const { mode, revealRound, revealBlock } = outcome;
      const sum = vector.values.reduce((total, value) => total + value, 0);
      const share = (value: number): string => percentOfU16((value / sum) * 65_535);
      const rows = vector.uids.map((uid, at) => `uid ${uid}: ${share(vector.values[at] ?? 0)}`);
      const how =
        mode === 'plain' ? 'weights set' : `weights committed; the chain opens them at about block ${revealBlock}`;
      return txReport(`${how}\n${rows.join('\n')}`, outcome, {
        netuid,
        mecid,
        mode,
        revealRound,
        revealBlock,
        ...vector,
      });
    });
    return print(context, json, report);
  },
});

/** The call that these weights go in, as the runtime has it. */
function callName({ runtime }: BlockView, mecid: number, commitReveal: boolean): string {
  const names = commitReveal
    ? ['commit_timelocked_mechanism_weights', 'commit_timelocked_weights', 'commit_crv3_weights']
    : ['set_mechanism_weights', 'set_weights'];
  const found = names.find((name) => runtime.hasCall('SubtensorModule', name));
  return `SubtensorModule.${(mecid > 0 ? names[0] : found) ?? names[0]}`;
}
