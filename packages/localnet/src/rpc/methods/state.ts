import { hasCode } from '@bettertherapy/core';
import { LocalnetErrorCode } from '../../errors.js';
import type { Runtime } from '../../runtime/version.js';
import { type Hex, toHex } from '../../scale/index.js';
import { blake2_256, type StateView } from '../../state/index.js';
import { badParams, RpcCode, RpcFailure } from '../jsonRpc.js';
import { bytesParam, hexListParam, hexParam, numberParam, optionalHash, textParam } from '../params.js';
import { blockAt, type Method, type MethodParts, type Methods, named, stateAt } from './method.js';

const MAX_PAGE = 1000;
const MAX_KEYS = 4096;
/** Prefixes shorter than a pallet's would walk the whole state for `state_getKeys`. */
const LEAST_PREFIX_CHARS = 2 + 32;

export function versionJson({ version }: Runtime): unknown {
  return {
    specName: version.spec_name,
    implName: version.impl_name,
    authoringVersion: version.authoring_version,
    specVersion: version.spec_version,
    implVersion: version.impl_version,
    apis: version.apis.map(([id, apiVersion]) => [toHex(id), apiVersion]),
    transactionVersion: version.transaction_version,
    stateVersion: version.system_version,
    systemVersion: version.system_version,
  };
}

type Change = [key: Hex, value: Hex | null];

function valueHex(view: StateView, key: Hex): Hex | null {
  const value = view.get(key);
  return value === undefined ? null : toHex(value);
}

/** Keys under `prefix` after `start`. */
function page(view: StateView, prefix: Hex, count: number, start: Hex | undefined): Hex[] {
  const keys = view.keys(prefix);
  const from = start === undefined ? 0 : keys.findIndex((key) => key > start);
  return from < 0 ? [] : keys.slice(from, from + count);
}

export function stateMethods({ chain, apis }: MethodParts): Methods {
  const call = (name: string, data: Uint8Array, hash: Hex | undefined): Hex => {
    const block = blockAt(chain, hash);
    const view = stateAt(chain, block.hash);
    const context = { view, runtime: chain.runtime(view), block: block.number };
    try {
      const result = apis.call(name, context, data);
      if (result !== null) return toHex(result);
    } catch (error) {
      if (!hasCode(error, LocalnetErrorCode.BadScale)) throw error;
      throw new RpcFailure(RpcCode.Client, `Client error: Execution failed: ${name}: ${error.message}`);
    }
    throw new RpcFailure(RpcCode.Client, `Client error: Execution failed: exported method ${name} is not found`);
  };
  const changesAt = (keys: readonly Hex[], hash: Hex | undefined): { block: Hex; changes: Change[] } => {
    const block = blockAt(chain, hash);
    const view = stateAt(chain, block.hash);
    return { block: block.hash, changes: keys.map((key) => [key, valueHex(view, key)]) };
  };
  const valueAt = (key: unknown, hash: unknown): Uint8Array | null =>
    stateAt(chain, optionalHash(hash)).get(hexParam(key, 'key')) ?? null;
  const runtimeAt = (hash: unknown): Runtime => chain.runtime(stateAt(chain, optionalHash(hash)));

  const getStorage: Method = ([key, hash]) => {
    const value = valueAt(key, hash);
    return value === null ? null : toHex(value);
  };
  const getStorageHash: Method = ([key, hash]) => {
    const value = valueAt(key, hash);
    return value === null ? null : toHex(blake2_256(value));
  };
  const getStorageSize: Method = ([key, hash]) => valueAt(key, hash)?.length ?? null;
  const getKeysPaged: Method = ([prefix, count, start, hash]) => {
    const size = numberParam(count, 'count');
    if (size > MAX_PAGE) throw badParams(`at most ${MAX_PAGE} keys per page`);
    const wanted = prefix === undefined || prefix === null ? '0x' : hexParam(prefix, 'prefix');
    return page(stateAt(chain, optionalHash(hash)), wanted, size, optionalHash(start));
  };
  const callApi: Method = ([name, data, hash]) =>
    call(textParam(name, 'method'), bytesParam(data, 'data'), optionalHash(hash));
  const getRuntimeVersion: Method = ([hash]) => versionJson(runtimeAt(hash));
  const subscribeRuntimeVersion: Method = (_, connection) =>
    connection.subscribe('state_runtimeVersion', (push) => {
      push(versionJson(runtimeAt(undefined)));
      return chain.onBlock((_block, upgraded) => {
        if (upgraded) push(versionJson(runtimeAt(undefined)));
      });
    });
  const unsubscribe: Method = ([id], connection) => connection.unsubscribe(id);

  // Names on one line are the aliases that a real node has.
  return {
    ...named(['state_getRuntimeVersion', 'chain_getRuntimeVersion'], getRuntimeVersion),
    state_getMetadata: ([hash]) => toHex(runtimeAt(hash).metadataOf(14)),
    ...named(['state_call', 'state_callAt'], callApi),
    ...named(['state_getStorage', 'state_getStorageAt'], getStorage),
    ...named(['state_getStorageHash', 'state_getStorageHashAt'], getStorageHash),
    ...named(['state_getStorageSize', 'state_getStorageSizeAt'], getStorageSize),
    state_getKeys: ([prefix, hash]) => {
      const wanted = hexParam(prefix, 'prefix');
      if (wanted.length < LEAST_PREFIX_CHARS) throw badParams('use state_getKeysPaged for short prefixes');
      return stateAt(chain, optionalHash(hash)).keys(wanted);
    },
    ...named(['state_getKeysPaged', 'state_getKeysPagedAt'], getKeysPaged),
    state_queryStorageAt: ([keys, hash]) => [changesAt(hexListParam(keys, 'keys', MAX_KEYS), optionalHash(hash))],
    state_subscribeStorage: ([keys], connection) => {
      const wanted = hexListParam(keys, 'keys', MAX_KEYS);
      return connection.subscribe('state_storage', (push) => {
        const first = changesAt(wanted, undefined);
        const last = new Map(first.changes);
        push(first);
        return chain.onBlock((block) => {
          const { changes } = changesAt(wanted, block.hash);
          const changed = changes.filter(([key, value]) => last.get(key) !== value);
          for (const [key, value] of changed) last.set(key, value);
          if (changed.length > 0) push({ block: block.hash, changes: changed });
        });
      });
    },
    state_unsubscribeStorage: unsubscribe,
    ...named(['state_subscribeRuntimeVersion', 'chain_subscribeRuntimeVersion'], subscribeRuntimeVersion),
    ...named(['state_unsubscribeRuntimeVersion', 'chain_unsubscribeRuntimeVersion'], unsubscribe),
  };
}
