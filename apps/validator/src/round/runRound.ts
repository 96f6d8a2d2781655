import type { Span, SpanAttributes } from '@bettertherapy/core';
import type { Round, Stage } from '@bettertherapy/store';
import { collect } from './collect.js';
import { fold } from './fold.js';
import { gate } from './gate.js';
import { judge } from './judge.js';
import type { Outcome, RoundParts, Stages } from './parts.js';
import { plan } from './plan.js';
import { query } from './query.js';
import { nextStage } from './resume.js';
import { score } from './score.js';

export const stages: Stages = { plan, query, collect, gate, judge, score, fold };

/**
 * Takes a round from wherever the journal says it is to its end. Its trace has an id made from the round's own, so that a
 * resumed round goes on in the trace in which it began.
 * @throws what a stage threw; the round stays open and the same call resumes it.
 */
export function runRound(round: Round, parts: RoundParts, signal: AbortSignal): Promise<void> {
  const { store, tracer, options } = parts;
  const attributes = {
    ...about(round),
    'bt.validator.hotkey': options.self,
    'bt.round.resumed': store.rounds.stages(round.id).some(({ entries }) => entries > 0),
  };
  return tracer.span('round', { traceOf: round.id, attributes }, async (span) => {
    for (;;) {
      const stage = nextStage(store.rounds.stages(round.id));
      if (stage === null) return;
      signal.throwIfAborted();
      const outcome = await tracer.span(`round ${stage}`, { attributes: about(round) }, (inner) =>
        runStage(stage, round, parts, signal, inner),
      );
      if (stage === 'fold')
        span.set({ 'bt.outcome': outcome.counted === true ? 'counted' : String(outcome.voidReason) });
    }
  });
}

async function runStage(
  stage: Stage,
  round: Round,
  parts: RoundParts,
  signal: AbortSignal,
  span: Span,
): Promise<Outcome> {
  const { store, clock, log, metrics } = parts;
  const { entries } = store.rounds.enterStage({ roundId: round.id, stage, nowMs: clock.wallMs() });
  span.set({ 'bt.stage.entries': entries });
  const startedMs = clock.monotonicMs();
  try {
    const { outcome, finished } = await stages[stage](round, parts, signal);
    if (!finished) store.rounds.finishStage({ roundId: round.id, stage, outcome, nowMs: clock.wallMs() });
    span.set(counts(outcome));
    metrics?.stageFinished(stage, 'ok', clock.monotonicMs() - startedMs);
    log.info('stage finished', { roundId: round.id, number: round.number, stage, entries, ...outcome });
    return outcome;
  } catch (error) {
    metrics?.stageFinished(stage, signal.aborted ? 'stopped' : 'failed', clock.monotonicMs() - startedMs);
    throw error;
  }
}

function about(round: Round) {
  return { 'bt.round.id': round.id, 'bt.round.number': round.number };
}

/** What a stage counted; its words stay in the journal. */
function counts(outcome: Outcome): SpanAttributes {
  const told: Record<`bt.stage.count.${string}`, number | boolean> = {};
  for (const [name, value] of Object.entries(outcome)) {
    if (typeof value === 'number' || typeof value === 'boolean') told[`bt.stage.count.${name}`] = value;
  }
  return told;
}
