import { type BlockView, item } from '@bettertherapy/chain';
import { subtensorFragment } from '@bettertherapy/config';
import { z } from 'zod';
import { operatorCommand } from '../../command.js';
import { drawTable } from '../../drawTable.js';
import { formatTaoShort } from '../amount.js';
import { byteText, readAnswer, smallInt } from '../answers.js';
import { withChain } from '../chain.js';
import { jsonFlag } from '../flags.js';
import { print, shortAddress } from '../report.js';

const PALLET = 'SubtensorModule';
/** Values per storage request, so that no request grows with the number of subnets. */
const SUBNETS_PER_READ = 64;

const known = z.array(
  z
    .looseObject({ netuid: smallInt, subnetName: byteText, ownerColdkey: z.string(), tempo: smallInt })
    .transform(({ netuid, subnetName, ownerColdkey, tempo }) => ({ netuid, name: subnetName, ownerColdkey, tempo }))
    .nullable(),
);

export const subnetList = operatorCommand({
  about: 'Lists the subnets of a chain: their netuids, how full they are, and what registering costs.',
  schema: z.strictObject({ subtensor: subtensorFragment, json: jsonFlag }),
  finish: (values) => values,
  work: async ({ subtensor, json }, context) => {
    const rows = await withChain(subtensor, context, async (chain) => readSubnets(await chain.view()));
    const head = ['netuid', 'name', 'neurons', 'tempo', 'price (TAO)', 'started', 'owner'];
    const table = rows.map((row) => [
      String(row.netuid),
      row.name,
      `${row.neurons}/${row.maxNeurons}`,
      String(row.tempo),
      formatTaoShort(row.registrationCost),
      row.started ? 'yes' : 'no',
      shortAddress(row.ownerColdkey),
    ]);
    return print(context, json, { json: rows, text: drawTable(head, table, ['name', 'owner']) });
  },
});

async function readSubnets(view: BlockView) {
  const answer = await view.call('SubnetInfoRuntimeApi', 'get_all_dynamic_info', []);
  const subnets = readAnswer(known, answer, 'subnets').filter((subnet) => subnet !== null);
  const rows = [];
  for (let at = 0; at < subnets.length; at += SUBNETS_PER_READ) {
    rows.push(...(await complete(view, subnets.slice(at, at + SUBNETS_PER_READ))));
  }
  return rows;
}

async function complete<S extends { readonly netuid: number }>(view: BlockView, subnets: readonly S[]) {
  const names = { neurons: 'SubnetworkN', maxNeurons: 'MaxAllowedUids', burn: 'Burn', started: 'SubtokenEnabled' };
  const refs = subnets.flatMap(({ netuid }) =>
    Object.entries(names).map(([name, stored]) => [`${netuid}.${name}`, item(PALLET, stored, netuid)] as const),
  );
  const found = await view.read<string>(Object.fromEntries(refs));
  return subnets.map((subnet) => ({
    ...subnet,
    neurons: readAnswer(smallInt, found[`${subnet.netuid}.neurons`], 'neurons'),
    maxNeurons: readAnswer(smallInt, found[`${subnet.netuid}.maxNeurons`], 'max neurons'),
    registrationCost: readAnswer(z.bigint(), found[`${subnet.netuid}.burn`], 'price'),
    started: found[`${subnet.netuid}.started`] === true,
  }));
}
