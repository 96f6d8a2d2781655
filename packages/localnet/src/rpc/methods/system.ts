import { SS58_PREFIX } from '../../pallets/system.js';
import type { Extrinsic } from '../../runtime/extrinsic.js';
import { dispatchInfo, feeOf } from '../../runtime/fees.js';
import type { Hex } from '../../scale/index.js';
import { RpcCode, RpcFailure } from '../jsonRpc.js';
import { accountParam, bytesParam, optionalHash } from '../params.js';
import { type MethodParts, type Methods, stateAt } from './method.js';

const NODE_NAME = 'BetterTherapy localnet';
const NODE_VERSION = '0.1.0';

export function systemMethods({ chain, chainName }: MethodParts): Methods {
  const decoded = (extrinsic: unknown, hash: Hex | undefined): Extrinsic => {
    const found = chain.decode(bytesParam(extrinsic, 'extrinsic'), chain.runtime(stateAt(chain, hash)));
    if (found === null) throw new RpcFailure(RpcCode.BadFormat, 'Extrinsic has invalid format');
    return found;
  };
  const nextIndex = ([account]: readonly unknown[]): number => chain.nextNonce(accountParam(account));
  return {
    system_chain: () => chainName,
    system_name: () => NODE_NAME,
    system_version: () => NODE_VERSION,
    system_chainType: () => 'Development',
    system_properties: () => ({
      isEthereum: false,
      ss58Format: SS58_PREFIX,
      tokenDecimals: 9,
      tokenSymbol: 'TAO',
    }),
    system_health: () => ({ peers: 0, isSyncing: false, shouldHavePeers: false }),
    system_peers: () => [],
    system_nodeRoles: () => ['Authority'],
    system_syncState: () => ({
      startingBlock: 0,
      currentBlock: chain.head.number,
      highestBlock: chain.head.number,
    }),
    system_accountNextIndex: nextIndex,
    account_nextIndex: nextIndex,
    payment_queryInfo: ([extrinsic, hash]) => {
      const { call, encoded } = decoded(extrinsic, optionalHash(hash));
      const { weight, class: dispatchClass } = dispatchInfo(call);
      return {
        weight: { ref_time: weight.ref_time, proof_size: weight.proof_size },
        class: dispatchClass.toLowerCase(),
        partialFee: feeOf(call, encoded.length).toString(),
      };
    },
  };
}
