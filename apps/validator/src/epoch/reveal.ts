import type { WeightIntent, WeightOutcome } from '@bettertherapy/store';
import type { Found } from './found.js';
import type { EpochParts } from './parts.js';
import type { PayState, StoredWeights } from './payChain.js';

/** A node may show a block before the state of it. */
const GRACE_BLOCKS = 3;

/**
 * What chain storage tells of a timelocked commit. The chain opens it in the epoch `period` after its own, in any block of
 * that epoch; after that it never will. When the next epoch has begun, the last block before it is looked at, because in
 * that very block the next commit may have been opened over this one.
 */
export async function seenAfterReveal(
  at: {
    readonly intent: WeightIntent;
    readonly sent: WeightOutcome | null;
    readonly sentBlock: number;
    readonly replaced: boolean;
    readonly uid: number;
    readonly meant: (seen: StoredWeights) => boolean;
  },
  state: PayState,
  { chain }: EpochParts,
  signal: AbortSignal,
): Promise<Found> {
  const commitEpoch = at.sent?.commitEpoch ?? null;
  // Where the answer was lost the commit may belong to the epoch of the intent or to the next.
  const first = (commitEpoch ?? at.intent.epochIndex) + state.rules.revealPeriodEpochs;
  const last = commitEpoch === null ? first + 1 : first;
  if (state.epochIndex < first) return 'later';
  if (state.epochIndex <= last) {
    const waits = commitEpoch === null ? null : await chain.commitWaits(commitEpoch, signal);
    if (waits === true) return 'later';
    const seen = await chain.weightsOf(at.uid, signal);
    if (at.meant(seen)) return { seen, match: true };
    const settled = waits === false && state.block >= state.lastEpochBlock + GRACE_BLOCKS;
    return settled ? { seen, match: false } : 'later';
  }
  if (state.epochIndex === last + 1) {
    const seen = await chain.weightsOf(at.uid, signal, state.lastEpochBlock - 1);
    return { seen, match: at.meant(seen) };
  }
  // This program did not run in that epoch; what it would have seen is gone, unless nothing came after it.
  const seen = await chain.weightsOf(at.uid, signal);
  const match = at.meant(seen);
  return match || !at.replaced ? { seen, match } : 'replaced';
}
