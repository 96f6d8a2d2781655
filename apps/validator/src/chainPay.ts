import { type ChainClient, ChainErrorCode, isConnectionFailure } from '@bettertherapy/chain';
import { CodedError, type Hotkey } from '@bettertherapy/core';
import type { Signer } from '@bettertherapy/wallet';
import type { PayChain, PayState } from './epoch/payChain.js';

/** Weights are worth nothing later: a short life bounds how long an unanswered send stays in doubt. */
const ERA_BLOCKS = 32;
/** Reads that should be of one block are repeated this often when a block came between them. */
const SNAPSHOT_TRIES = 4;

/** The chain client behind the door that the weight duty uses. */
export function chainPay(
  options: { readonly netuid: number; readonly mecid: number },
  parts: { readonly chain: ChainClient; readonly signer: Signer<Hotkey> },
): PayChain {
  const { netuid, mecid } = options;
  const { chain, signer } = parts;
  return {
    mortalityBlocks: ERA_BLOCKS,
    state: (signal) => snapshot(chain, netuid, mecid, signer.address, signal),
    weightsOf: (uid, signal) => chain.weightsOf(netuid, uid, { mecid, signal }),
    send: async ({ uids, values, versionKey }, signal) => {
      const sent = await chain.setWeights(
        signer,
        { netuid, mecid, uids, values, versionKey },
        { eraPeriod: ERA_BLOCKS, signal },
      );
      return { block: sent.blockNumber, blockHash: sent.blockHash, extrinsicHash: sent.extrinsicHash };
    },
    // A refusal by the runtime or before sending is certain; a lost connection or a deadline is not.
    mayHaveLanded: (error) =>
      !(error instanceof CodedError) ||
      error.code === ChainErrorCode.TxUnknown ||
      (isConnectionFailure(error) && error.code !== ChainErrorCode.Unreachable),
  };
}

async function snapshot(
  chain: ChainClient,
  netuid: number,
  mecid: number,
  self: Hotkey,
  signal: AbortSignal,
): Promise<PayState> {
  for (let tries = 1; ; tries += 1) {
    const [epoch, rules, graph] = await Promise.all([
      chain.epochInfo(netuid, { signal }),
      chain.hyperparameters(netuid, { signal }),
      chain.metagraph(netuid, { mecid, signal }),
    ]);
    if (tries < SNAPSHOT_TRIES && (epoch.block !== graph.block || rules.block !== graph.block)) continue;
    const me = graph.neurons.find((neuron) => neuron.hotkey === self);
    return {
      block: graph.block,
      epochIndex: epoch.epochIndex,
      neurons: graph.neurons,
      me: me
        ? { uid: me.uid, permitted: me.validatorPermit || graph.ownerHotkey === self, lastUpdate: me.lastUpdate }
        : null,
      rules: {
        rateLimitBlocks: rules.weightsRateLimit,
        minAllowedWeights: rules.minAllowedWeights,
        maxWeightsLimit: rules.maxWeightsLimit,
        // Version keys are small numbers by convention; a larger one only has to compare as larger.
        versionKey: Number(rules.weightsVersion),
        mode: rules.commitRevealEnabled ? 'timelocked' : 'plain',
        revealPeriodEpochs: rules.commitRevealPeriod,
      },
    };
  }
}
