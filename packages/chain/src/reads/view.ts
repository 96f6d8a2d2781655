import { u8aToHex } from '@polkadot/util';
import type { Connection, Session } from '../connection/index.js';
import { ChainErrorCode, chainError } from '../errors.js';
import { bytesFrom, hashFrom, type RequestOptions, type RpcParts } from '../rpc/index.js';
import type { Plain, Runtime } from '../runtime/index.js';

/** What the readers and writers of this package share. */
export interface ChainAccess {
  readonly connection: Connection;
  readonly parts: RpcParts;
  /** Deadline of one read, waiting for a re-dial included. */
  readonly callDeadlineMs: number;
}

/** Names one value in storage; see {@link item}. */
export interface StorageRef {
  readonly pallet: string;
  readonly item: string;
  readonly keys: readonly unknown[];
}

/** Names a storage value: `item('SubtensorModule', 'Tempo', 102)`. */
export function item(pallet: string, name: string, ...keys: unknown[]): StorageRef {
  return { pallet, item: name, keys };
}

export interface ReadOptions {
  readonly signal?: AbortSignal | undefined;
  readonly deadlineMs?: number | undefined;
}

/** The chain's state at one block: every read goes to the same hash. */
export class BlockView {
  constructor(
    readonly session: Session,
    readonly runtime: Runtime,
    readonly block: number,
    readonly blockHash: string,
    private readonly at: RequestOptions,
  ) {}

  /**
   * Reads several values in one request. A value is `undefined` when this runtime has no such item; an absent value
   * is the item's default, or null when it is optional.
   */
  async read<Name extends string>(refs: Readonly<Record<Name, StorageRef>>): Promise<Record<Name, Plain | undefined>> {
    const names = Object.keys(refs) as Name[];
    const wanted = names.map((name) => {
      const ref = refs[name];
      const found = this.runtime.storage(ref.pallet, ref.item);
      return { name, found, key: found?.key(ref.keys) };
    });
    const raw = await this.rawStorage(wanted.flatMap(({ key }) => (key === undefined ? [] : [key])));
    const values = wanted.map(({ name, found, key }) => {
      const value = found && key !== undefined ? found.decode(raw.get(key) ?? null) : undefined;
      return [name, value] as const;
    });
    // Built from the very names of `refs`.
    return Object.fromEntries(values) as Record<Name, Plain | undefined>;
  }

  /** Reads one value. @throws CodedError CHAIN_UNSUPPORTED when the runtime has no such item. */
  async one(ref: StorageRef): Promise<Plain> {
    const { value } = await this.read({ value: ref });
    if (value === undefined) throw this.runtime.unsupported('storage item', `${ref.pallet}.${ref.item}`);
    return value;
  }

  /** Calls a runtime API. @throws CodedError CHAIN_UNSUPPORTED when the runtime has no such method. */
  async call(api: string, method: string, args: readonly unknown[]): Promise<Plain> {
    const found = this.runtime.apis.find(api, method);
    if (!found) throw this.runtime.unsupported('runtime API', `${api}.${method}`);
    const input = u8aToHex(found.encode(args));
    const answer = await this.session.request('state_call', [found.name, input, this.blockHash], this.at);
    return found.decode(bytesFrom(answer, found.name));
  }

  private async rawStorage(keys: readonly string[]): Promise<Map<string, Uint8Array>> {
    const values = new Map<string, Uint8Array>();
    if (keys.length === 0) return values;
    const answer = await this.session.request('state_queryStorageAt', [keys, this.blockHash], this.at);
    if (!Array.isArray(answer)) throw malformedChanges();
    for (const set of answer) {
      const changes: unknown = set?.changes;
      if (!Array.isArray(changes)) throw malformedChanges();
      for (const change of changes) {
        if (!Array.isArray(change) || typeof change[0] !== 'string') throw malformedChanges();
        const value: unknown = change[1];
        if (typeof value === 'string') values.set(change[0].toLowerCase(), bytesFrom(value, 'storage value'));
      }
    }
    return values;
  }
}

/** A view of the best block seen last. Waits for a re-dial up to the deadline. */
export async function viewHead(access: ChainAccess, options: ReadOptions = {}): Promise<BlockView> {
  const deadlineMs = options.deadlineMs ?? access.callDeadlineMs;
  const session = await access.connection.use(deadlineMs, options.signal);
  const runtime = await session.settledRuntime();
  const { number, hash } = session.head;
  return new BlockView(session, runtime, number, hash, { signal: options.signal, deadlineMs });
}

/**
 * A view of an older block by its number. Nodes keep about 300 blocks, archive nodes all; the types are those of
 * today's runtime.
 */
export async function viewBlock(access: ChainAccess, block: number, options: ReadOptions = {}): Promise<BlockView> {
  const head = await viewHead(access, options);
  if (block === head.block) return head;
  const at = { signal: options.signal, deadlineMs: options.deadlineMs ?? access.callDeadlineMs };
  const hash = await head.session.request('chain_getBlockHash', [block], at);
  if (hash === null) {
    throw chainError(ChainErrorCode.BadArguments, `block ${block} is not known to ${head.session.url}`, {
      remedy: 'It lies in the future, or was pruned: use the archive network.',
      details: { block, head: head.block },
    });
  }
  return new BlockView(head.session, head.runtime, block, hashFrom(hash, 'block hash'), at);
}

function malformedChanges(): Error {
  return chainError(ChainErrorCode.Decode, 'the node sent malformed storage changes', {
    remedy: 'Choose another --subtensor.chain_endpoint.',
  });
}
