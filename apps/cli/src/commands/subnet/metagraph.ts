import type { ChainClient, Metagraph, MetagraphNeuron } from '@bettertherapy/chain';
import { netuidOption, option, subtensorFragment } from '@bettertherapy/config';
import { z } from 'zod';
import { type CommandContext, operatorCommand } from '../../command.js';
import { drawTable } from '../../drawTable.js';
import { formatTaoShort } from '../amount.js';
import { withChain } from '../chain.js';
import { CliErrorCode, cliError } from '../errors.js';
import { jsonFlag, mecidFlag, withNetuid } from '../flags.js';
import { percentOfU16, print, shortAddress } from '../report.js';

export const subnetMetagraph = operatorCommand({
  about: 'Shows every neuron of a subnet at the newest block: stake, permit, incentive, dividends, pay and axon.',
  schema: z.strictObject({
    netuid: netuidOption,
    subtensor: subtensorFragment,
    mecid: mecidFlag,
    nextEpoch: option(z.boolean().default(false), { help: 'wait for the next epoch first' }),
    json: jsonFlag,
  }),
  finish: (values, isSet) => withNetuid(values, isSet),
  work: async ({ netuid, subtensor, mecid, nextEpoch, json }, context) => {
    const graph = await withChain(subtensor, context, async (chain) => {
      if (nextEpoch) await waitForEpoch(chain, netuid, context);
      return chain.metagraph(netuid, { mecid });
    });
    return print(context, json, { json: graph, text: describeMetagraph(graph) });
  },
});

/** Waits for the block of the next epoch as it is planned now; a change of tempo meanwhile moves it. */
async function waitForEpoch(
  chain: ChainClient,
  netuid: number,
  { note, signal }: Pick<CommandContext, 'note' | 'signal'>,
): Promise<void> {
  const { nextEpochBlock, block } = await chain.epochInfo(netuid);
  if (nextEpochBlock === null) {
    throw cliError(CliErrorCode.Usage, `subnet ${netuid} has no epochs`, { remedy: 'Leave --next_epoch away.' });
  }
  note(`the next epoch is in block ${nextEpochBlock}, ${nextEpochBlock - block} blocks from now\n`);
  await chain.waitForBlock(nextEpochBlock, signal);
}

const HEAD = ['uid', 'hotkey', 'coldkey', 'stake', 'permit', 'incentive', 'dividends', 'emission', 'updated', 'axon'];

/** Stake and emission (per epoch) are in the subnet's token; `updated` is blocks since weights or registration. */
export function describeMetagraph(graph: Metagraph): string {
  const { netuid, block, tempo, blocksSinceLastStep, neurons, maxUids } = graph;
  const rows = neurons.map((neuron) => row(neuron, graph));
  const title = `subnet ${netuid} at block ${block}: ${neurons.length}/${maxUids} neurons, tempo ${tempo}, last epoch ${blocksSinceLastStep} blocks ago`;
  return `${title}\n${drawTable(HEAD, rows, ['hotkey', 'coldkey', 'axon'])}`;
}

function row(neuron: MetagraphNeuron, { block, ownerHotkey }: Metagraph): string[] {
  return [
    String(neuron.uid),
    `${shortAddress(neuron.hotkey)}${neuron.hotkey === ownerHotkey ? ' (owner)' : ''}`,
    shortAddress(neuron.coldkey),
    formatTaoShort(neuron.totalStake),
    neuron.validatorPermit ? 'yes' : '',
    percentOfU16(neuron.incentive),
    percentOfU16(neuron.dividends),
    formatTaoShort(neuron.emission),
    String(Math.max(0, block - neuron.lastUpdate)),
    neuron.axon === null ? '' : `${neuron.axon.ip}:${neuron.axon.port}`,
  ];
}
