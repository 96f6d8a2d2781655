import type { Block } from '../../blocks/block.js';
import type { Chain } from '../../blocks/chain.js';
import type { ApiTable } from '../../runtime/api/index.js';
import type { Hex } from '../../scale/index.js';
import type { StateView } from '../../state/index.js';
import type { Connection } from '../connection.js';
import { RpcCode, RpcFailure } from '../jsonRpc.js';

export type Method = (params: readonly unknown[], connection: Connection) => unknown;
export type Methods = Readonly<Record<string, Method>>;

/** One method under several names. */
export function named(names: readonly string[], method: Method): Methods {
  return Object.fromEntries(names.map((name) => [name, method]));
}

export interface MethodParts {
  readonly chain: Chain;
  readonly apis: ApiTable;
  readonly chainName: string;
}

/** @throws RpcFailure when the block is unknown or older than what is kept. */
export function blockAt(chain: Chain, hash: Hex | undefined): Block {
  const block = chain.block(hash);
  if (block === null) throw new RpcFailure(RpcCode.Client, `Client error: UnknownBlock: ${hash} not found`);
  return block;
}

/** @throws RpcFailure when the state of the block is no longer kept. */
export function stateAt(chain: Chain, hash: Hex | undefined): StateView {
  const block = blockAt(chain, hash);
  const view = chain.state(block.hash);
  if (view === null) throw new RpcFailure(RpcCode.Client, `Client error: State already discarded for ${block.hash}`);
  return view;
}
