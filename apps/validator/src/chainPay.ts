import { type ChainClient, ChainErrorCode, isConnectionFailure } from '@bettertherapy/chain';
import { CodedError, type Hotkey } from '@bettertherapy/core';
import type { Signer } from '@bettertherapy/wallet';
import type { PayChain, PayState } from './epoch/payChain.js';

/** Lives of an extrinsic in blocks, of which four are over when it is sent; the era of the chain is a power of two. */
const ERA_BLOCKS = { slow: 8, fast: 32 };
/** A send without an answer stays in doubt as long as it may land: at most this. */
const LONGEST_DOUBT_MS = 60_000;
const IN_DOUBT: ReadonlySet<string> = new Set([
  ChainErrorCode.TxUnknown,
  ChainErrorCode.TxDropped,
  ChainErrorCode.TxInvalid,
]);
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
    state: (signal) => snapshot(chain, netuid, mecid, signer.address, signal),
    weightsOf: (uid, signal, atBlock) => chain.weightsOf(netuid, uid, { mecid, signal, at: atBlock }),
    commitWaits: (epoch, signal) => chain.commitWaits(netuid, signer.address, epoch, { mecid, signal }),
    send: async ({ uids, values, versionKey, targets, haste, onSigned }, signal) => {
      const sent = await chain.setWeights(
        signer,
        { netuid, mecid, uids, values, versionKey, targets, haste },
        { eraPeriod: eraPeriod(chain.health().blockTimeMs), signal, onSigned },
      );
      const { blockHash, extrinsicHash, mode, revealRound, revealBlock, commitEpoch } = sent;
      return { block: sent.blockNumber, blockHash, extrinsicHash, mode, revealRound, revealBlock, commitEpoch };
    },
    // A refusal by the runtime or before sending is certain; a lost connection or a deadline is not, and what one pool
    // dropped may live on in another.
    mayHaveLanded: (error) =>
      !(error instanceof CodedError) ||
      IN_DOUBT.has(error.code) ||
      (isConnectionFailure(error) && error.code !== ChainErrorCode.Unreachable),
  };
}

/** Blocks an extrinsic with weights lives: they are worth nothing later, and a lost answer is to be cleared up soon. */
function eraPeriod(blockTimeMs: number): number {
  return ERA_BLOCKS.fast * blockTimeMs > LONGEST_DOUBT_MS ? ERA_BLOCKS.slow : ERA_BLOCKS.fast;
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
      lastEpochBlock: epoch.lastEpochBlock,
      neurons: graph.neurons,
      me: me
        ? {
            uid: me.uid,
            registeredAt: me.registeredAt,
            permitted: me.validatorPermit || graph.ownerHotkey === self,
            lastUpdate: me.lastUpdate,
          }
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
