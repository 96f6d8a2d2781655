import { netuidOption, subtensorFragment } from '@bettertherapy/config';
import { z } from 'zod';
import { operatorCommand } from '../../command.js';
import { drawTable } from '../../drawTable.js';
import { withChain } from '../chain.js';
import { jsonFlag, withNetuid } from '../flags.js';
import { print } from '../report.js';
import { MEANINGS, PARAMETERS } from './parameters.js';
import { type ParameterValue, readParameters } from './readParameters.js';

export const subnetHyperparameters = operatorCommand({
  about: 'Shows the hyperparameters of a subnet and who may set each with `pnpm bt subnet set`.',
  schema: z.strictObject({ netuid: netuidOption, subtensor: subtensorFragment, json: jsonFlag }),
  finish: (values, isSet) => withNetuid(values, isSet),
  work: async ({ netuid, subtensor, json }, context) => {
    const { block, values } = await withChain(subtensor, context, async (chain) => {
      const view = await chain.view();
      return { block: view.block, values: await readParameters(view, netuid) };
    });
    const byName = (scope: string) =>
      Object.fromEntries(values.filter((one) => one.scope === scope).map(({ name, value }) => [name, value]));
    return print(context, json, {
      json: { netuid, block, subnet: byName('subnet'), chain: byName('chain') },
      text: describeParameters(netuid, block, values),
    });
  },
});

/** Two tables: what belongs to the subnet, and what holds for the whole chain. */
export function describeParameters(netuid: number, block: number, values: readonly ParameterValue[]): string {
  const table = (scope: string): string => {
    const rows = values
      .filter((one) => one.scope === scope)
      .map(({ name, text }) => [name, text, whoMaySet(name), MEANINGS[name] ?? '']);
    return drawTable(['name', 'value', 'set by', 'meaning'], rows, ['name', 'set by', 'meaning']);
  };
  return `subnet ${netuid} at block ${block}\n${table('subnet')}\nof the whole chain\n${table('chain')}`;
}

function whoMaySet(name: string): string {
  const parameter = PARAMETERS.find((one) => one.name === name);
  if (parameter === undefined) return '–';
  return parameter.owner === null ? 'root' : 'owner';
}
