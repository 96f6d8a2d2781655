import type { StandingInputs } from '@bettertherapy/scoring';
import type { Average, Store } from '@bettertherapy/store';

const DAY_MS = 24 * 60 * 60 * 1000;
/** How long a strike or a copied answer counts. */
const STRIKE_MEMORY_MS = 7 * DAY_MS;

/** What the journal knows of miners' standing; weights are computed from it and the leaderboard shows it. */
export function standingFacts(
  store: Store,
  nowMs: number,
): Pick<StandingInputs<Average>, 'averages' | 'counts' | 'strikes' | 'copyPairs'> {
  return {
    averages: store.averages.all(),
    counts: store.averages.countsSince(nowMs - DAY_MS),
    strikes: store.strikes.countsSince(nowMs - STRIKE_MEMORY_MS),
    copyPairs: store.scores.copyPairs(nowMs - STRIKE_MEMORY_MS),
  };
}
