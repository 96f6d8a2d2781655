import { backoffDelayMs } from '@bettertherapy/core';
import { computeWeights, SCORING_VERSION, type WeightInputs } from '@bettertherapy/scoring';
import type { NewWeightIntent, WeightIntent } from '@bettertherapy/store';
import type { EpochParts } from './parts.js';
import type { PayState } from './payChain.js';
import type { SkipReason } from './skipReason.js';
import { standingFacts } from './standingFacts.js';

/** Why nothing is sent now. `expected` ones are the normal course of an epoch and not worth a line each time. */
export interface Skip {
  readonly skip: SkipReason;
  readonly expected: boolean;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** The pay window: one set of weights per subnet epoch. */
export const windowOf = (netuid: number, mecid: number, epochIndex: number): string =>
  `${netuid}.${mecid}/${epochIndex}`;

/** What to send now, made from the journal and this snapshot of the chain; or why nothing. Never a made-up vector. */
export function decide(state: PayState, parts: EpochParts): NewWeightIntent | Skip {
  const { options, store, clock, newId } = parts;
  const { me, rules } = state;
  if (!me) return waiting('not_registered');
  if (!me.permitted) return waiting('no_permit');
  const unfinished = store.weightIntents.unfinished(options.netuid, options.mecid);
  if (unfinished.some((intent) => intent.state === 'intended')) return waiting('intent_open');
  const window = windowOf(options.netuid, options.mecid, state.epochIndex);
  const before = store.weightIntents.ofWindow(window);
  if (before.some((intent) => intent.state !== 'failed')) return { skip: 'window_done', expected: true };
  // Sent at the end of an epoch, they may land in the next; and what the journal lost, the chain still knows.
  if (me.lastUpdate > me.registeredAt && me.lastUpdate >= state.lastEpochBlock) {
    return { skip: 'window_done', expected: true };
  }
  const waitMs = backoffLeftMs(before, parts);
  if (waitMs > 0) return waiting('backing_off', { waitMs, attempts: before.length });
  const blocksLeft = me.lastUpdate === 0 ? 0 : rules.rateLimitBlocks - (state.block - me.lastUpdate);
  if (blocksLeft > 0) return { skip: 'rate_limit', expected: true, details: { blocksLeft } };
  if (rules.versionKey > options.versionKey) {
    return waiting('version_too_old', { subnetAsks: rules.versionKey, thisBuild: options.versionKey });
  }
  const hold = parts.examHold();
  if (hold !== null) return { skip: hold, expected: hold === 'exam_pending' };
  if (options.enforceControls && store.rounds.lastEnded()?.voidReason === 'controls_failed') {
    return waiting('controls_failing');
  }
  const nowMs = clock.wallMs();
  const result = computeWeights(weightInputs(state, { options, store, nowMs }));
  if ('skip' in result) return waiting(result.skip, { have: result.have, need: result.need });
  return {
    id: newId(),
    window,
    netuid: options.netuid,
    mecid: options.mecid,
    block: state.block,
    epochIndex: state.epochIndex,
    mode: rules.mode,
    versionKey: options.versionKey,
    uids: result.uids,
    values: result.values,
    entries: result.entries,
    scoringVersion: SCORING_VERSION,
    lastUpdateBefore: me.lastUpdate,
    createdMs: nowMs,
  };
}

/** All that weights are computed from: the journal and one snapshot of the chain. */
export function weightInputs(
  { neurons, rules }: Pick<PayState, 'neurons' | 'rules'>,
  at: {
    readonly options: Pick<EpochParts['options'], 'self' | 'netuid' | 'mecid' | 'power'>;
    readonly store: EpochParts['store'];
    readonly nowMs: number;
  },
): WeightInputs {
  const { options, store, nowMs } = at;
  const last = store.weightIntents.lastAccepted(options.netuid, options.mecid);
  return {
    self: options.self,
    neurons,
    ...standingFacts(store, nowMs),
    previous: new Set(last?.entries.map((entry) => entry.hotkey)),
    power: options.power,
    rules,
  };
}

function waiting(skip: SkipReason, details: Readonly<Record<string, unknown>> = {}): Skip {
  return { skip, expected: false, details };
}

function backoffLeftMs(before: readonly WeightIntent[], { options, store, clock }: EpochParts): number {
  const last = before.at(-1);
  const failedMs = last && store.weightIntents.outcomeOf(last.id)?.atMs;
  if (failedMs == null) return 0;
  const delay = backoffDelayMs(before.length, options.firstBackoffMs, options.maxBackoffMs, 1);
  return failedMs + delay - clock.wallMs();
}
