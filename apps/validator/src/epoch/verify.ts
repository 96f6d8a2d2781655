import type { WeightIntent } from '@bettertherapy/store';
import { ValidatorErrorCode } from '../errors.js';
import { paysAsMeant } from './compare.js';
import type { Found } from './found.js';
import type { EpochParts } from './parts.js';
import type { PayState, StoredWeights } from './payChain.js';
import { seenAfterReveal } from './reveal.js';

/** A node may show a block before the state of it; a difference counts only after this many more. */
const GRACE_BLOCKS = 3;

/** Brings every unfinished intent one step on: sent or not sent, seen on chain or not. False when there was none. */
export async function settle(state: PayState, parts: EpochParts, signal: AbortSignal): Promise<boolean> {
  const { store, options } = parts;
  const unfinished = store.weightIntents.unfinished(options.netuid, options.mecid);
  for (const intent of unfinished) {
    if (intent.state === 'intended') settleIntended(intent, state, parts);
    else await verify(intent, state, parts, signal);
  }
  return unfinished.length > 0;
}

/**
 * An intent without an answer: its weights are on chain when LastUpdate moved. They never will be when nothing was signed,
 * or when the last block in which the signed extrinsic can land has passed.
 */
function settleIntended(intent: WeightIntent, state: PayState, parts: EpochParts): void {
  const { me, block } = state;
  const { store, clock, log, metrics } = parts;
  const outcome = {
    intentId: intent.id,
    atMs: clock.wallMs(),
    block: null,
    blockHash: null,
    extrinsicHash: intent.extrinsicHash,
    errorCode: null,
    errorMessage: null,
  };
  // A new registration moves LastUpdate too.
  if (me && me.lastUpdate > intent.lastUpdateBefore && me.lastUpdate > me.registeredAt) {
    const sealed = intent.mode === 'timelocked';
    const commitEpoch = sealed && me.lastUpdate >= state.lastEpochBlock ? state.epochIndex : null;
    store.weightIntents.recordOutcome({ ...outcome, ok: true, block: me.lastUpdate, mode: intent.mode, commitEpoch });
    metrics?.weightsSet('submitted', me.lastUpdate);
    log.info('weights found on chain', { intentId: intent.id, block: me.lastUpdate });
  } else if (intent.validUntil === null || block > intent.validUntil) {
    const errorMessage = intent.validUntil === null ? 'never signed' : 'not in a block before it expired';
    store.weightIntents.recordOutcome({ ...outcome, ok: false, errorCode: 'NEVER_LANDED', errorMessage });
    metrics?.weightsSet('failed', null);
    log.warn('weights never reached a block', { intentId: intent.id, why: errorMessage });
  }
}

/** Compares chain storage with the intent: at once for plain weights, after the reveal for timelocked ones. */
async function verify(intent: WeightIntent, state: PayState, parts: EpochParts, signal: AbortSignal): Promise<void> {
  const { store, log, metrics } = parts;
  if (!state.me) return;
  const startedMs = parts.clock.monotonicMs();
  const sent = store.weightIntents.outcomeOf(intent.id);
  const sentBlock = sent?.block ?? intent.block;
  if (state.me.registeredAt > sentBlock) {
    // The weights went with the registration that set them.
    store.weightIntents.supersede(intent.id);
    metrics?.weightsSet('superseded', null);
    log.warn('weights were lost with the registration that set them', { intentId: intent.id });
    return;
  }
  const meant = (seen: StoredWeights): boolean => paysAsMeant(intent, seen, { neurons: state.neurons, sentBlock });
  const timelocked = (sent?.mode ?? intent.mode) === 'timelocked';
  const replaced = store.weightIntents.lastAccepted(intent.netuid, intent.mecid)?.id !== intent.id;
  const found = timelocked
    ? await seenAfterReveal({ intent, sent, sentBlock, replaced, uid: state.me.uid, meant }, state, parts, signal)
    : await seenAtOnce(
        { sentBlock, replaced, uid: state.me.uid, lastUpdate: state.me.lastUpdate, meant },
        state,
        parts,
        signal,
      );
  if (found === 'later') return;
  if (found === 'replaced') {
    store.weightIntents.supersede(intent.id);
    metrics?.weightsSet('superseded', null);
    log.info('weights were replaced before they were checked', { intentId: intent.id });
    return;
  }
  // Most looks find nothing new, and are worth no span: it begins where the look that found something began.
  const attributes = { 'bt.intent.id': intent.id, 'bt.intent.window': intent.window, 'bt.block': state.block };
  const agoMs = parts.clock.monotonicMs() - startedMs;
  parts.tracer.span('weights verify', { traceOf: intent.id, agoMs, attributes }, (span) => {
    record(intent, { ...found, timelocked, sentBlock }, state, parts);
    if (found.match) span.set({ 'bt.outcome': 'verified' });
    else span.fail(timelocked ? ValidatorErrorCode.RevealLost : ValidatorErrorCode.WeightsDiffer);
  });
}

async function seenAtOnce(
  at: {
    readonly sentBlock: number;
    readonly replaced: boolean;
    readonly uid: number;
    readonly lastUpdate: number;
    readonly meant: (seen: StoredWeights) => boolean;
  },
  state: PayState,
  { chain }: EpochParts,
  signal: AbortSignal,
): Promise<Found> {
  const seen = await chain.weightsOf(at.uid, signal);
  if (at.meant(seen)) return { seen, match: true };
  if (state.block < at.sentBlock + GRACE_BLOCKS) return 'later';
  return at.replaced || at.lastUpdate > at.sentBlock ? 'replaced' : { seen, match: false };
}

function record(
  intent: WeightIntent,
  at: {
    readonly seen: StoredWeights;
    readonly match: boolean;
    readonly timelocked: boolean;
    readonly sentBlock: number;
  },
  state: PayState,
  { store, clock, log, metrics }: EpochParts,
): void {
  const { seen, match, timelocked, sentBlock } = at;
  store.weightIntents.recordVerification({
    intentId: intent.id,
    atMs: clock.wallMs(),
    block: state.block,
    match,
    uids: [...seen.uids],
    values: [...seen.values],
  });
  if (match) {
    metrics?.weightsSet('verified', sentBlock);
    log.info('weights verified on chain', { intentId: intent.id, block: state.block });
    return;
  }
  metrics?.weightsSet(timelocked ? 'reveal_lost' : 'mismatch', sentBlock);
  const difference = {
    intentId: intent.id,
    meant: intent.uids.map((uid, n) => [uid, intent.values[n]]),
    seen: seen.uids.map((uid, n) => [uid, seen.values[n]]),
  };
  if (timelocked) {
    log.error('a commit of weights was never opened by the chain', {
      code: ValidatorErrorCode.RevealLost,
      remedy:
        'The next commit may be opened earlier. If it repeats, check the clock of this machine and --subtensor.beacon.*.',
      ...difference,
    });
  } else {
    log.error('chain storage holds other weights than were set', {
      code: ValidatorErrorCode.WeightsDiffer,
      remedy: 'Let only one program set weights with this hotkey. The next epoch sets them anew.',
      ...difference,
    });
  }
}
