import type { Logger } from '@bettertherapy/core';
import { type Beacon, firstRevealBlock, revealRound } from '../timelock/index.js';
import type { WeightsState } from './preflight.js';

/** Up to this the local clock counts as right. */
const CLOCK_TOLERANCE_MS = 30_000;

export interface RevealPlan {
  readonly round: number;
  /** The block in which the chain will look for the commit. */
  readonly revealBlock: number;
  readonly beacon: Beacon;
}

/**
 * Chooses the beacon round of a commit that goes into the next block. Time is the local clock's; when that differs
 * from the chain's by more than 30 s, the chain's, because a round too late would lose the weights.
 */
export function planReveal(at: {
  readonly state: WeightsState;
  /** Overrides what the chain says of its beacon. */
  readonly beacon: Partial<Beacon> | null;
  /** Each halves the time until the round: what a validator does after reveals were lost. 0 is the usual round. */
  readonly haste: number;
  readonly wallMs: number;
  /** Time since the block of `state` arrived here. */
  readonly headAgeMs: number;
  readonly blockTimeMs: number;
  readonly log: Logger;
}): RevealPlan {
  const { state } = at;
  const beacon = { ...state.beacon, ...at.beacon };
  if (at.beacon && !sameBeacon(beacon, state.beacon)) {
    at.log.warn('the beacon configured here is another than the one the chain names; it may not open our weights', {
      remedy: 'Remove --subtensor.beacon.* unless you know that the chain is wrong.',
    });
  }
  const revealBlock = firstRevealBlock(state.epoch, state.revealPeriod);
  const round = revealRound({
    currentBlock: state.block,
    firstRevealBlock: revealBlock,
    nowSeconds: trustedNowMs(at) / 1000,
    blockTimeSeconds: at.blockTimeMs / 1000,
    beacon,
    haste: at.haste,
  });
  // The chain refuses rounds older than its newest pulse.
  return { round: Math.max(round, state.lastStoredRound + 1), revealBlock, beacon };
}

function sameBeacon(a: Beacon, b: Beacon): boolean {
  return (
    Buffer.compare(a.publicKey, b.publicKey) === 0 &&
    a.genesisTime === b.genesisTime &&
    a.periodSeconds === b.periodSeconds
  );
}

function trustedNowMs(at: Parameters<typeof planReveal>[0]): number {
  if (at.state.timestampMs === null || at.state.timestampMs === 0) return at.wallMs;
  const chainMs = at.state.timestampMs + at.headAgeMs;
  const offMs = at.wallMs - chainMs;
  if (Math.abs(offMs) <= CLOCK_TOLERANCE_MS) return at.wallMs;
  at.log.warn('the clock of this machine and that of the chain differ; the reveal follows the chain', { offMs });
  return chainMs;
}
