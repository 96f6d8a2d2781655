import { registerMetagraphApis } from './metagraph.js';
import { registerNeuronApis } from './neurons.js';
import { registerNodeApis } from './node.js';
import { registerSubnetApis } from './subnets.js';
import { ApiTable } from './table.js';

export type { ApiTable } from './table.js';

/** Every runtime API that the metadata declares. */
export function allApis(facts: { readonly blockMs: number }): ApiTable {
  const table = new ApiTable();
  registerNodeApis(table, facts);
  registerNeuronApis(table);
  registerMetagraphApis(table);
  registerSubnetApis(table);
  return table;
}
