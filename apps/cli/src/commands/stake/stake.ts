import type { ChainClient, TxOutcome } from '@bettertherapy/chain';
import { netuidOption, option, subtensorFragment, type WalletConfig, walletFragment } from '@bettertherapy/config';
import type { Coldkey, Hotkey } from '@bettertherapy/core';
import { z } from 'zod';
import { type CommandContext, operatorCommand } from '../../command.js';
import { formatTao, parseSpendable, parseTao, RAO_PER_TAO } from '../amount.js';
import { withChain } from '../chain.js';
import { CliErrorCode, cliError } from '../errors.js';
import { amountFlag, consentFlags, jsonFlag, withNetuid } from '../flags.js';
import { coldkeyAddress, hotkeyAddress, unlockColdkey } from '../keys.js';
import { print, type Report, txReport } from '../report.js';
import { approve, type Consent } from '../spending.js';
import { limitPrice, quote, readStake } from './market.js';

const stakeFlags = {
  netuid: netuidOption,
  wallet: walletFragment,
  subtensor: subtensorFragment,
  hotkeySs58: option(z.string().min(1).nullable().default(null), {
    help: "somebody else's hotkey",
    defaultText: 'that of --wallet.hotkey',
    placeholder: 'address',
  }),
  rateTolerance: option(z.string().min(1).default('0.05'), {
    help: 'how much worse than now the price may be when the call lands; above it nothing is exchanged',
    placeholder: 'share',
  }),
  ...consentFlags,
  json: jsonFlag,
};

interface StakeConfig extends Consent {
  readonly netuid: number;
  readonly wallet: WalletConfig;
  readonly rateTolerance: string;
}

interface Job {
  readonly direction: 'buy' | 'sell';
  /** Rao of TAO to stake, rao of the subnet's token to unstake; null for all of it. */
  readonly rao: bigint | null;
  readonly coldkey: Coldkey;
  readonly hotkey: Hotkey;
  readonly tolerance: bigint;
}

export const stakeAdd = operatorCommand({
  about: "Stakes TAO of the coldkey on a hotkey. The amount buys the subnet's token at the price of its pool.",
  schema: z.strictObject({ amount: amountFlag, ...stakeFlags }),
  finish: (values, isSet) => withNetuid(values, isSet),
  work: async ({ amount, json, subtensor, hotkeySs58, ...config }, context) => {
    const rao = parseSpendable(amount, 'amount');
    const job = { direction: 'buy' as const, rao, ...(await parties(config, hotkeySs58)) };
    const report = await withChain(subtensor, context, (chain) => exchange(config, job, chain, context));
    return print(context, json, report);
  },
});

export const stakeRemove = operatorCommand({
  about: "Takes stake off a hotkey. The amount is in the subnet's token and is sold at the price of its pool.",
  schema: z.strictObject({
    amount: option(z.string().min(1).nullable().default(null), {
      help: "how much, in the subnet's token; required without --all",
      placeholder: 'amount',
    }),
    all: option(z.boolean().default(false), { help: 'everything this coldkey has there' }),
    ...stakeFlags,
  }),
  finish: (values, isSet) => withNetuid(values, isSet),
  work: async ({ amount, all, json, subtensor, hotkeySs58, ...config }, context) => {
    if ((amount === null) !== all) {
      throw cliError(CliErrorCode.Usage, 'say how much', { remedy: 'Give either --amount or --all.' });
    }
    const rao = amount === null ? null : parseSpendable(amount, 'amount');
    const job = { direction: 'sell' as const, rao, ...(await parties(config, hotkeySs58)) };
    const report = await withChain(subtensor, context, (chain) => exchange(config, job, chain, context));
    return print(context, json, report);
  },
});

async function parties({ wallet, rateTolerance }: StakeConfig, given: string | null) {
  const tolerance = parseTao(rateTolerance, 'rate_tolerance');
  if (tolerance >= RAO_PER_TAO) {
    throw cliError(CliErrorCode.Usage, `--rate_tolerance ${rateTolerance} is not below 1`, {
      remedy: 'Give a share such as 0.05, which is five percent.',
    });
  }
  return { coldkey: await coldkeyAddress(wallet), hotkey: await hotkeyAddress(wallet, given), tolerance };
}

async function exchange(config: StakeConfig, job: Job, chain: ChainClient, context: CommandContext): Promise<Report> {
  const { netuid, wallet } = config;
  const { direction, coldkey, hotkey, tolerance } = job;
  const view = await chain.view();
  const rao = job.rao ?? (await readStake(view, netuid, hotkey, coldkey));
  if (rao === 0n) {
    throw cliError(CliErrorCode.Usage, `coldkey ${wallet.name} has no stake on this hotkey in subnet ${netuid}`, {
      remedy: 'See `pnpm bt wallet balance`.',
    });
  }
  const offer = await quote(view, direction, netuid, rao);
  const buying = direction === 'buy';
  const plain = buying ? 'add_stake' : 'remove_stake';
  const limited = offer !== null && view.runtime.hasCall('SubtensorModule', `${plain}_limit`);
  const limit = offer === null ? null : limitPrice(direction, offer.price, tolerance);
  const amountText = buying ? `${formatTao(rao)} TAO` : `${formatTao(rao)} of the token of subnet ${netuid}`;
  const intent = {
    title: buying ? `Stake ${amountText} in subnet ${netuid}` : `Unstake ${amountText}`,
    call: `SubtensorModule.${plain}${limited ? '_limit' : ''}`,
    signer: coldkey,
    signerName: `coldkey ${wallet.name}`,
    args: [
      ['hotkey', hotkey] as const,
      ['netuid', String(netuid)] as const,
      ['amount', amountText] as const,
      ...(offer === null
        ? []
        : [
            ['you get', `about ${formatTao(offer.out)} ${buying ? "of the subnet's token" : 'TAO'}`] as const,
            ['pool price', `${formatTao(offer.price)} TAO, limit ${formatTao(limit ?? offer.price)} TAO`] as const,
          ]),
    ],
    price: buying ? rao : null,
  };
  const { genesisHash } = chain;
  await approve(intent, config, { genesisHash, balance: await chain.balance(coldkey) }, context);
  const signer = await unlockColdkey(wallet, context);
  const options = { signal: context.signal };
  let outcome: TxOutcome;
  if (limited && limit !== null) {
    const amounts = buying ? { amountStaked: rao } : { amountUnstaked: rao };
    const args = { hotkey, netuid, ...amounts, limitPrice: limit, allowPartial: false };
    outcome = await chain.submit(signer, 'SubtensorModule', `${plain}_limit`, args, options);
  } else if (buying) outcome = await chain.addStake(signer, { hotkey, netuid, rao }, options);
  else outcome = await chain.removeStake(signer, { hotkey, netuid, rao }, options);
  const after = await chain.view();
  const stake = await readStake(after, netuid, hotkey, coldkey);
  const free = await chain.balance(coldkey);
  const text = `coldkey ${wallet.name} has ${formatTao(stake)} staked on ${hotkey} in subnet ${netuid}, and ${formatTao(free)} TAO free`;
  return txReport(text, outcome, { netuid, hotkey, coldkey, stake, free });
}
