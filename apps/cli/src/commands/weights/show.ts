import { type ChainClient, item, type Metagraph, mechanismIndex } from '@bettertherapy/chain';
import { netuidOption, option, subtensorFragment } from '@bettertherapy/config';
import { z } from 'zod';
import { operatorCommand } from '../../command.js';
import { readAnswer, smallInt } from '../answers.js';
import { withChain } from '../chain.js';
import { jsonFlag, mecidFlag, withNetuid } from '../flags.js';
import { print } from '../report.js';
import { describeWeights, type WeightRow } from './matrix.js';

const stored = z.array(z.tuple([smallInt, smallInt]));

export const weightsShow = operatorCommand({
  about:
    'Shows the weights that validators have set, as the chain holds them: a row for each validator, a column for each miner.',
  schema: z.strictObject({
    netuid: netuidOption,
    uid: option(z.int().min(0).max(65_535).nullable().default(null), {
      help: 'only the weights of this validator',
      placeholder: 'uid',
    }),
    mecid: mecidFlag,
    subtensor: subtensorFragment,
    json: jsonFlag,
  }),
  finish: (values, isSet) => withNetuid(values, isSet),
  work: async ({ netuid, uid, mecid, subtensor, json }, context) => {
    const { graph, rows, commitReveal } = await withChain(subtensor, context, async (chain) => {
      const metagraph = await chain.metagraph(netuid, { mecid });
      const { commitRevealEnabled } = await chain.hyperparameters(netuid);
      return { graph: metagraph, rows: await readRows(chain, metagraph, uid), commitReveal: commitRevealEnabled };
    });
    return print(context, json, {
      json: { netuid, mecid, block: graph.block, commitReveal, rows },
      text: describeWeights(graph, rows, commitReveal),
    });
  },
});

/** The weights of every neuron that has set some, at the newest block. */
async function readRows(chain: ChainClient, graph: Metagraph, only: number | null): Promise<WeightRow[]> {
  const view = await chain.view();
  const index = mechanismIndex(graph.netuid, graph.mecid);
  const neurons = graph.neurons.filter(({ uid }) => only === null || uid === only);
  const refs = neurons.map(({ uid }) => [String(uid), item('SubtensorModule', 'Weights', index, uid)] as const);
  const found = await view.read<string>(Object.fromEntries(refs));
  return neurons.flatMap(({ uid, hotkey, lastUpdate }) => {
    const pairs = readAnswer(stored, found[String(uid)], 'weights');
    return pairs.length === 0
      ? []
      : [{ uid, hotkey, lastUpdate, weights: pairs.map(([to, value]) => ({ uid: to, value })) }];
  });
}
