import type { BlockView, ChainClient } from '@bettertherapy/chain';
import { option, subtensorFragment, walletFragment } from '@bettertherapy/config';
import { type Coldkey, parseColdkey } from '@bettertherapy/core';
import { listWallets } from '@bettertherapy/wallet';
import { z } from 'zod';
import { operatorCommand } from '../../command.js';
import { drawTable } from '../../drawTable.js';
import { formatTao } from '../amount.js';
import { readAnswer, smallInt } from '../answers.js';
import { withChain } from '../chain.js';
import { jsonFlag } from '../flags.js';
import { coldkeyAddress, walletRoot } from '../keys.js';
import { print, shortAddress } from '../report.js';

interface Owner {
  readonly name: string;
  readonly coldkey: Coldkey;
}

const stakes = z.array(z.looseObject({ hotkey: z.string(), netuid: smallInt, stake: z.bigint() }));

export const walletBalance = operatorCommand({
  about: 'Shows what a coldkey has free, and what it has staked on which hotkey. Needs no password.',
  schema: z.strictObject({
    wallet: walletFragment,
    subtensor: subtensorFragment,
    all: option(z.boolean().default(false), { help: 'every wallet of the folder' }),
    ss58: option(z.string().min(1).nullable().default(null), {
      help: 'this address instead of a wallet',
      placeholder: 'address',
    }),
    json: jsonFlag,
  }),
  finish: (values) => values,
  work: async ({ wallet, subtensor, all, ss58, json }, context) => {
    const owners = await ownersOf(wallet, all, ss58);
    const rows = await withChain(subtensor, context, (chain) => balances(chain, owners));
    return print(context, json, { json: rows, text: rows.map(describe).join('\n') });
  },
});

async function ownersOf(
  wallet: Parameters<typeof coldkeyAddress>[0],
  all: boolean,
  ss58: string | null,
): Promise<Owner[]> {
  if (ss58 !== null) return [{ name: 'address', coldkey: parseColdkey(ss58) }];
  if (!all) return [{ name: wallet.name, coldkey: await coldkeyAddress(wallet) }];
  const wallets = await listWallets({ root: walletRoot(wallet) });
  return wallets.flatMap(({ name, coldkey }) => (coldkey === null ? [] : [{ name, coldkey }]));
}

type Balance = Awaited<ReturnType<typeof balances>>[number];

async function balances(chain: ChainClient, owners: readonly Owner[]) {
  const view = await chain.view();
  return Promise.all(
    owners.map(async ({ name, coldkey }) => ({
      name,
      coldkey,
      free: await chain.balance(coldkey),
      stakes: await stakesOf(view, coldkey),
    })),
  );
}

async function stakesOf(view: BlockView, coldkey: Coldkey) {
  const answer = await view.call('StakeInfoRuntimeApi', 'get_stake_info_for_coldkey', [coldkey]);
  return readAnswer(stakes, answer, 'stakes')
    .filter(({ stake }) => stake > 0n)
    .map(({ hotkey, netuid, stake }) => ({ netuid, hotkey, stake }))
    .sort((a, b) => a.netuid - b.netuid);
}

function describe({ name, coldkey, free, stakes: staked }: Balance): string {
  const head = `${name}  ${coldkey}  free ${formatTao(free)} TAO`;
  if (staked.length === 0) return head;
  const rows = staked.map(({ netuid, hotkey, stake }) => [String(netuid), shortAddress(hotkey), formatTao(stake)]);
  return `${head}\n${drawTable(['netuid', 'hotkey', "stake (the subnet's token)"], rows, ['hotkey'])}`;
}
