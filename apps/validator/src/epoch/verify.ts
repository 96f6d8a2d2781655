import type { WeightIntent } from '@bettertherapy/store';
import type { EpochParts } from './parts.js';
import type { PayState } from './payChain.js';

/** A node may show a block before the state of it; a difference counts only after this many more. */
const GRACE_BLOCKS = 3;
/** An extrinsic is signed some blocks after the snapshot its intent was made from, and lives from then on. */
const SIGNING_BLOCKS = 8;

/** Brings every unfinished intent one step on: sent or not sent, seen on chain or not. False when there was none. */
export async function settle(state: PayState, parts: EpochParts, signal: AbortSignal): Promise<boolean> {
  const unfinished = parts.store.weightIntents.unfinished();
  for (const intent of unfinished) {
    if (intent.state === 'intended') settleIntended(intent, state, parts);
    else await verify(intent, state, parts, signal);
  }
  return unfinished.length > 0;
}

/** An intent without an answer: its weights are on chain when LastUpdate moved, and never will be once it is too old. */
function settleIntended(
  intent: WeightIntent,
  state: PayState,
  { store, chain, clock, log, metrics }: EpochParts,
): void {
  const outcome = {
    intentId: intent.id,
    atMs: clock.wallMs(),
    block: null,
    blockHash: null,
    extrinsicHash: null,
    errorCode: null,
    errorMessage: null,
  };
  if (state.me && state.me.lastUpdate > intent.lastUpdateBefore) {
    store.weightIntents.recordOutcome({ ...outcome, ok: true, block: state.me.lastUpdate });
    metrics?.weightsSet('submitted', state.me.lastUpdate);
    log.info('weights found on chain', { intentId: intent.id, block: state.me.lastUpdate });
  } else if (state.block > intent.block + SIGNING_BLOCKS + chain.mortalityBlocks) {
    const errorMessage = 'not in a block before it expired';
    store.weightIntents.recordOutcome({ ...outcome, ok: false, errorCode: 'NEVER_LANDED', errorMessage });
    metrics?.weightsSet('failed', null);
    log.warn('weights never reached a block', { intentId: intent.id });
  }
}

/** Compares chain storage with the intent: at once for plain weights, after the reveal for timelocked ones. */
async function verify(intent: WeightIntent, state: PayState, parts: EpochParts, signal: AbortSignal): Promise<void> {
  const { store, chain, clock, log, metrics } = parts;
  const sentBlock = store.weightIntents.outcomeOf(intent.id)?.block ?? intent.block;
  const revealEpoch = intent.epochIndex + (intent.mode === 'timelocked' ? state.rules.revealPeriodEpochs : 0);
  if (state.epochIndex < revealEpoch || !state.me) return;
  const seen = await chain.weightsOf(state.me.uid, signal);
  const match = sameWeights(intent, seen);
  if (!match) {
    const replaced = store.weightIntents.lastAccepted(intent.netuid, intent.mecid)?.id !== intent.id;
    // A commit near the end of an epoch belongs to the next one, so its reveal may come one epoch later.
    const late = intent.mode === 'plain' ? state.block >= sentBlock + GRACE_BLOCKS : state.epochIndex > revealEpoch + 1;
    if (!late) return;
    if (replaced || (intent.mode === 'plain' && state.me.lastUpdate > sentBlock)) {
      store.weightIntents.supersede(intent.id);
      log.info('weights were replaced before they were checked', { intentId: intent.id });
      return;
    }
  }
  store.weightIntents.recordVerification({
    intentId: intent.id,
    atMs: clock.wallMs(),
    block: state.block,
    match,
    uids: [...seen.uids],
    values: [...seen.values],
  });
  metrics?.weightsSet(match ? 'verified' : 'mismatch', sentBlock);
  if (match) log.info('weights verified on chain', { intentId: intent.id, block: state.block });
  else {
    log.error('chain storage holds other weights than were set', {
      intentId: intent.id,
      meant: intent.uids.map((uid, at) => [uid, intent.values[at]]),
      seen: seen.uids.map((uid, at) => [uid, seen.values[at]]),
    });
  }
}

interface Vector {
  readonly uids: readonly number[];
  readonly values: readonly number[];
}

/** Equal as maps from uid to non-zero value. */
export function sameWeights(a: Vector, b: Vector): boolean {
  const left = nonZero(a);
  const right = nonZero(b);
  return left.size === right.size && [...left].every(([uid, value]) => right.get(uid) === value);
}

function nonZero({ uids, values }: Vector): Map<number, number> {
  return new Map(uids.map((uid, at) => [uid, values[at] ?? 0] as const).filter(([, value]) => value > 0));
}
