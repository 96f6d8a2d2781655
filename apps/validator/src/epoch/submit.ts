import { CodedError, describeError, parseHotkey } from '@bettertherapy/core';
import type { NewWeightIntent, WeightIntent } from '@bettertherapy/store';
import type { EpochParts } from './parts.js';
import type { Payment } from './payChain.js';

/** What became of the try. */
export type Submitted = 'set' | 'refused' | 'in doubt';

/**
 * Intent row, effect, outcome row. When it cannot be known whether the chain took the weights the intent stays open, and
 * {@link settle} finds out from chain storage before anything is sent again.
 */
export async function submit(planned: NewWeightIntent, parts: EpochParts, signal: AbortSignal): Promise<Submitted> {
  const { store, chain, clock, log, metrics } = parts;
  const intent = store.weightIntents.create(planned);
  const { id, window, attempt, mode } = intent;
  const payment = paymentOf(intent, parts);
  log.info('setting weights', {
    intentId: id,
    window,
    attempt,
    mode,
    miners: intent.uids.length,
    haste: payment.haste,
  });
  for (const entry of intent.entries) metrics?.score(entry.uid, entry.score);
  try {
    const sent = await chain.send(payment, signal);
    store.weightIntents.recordOutcome({
      intentId: id,
      atMs: clock.wallMs(),
      ok: true,
      ...sent,
      errorCode: null,
      errorMessage: null,
    });
    metrics?.weightsSet('submitted', sent.block);
    log.info('weights in a block', { intentId: id, ...sent });
    return 'set';
  } catch (error) {
    if (signal.aborted || chain.mayHaveLanded(error)) {
      metrics?.weightsSet('unknown', null);
      log.warn('it is not known whether the weights landed; the chain will tell', {
        intentId: id,
        error: describeError(error),
      });
      if (signal.aborted) throw error;
      return 'in doubt';
    }
    store.weightIntents.recordOutcome({
      intentId: id,
      atMs: clock.wallMs(),
      ok: false,
      block: null,
      blockHash: null,
      extrinsicHash: null,
      errorCode: error instanceof CodedError ? error.code : 'UNEXPECTED',
      errorMessage: describeError(error),
    });
    metrics?.weightsSet('failed', null);
    log.error('weights refused', {
      intentId: id,
      error: describeError(error),
      remedy: error instanceof CodedError ? error.remedy : 'See the log around this line.',
    });
    return 'refused';
  }
}

function paymentOf(intent: WeightIntent, { options, store }: EpochParts): Payment {
  const { id, uids, values, versionKey, mode } = intent;
  const paid = new Set(uids);
  return {
    uids,
    values,
    versionKey,
    targets: intent.entries.flatMap(({ uid, hotkey, registeredAtBlock }) =>
      paid.has(uid) ? [{ uid, hotkey: parseHotkey(hotkey), registeredAt: registeredAtBlock }] : [],
    ),
    haste: mode === 'timelocked' ? store.weightIntents.revealsLostInARow(options.netuid, options.mecid) : 0,
    onSigned: (signed) => store.weightIntents.recordSigned(id, signed),
  };
}
