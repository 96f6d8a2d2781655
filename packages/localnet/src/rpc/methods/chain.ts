import type { Block } from '../../blocks/block.js';
import { encodeWith, toHex } from '../../scale/index.js';
import { digestItem, type Header } from '../../types/block.js';
import { badParams } from '../jsonRpc.js';
import { numberParam, optionalHash } from '../params.js';
import { type Method, type MethodParts, type Methods, named } from './method.js';

/** A header as JSON: numbers in hex, digest items encoded. */
export function headerJson(header: Header): unknown {
  return {
    parentHash: header.parent_hash,
    number: `0x${header.number.toString(16)}`,
    stateRoot: header.state_root,
    extrinsicsRoot: header.extrinsics_root,
    digest: { logs: header.digest.logs.map((item) => toHex(encodeWith(digestItem, item))) },
  };
}

function blockJson(block: Block): unknown {
  return {
    block: { header: headerJson(block.header), extrinsics: block.extrinsics.map(toHex) },
    justifications: null,
  };
}

/** Blocks of one answer to a list of numbers. */
const MAX_NUMBERS = 256;

export function chainMethods({ chain }: MethodParts): Methods {
  const heads =
    (method: string): Method =>
    (_, connection) =>
      connection.subscribe(method, (push) => {
        push(headerJson(chain.head.header));
        return chain.onBlock((block) => push(headerJson(block.header)));
      });
  const unsubscribe: Method = ([id], connection) => connection.unsubscribe(id);
  const hashOf = (number: unknown): string | null => {
    const wanted = numberParam(number, 'block number');
    return wanted > chain.head.number ? null : chain.hashOf(wanted);
  };
  const blockHash: Method = ([number]) => {
    if (number === undefined || number === null) return chain.head.hash;
    if (!Array.isArray(number)) return hashOf(number);
    if (number.length > MAX_NUMBERS) throw badParams(`at most ${MAX_NUMBERS} numbers`);
    return number.map(hashOf);
  };
  const finalizedHead: Method = () => chain.head.hash;
  // Names on one line are the aliases that a real node has.
  return {
    ...named(['chain_getBlockHash', 'chain_getHead'], blockHash),
    chain_getHeader: ([hash]) => {
      const block = chain.block(optionalHash(hash));
      return block === null ? null : headerJson(block.header);
    },
    chain_getBlock: ([hash]) => {
      const block = chain.block(optionalHash(hash));
      return block === null ? null : blockJson(block);
    },
    ...named(['chain_getFinalizedHead', 'chain_getFinalisedHead'], finalizedHead),
    ...named(['chain_subscribeNewHeads', 'chain_subscribeNewHead', 'subscribe_newHead'], heads('chain_newHead')),
    chain_subscribeAllHeads: heads('chain_allHead'),
    ...named(['chain_subscribeFinalizedHeads', 'chain_subscribeFinalisedHeads'], heads('chain_finalizedHead')),
    ...named(['chain_unsubscribeNewHeads', 'chain_unsubscribeNewHead', 'unsubscribe_newHead'], unsubscribe),
    chain_unsubscribeAllHeads: unsubscribe,
    ...named(['chain_unsubscribeFinalizedHeads', 'chain_unsubscribeFinalisedHeads'], unsubscribe),
  };
}
