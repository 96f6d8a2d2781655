import { ChainErrorCode, chainError } from '../errors.js';

/** What the epoch schedule of a subnet depends on, all read at one block. */
export interface EpochState {
  readonly netuid: number;
  /** The block at which the rest was read. */
  readonly block: number;
  readonly tempo: number;
  readonly lastEpochBlock: number;
  /** 0 when no epoch was triggered by hand. */
  readonly pendingEpochAt: number;
  readonly epochIndex: number;
  readonly blocksSinceLastStep: number;
  /** False on runtimes from before the stateful schedule, where epochs follow from the block number alone. */
  readonly stateful: boolean;
}

/** An epoch is forced after this many blocks without one, whatever the tempo. */
export const LONGEST_EPOCH_BLOCKS = 50_400;

/** True when the epoch of the subnet runs in `block`, given the state after the block before it. */
export function epochDue(state: EpochState, block: number): boolean {
  if (state.tempo <= 0) return false;
  if (!state.stateful) return (block + state.netuid + 1) % (state.tempo + 1) === 0;
  return (
    (state.pendingEpochAt > 0 && block >= state.pendingEpochAt) ||
    state.blocksSinceLastStep > LONGEST_EPOCH_BLOCKS ||
    block - state.lastEpochBlock >= state.tempo
  );
}

/** The epoch index that `block` belongs to: one more in the block in which the epoch is due. */
export function epochOf(state: EpochState, block: number): number {
  if (!state.stateful) return Math.floor((block + state.netuid + 1) / (state.tempo + 1));
  return state.epochIndex + (epochDue(state, block) ? 1 : 0);
}

/** The state after `block` was applied. As on chain, the block counts towards the silent ones before it is judged. */
export function applyBlock(before: EpochState, block: number): EpochState {
  const state = { ...before, blocksSinceLastStep: before.blocksSinceLastStep + 1 };
  const ran = epochDue(state, block);
  if (!state.stateful) {
    return { ...state, block, lastEpochBlock: ran ? block : state.lastEpochBlock };
  }
  return ran
    ? {
        ...state,
        block,
        lastEpochBlock: block,
        pendingEpochAt: 0,
        epochIndex: state.epochIndex + 1,
        blocksSinceLastStep: 0,
      }
    : { ...state, block };
}

/** The state after `block`, at or after `state.block`, if the schedule does not change until then. */
export function walkTo(state: EpochState, block: number): EpochState {
  let walked = state;
  while (walked.block < block) walked = applyBlock(walked, walked.block + 1);
  return walked;
}

/** The epoch index of a block at or after `state.block`, if the schedule does not change until then. */
export function epochOfBlock(state: EpochState, block: number): number {
  return epochOf(walkTo(state, block - 1), block);
}

/** The first block after `state.block` in which the epoch runs; null when the subnet has no epochs (tempo 0). */
export function nextEpochBlock(state: EpochState): number | null {
  if (state.tempo <= 0) return null;
  const next = state.block + 1;
  if (!state.stateful) {
    const period = state.tempo + 1;
    return next + ((period - ((next + state.netuid + 1) % period)) % period);
  }
  const candidates = [
    state.lastEpochBlock + state.tempo,
    state.block + LONGEST_EPOCH_BLOCKS + 1 - state.blocksSinceLastStep,
  ];
  if (state.pendingEpochAt > 0) candidates.push(state.pendingEpochAt);
  return Math.max(next, Math.min(...candidates));
}

/**
 * The first block in which weights committed in the block after `state.block` are revealed: the first one of epoch
 * `epoch(commit) + periodEpochs`.
 * @throws CodedError CHAIN_BAD_PARAMETER when the subnet has no epochs.
 */
export function firstRevealBlock(state: EpochState, periodEpochs: number): number {
  if (state.tempo <= 0) {
    throw chainError(ChainErrorCode.BadParameter, `subnet ${state.netuid} has tempo 0, so nothing is ever revealed`, {
      remedy: 'Wait until the subnet owner sets a tempo.',
      details: { netuid: state.netuid },
    });
  }
  let block = state.block + 1;
  const target = epochOf(state, block) + periodEpochs;
  let walked = state;
  const limit = block + (periodEpochs + 1) * LONGEST_EPOCH_BLOCKS;
  while (epochOf(walked, block) < target) {
    if (block > limit) {
      throw chainError(ChainErrorCode.BadParameter, `no reveal block within ${limit - state.block} blocks`, {
        remedy: 'The tempo or the reveal period of the subnet is out of range.',
        details: { netuid: state.netuid, tempo: state.tempo, periodEpochs },
      });
    }
    walked = applyBlock(walked, block);
    block += 1;
  }
  return block;
}
