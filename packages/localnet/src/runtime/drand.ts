import type { Beacon } from '../beacon/index.js';
import { roundAt } from '../beacon/index.js';
import { drandEvents, drandStorage } from '../pallets/drand.js';
import { S } from '../pallets/subtensor/index.js';
import type { StateView } from '../state/index.js';
import type { CallContext } from './call.js';

/** Rounds that are caught up one by one; after a longer pause only those that a commit waits for are written. */
const MAX_CATCH_UP = 16;
const PULSES_KEPT = 1000;
const MAX_DROPPED_PER_BLOCK = 64;

function awaitedRounds(view: StateView): number[] {
  return S.TimelockedWeightCommits.entries(view).flatMap(([, commits]) => commits.map(([, , , round]) => round));
}

/** Writes the beacon's rounds that have come out since the last block. */
export function writePulses(step: Pick<CallContext, 'state' | 'events'>, beacon: Beacon, nowMs: number): void {
  const { state, events } = step;
  const current = roundAt(drandStorage.BeaconConfig.get(state), nowMs);
  const last = drandStorage.LastStoredRound.get(state);
  if (current <= last) return;
  const first = current - last > MAX_CATCH_UP ? current : last + 1;
  const wanted = new Set(awaitedRounds(state).filter((round) => round >= 1 && round <= current));
  for (let round = first; round <= current; round++) wanted.add(round);
  const rounds = [...wanted].filter((round) => !drandStorage.Pulses.has(state, round)).sort((a, b) => a - b);
  for (const round of rounds) drandStorage.Pulses.set(state, round, beacon.pulse(round));
  drandStorage.LastStoredRound.set(state, current);
  if (rounds.length > 0) events.emit(drandEvents.NewPulse, { rounds });
  dropOld(step, current);
}

function dropOld({ state }: Pick<CallContext, 'state'>, current: number): void {
  const oldest = Math.max(1, drandStorage.OldestStoredRound.get(state));
  const keep = current - PULSES_KEPT;
  if (keep <= oldest) return;
  const until = Math.min(keep, oldest + MAX_DROPPED_PER_BLOCK);
  for (let round = oldest; round < until; round++) {
    if (drandStorage.Pulses.has(state, round)) drandStorage.Pulses.remove(state, round);
  }
  drandStorage.OldestStoredRound.set(state, until);
}
