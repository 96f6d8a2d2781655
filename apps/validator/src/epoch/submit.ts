import { CodedError, describeError } from '@bettertherapy/core';
import type { NewIntent } from './decide.js';
import type { EpochParts } from './parts.js';

/**
 * Intent row, effect, outcome row. When it cannot be known whether the chain took the weights the intent stays open, and
 * {@link settle} finds out from chain storage before anything is sent again.
 */
export async function submit(intent: NewIntent, parts: EpochParts, signal: AbortSignal): Promise<void> {
  const { store, chain, clock, log, metrics } = parts;
  const { id, window, attempt } = store.weightIntents.create(intent);
  log.info('setting weights', { intentId: id, window, attempt, mode: intent.mode, miners: intent.uids.length });
  for (const entry of intent.entries) metrics?.score(entry.uid, entry.score);
  try {
    const sent = await chain.send(intent, signal);
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
  } catch (error) {
    if (signal.aborted || chain.mayHaveLanded(error)) {
      metrics?.weightsSet('unknown', null);
      log.warn('it is not known whether the weights landed; the chain will tell', {
        intentId: id,
        error: describeError(error),
      });
      if (signal.aborted) throw error;
      return;
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
  }
}
