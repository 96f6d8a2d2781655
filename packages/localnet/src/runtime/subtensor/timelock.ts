import { describeError, hasCode, type Logger } from '@bettertherapy/core';
import { openEnvelope } from '../../beacon/index.js';
import { LocalnetErrorCode } from '../../errors.js';
import { drandStorage } from '../../pallets/drand.js';
import { S, subtensorEvents } from '../../pallets/subtensor/index.js';
import { bytes, decodeWith, type Hex, struct, toHex, u16, u64, vec } from '../../scale/index.js';
import { Overlay } from '../../state/index.js';
import type { CallContext } from '../call.js';
import { DispatchFault } from '../faults.js';
import { epochAt, mechanismIndex, subnets } from './facts.js';
import { storeWeights, type WeightVector } from './weights.js';

/** What a timelocked commit hides. */
export const timelockedPayload = struct('', { hotkey: bytes, uids: vec(u16), values: vec(u16), version_key: u64 });

type Step = Pick<CallContext, 'state' | 'events' | 'block'>;

/**
 * Opens the commits whose reveal epoch a subnet is in. A commit whose round has not come out is tried again every block of that
 * epoch and then forgotten. One that does not open, or whose weights are refused, is dropped without an event.
 */
export function revealTimelocked(step: Step, log: Logger): void {
  for (const netuid of subnets(step.state)) {
    if (!S.CommitRevealWeightsEnabled.get(step.state, netuid)) continue;
    const epoch = epochAt(step.state, netuid, step.block) - S.RevealPeriodEpochs.get(step.state, netuid);
    for (let mecid = 0; mecid < S.MechanismCountCurrent.get(step.state, netuid); mecid++) {
      forgetOlder(step, mechanismIndex(netuid, mecid), epoch);
      if (epoch >= 0) revealEpoch(step, netuid, mecid, epoch, log);
    }
  }
}

function forgetOlder({ state }: Step, mi: number, epoch: number): void {
  for (const [[, committed]] of S.TimelockedWeightCommits.entries(state, mi)) {
    if (committed < epoch) S.TimelockedWeightCommits.remove(state, mi, committed);
  }
}

function revealEpoch(step: Step, netuid: number, mecid: number, epoch: number, log: Logger): void {
  const mi = mechanismIndex(netuid, mecid);
  const commits = S.TimelockedWeightCommits.get(step.state, mi, epoch);
  if (commits.length === 0) return;
  const waiting: typeof commits = [];
  for (const commit of commits) {
    const [hotkey, , envelope, round] = commit;
    const pulse = drandStorage.Pulses.get(step.state, round);
    if (pulse === null) {
      waiting.push(commit);
      continue;
    }
    const weights = readWeights(openEnvelope(envelope, pulse.signature), hotkey, netuid, mecid);
    const refusal = weights === null ? 'it does not open' : store(step, hotkey, weights);
    if (refusal === null) step.events.emit(subtensorEvents.TimelockedWeightsRevealed, [mi, hotkey]);
    else log.debug('timelocked commit dropped', { netuid, mecid, hotkey, round, why: refusal });
  }
  if (waiting.length > 0) S.TimelockedWeightCommits.set(step.state, mi, epoch, waiting);
  else S.TimelockedWeightCommits.remove(step.state, mi, epoch);
}

function readWeights(plain: Uint8Array | null, hotkey: Hex, netuid: number, mecid: number): WeightVector | null {
  if (plain === null) return null;
  try {
    const payload = decodeWith(timelockedPayload, plain);
    const { uids, values, version_key: versionKey } = payload;
    return toHex(payload.hotkey) === hotkey ? { netuid, mecid, uids, values, versionKey } : null;
  } catch (error) {
    // What was encrypted is no weights payload; the commit counts as one that does not open.
    if (hasCode(error, LocalnetErrorCode.BadScale)) return null;
    throw error;
  }
}

/** @returns why the weights were refused, or null. */
function store(step: Step, hotkey: Hex, weights: WeightVector): string | null {
  const layer = new Overlay(step.state);
  const eventsBefore = step.events.count;
  try {
    storeWeights({ ...step, state: layer }, hotkey, weights, 'reveal');
  } catch (fault) {
    if (!(fault instanceof DispatchFault)) throw fault;
    step.events.rollback(eventsBefore);
    return describeError(fault);
  }
  layer.mergeInto(step.state);
  return null;
}
