import { CodedError, describeError, parseHotkey, type Span } from '@bettertherapy/core';
import type { NewWeightIntent, WeightIntent } from '@bettertherapy/store';
import type { EpochParts } from './parts.js';
import type { Payment } from './payChain.js';

/** What became of the try. */
export type Submitted = 'set' | 'refused' | 'in doubt';

/**
 * Intent row, effect, outcome row. When it cannot be known whether the chain took the weights the intent stays open, and
 * {@link settle} finds out from chain storage before anything is sent again.
 */
export function submit(planned: NewWeightIntent, parts: EpochParts, signal: AbortSignal): Promise<Submitted> {
  const { tracer, store } = parts;
  const { id, window, mode } = planned;
  const attributes = { 'bt.intent.id': id, 'bt.intent.window': window, 'bt.intent.mode': mode };
  return tracer.span('weights', { traceOf: id, attributes }, async (span) => {
    const intent = tracer.span('weights intent', {}, () => store.weightIntents.create(planned));
    span.set({ 'bt.miners': intent.uids.length });
    const submitted = await tracer.span('weights submit', { attributes }, (inner) =>
      send(intent, parts, signal, inner),
    );
    span.set({ 'bt.outcome': submitted.replace(' ', '_') });
    return submitted;
  });
}

async function send(intent: WeightIntent, parts: EpochParts, signal: AbortSignal, span: Span): Promise<Submitted> {
  const { store, chain, clock, log, metrics } = parts;
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
    span.set({ 'bt.block': sent.block });
    metrics?.weightsSet('submitted', sent.block);
    log.info('weights in a block', { intentId: id, ...sent });
    return 'set';
  } catch (error) {
    const code = error instanceof CodedError ? error.code : 'UNEXPECTED';
    span.fail(code);
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
      errorCode: code,
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
