import { type Plain, parse } from '../runtime/index.js';
import { type EpochState, epochOf, nextEpochBlock } from '../timelock/index.js';
import { type BlockView, item, type StorageRef } from './view.js';

/** Where a subnet stands in its epoch, at one block. */
export interface EpochInfo {
  readonly netuid: number;
  readonly block: number;
  readonly blockHash: string;
  readonly tempo: number;
  readonly lastEpochBlock: number;
  /** Block of an epoch triggered by hand; 0 for none. */
  readonly pendingEpochAt: number;
  /** Number of epochs so far. */
  readonly epochIndex: number;
  readonly blocksSinceLastStep: number;
  /** The block in which the next epoch runs; null when the subnet has none (tempo 0). */
  readonly nextEpochBlock: number | null;
}

/** The storage values that {@link parseEpochState} needs, to be read together with others at one block. */
export function epochItems(netuid: number): Readonly<Record<EpochItem, StorageRef>> {
  return {
    tempo: item('SubtensorModule', 'Tempo', netuid),
    lastEpochBlock: item('SubtensorModule', 'LastEpochBlock', netuid),
    pendingEpochAt: item('SubtensorModule', 'PendingEpochAt', netuid),
    epochIndex: item('SubtensorModule', 'SubnetEpochIndex', netuid),
    blocksSinceLastStep: item('SubtensorModule', 'BlocksSinceLastStep', netuid),
    lastStep: item('SubtensorModule', 'LastMechansimStepBlock', netuid),
  };
}
type EpochItem = 'tempo' | 'lastEpochBlock' | 'pendingEpochAt' | 'epochIndex' | 'blocksSinceLastStep' | 'lastStep';

/** The schedule's state; runtimes without an epoch index are those where epochs follow from the block number. */
export function parseEpochState(
  values: Readonly<Record<EpochItem, Plain | undefined>>,
  at: { readonly netuid: number; readonly block: number },
): EpochState {
  const stateful = values.epochIndex !== undefined && values.lastEpochBlock !== undefined;
  return {
    ...at,
    stateful,
    tempo: parse.intOf(values.tempo, 'Tempo'),
    lastEpochBlock: parse.blocksOf(stateful ? values.lastEpochBlock : (values.lastStep ?? 0n), 'LastEpochBlock'),
    pendingEpochAt: stateful ? parse.blocksOf(values.pendingEpochAt ?? 0n, 'PendingEpochAt') : 0,
    epochIndex: stateful ? parse.blocksOf(values.epochIndex, 'SubnetEpochIndex') : 0,
    blocksSinceLastStep: parse.blocksOf(values.blocksSinceLastStep ?? 0n, 'BlocksSinceLastStep'),
  };
}

/** Reads where a subnet stands in its epoch. */
export async function readEpoch(view: BlockView, netuid: number): Promise<EpochInfo> {
  const state = parseEpochState(await view.read(epochItems(netuid)), { netuid, block: view.block });
  const { stateful: _, ...rest } = state;
  const epochIndex = state.stateful ? state.epochIndex : epochOf(state, state.block);
  return { ...rest, epochIndex, blockHash: view.blockHash, nextEpochBlock: nextEpochBlock(state) };
}
