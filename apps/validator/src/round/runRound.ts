import type { Round } from '@bettertherapy/store';
import { collect } from './collect.js';
import { fold } from './fold.js';
import { gate } from './gate.js';
import { judge } from './judge.js';
import type { RoundParts, Stages } from './parts.js';
import { plan } from './plan.js';
import { query } from './query.js';
import { nextStage } from './resume.js';
import { score } from './score.js';

export const stages: Stages = { plan, query, collect, gate, judge, score, fold };

/**
 * Takes a round from wherever the journal says it is to its end.
 * @throws what a stage threw; the round stays open and the same call resumes it.
 */
export async function runRound(round: Round, parts: RoundParts, signal: AbortSignal): Promise<void> {
  const { store, clock, log, metrics } = parts;
  for (;;) {
    const stage = nextStage(store.rounds.stages(round.id));
    if (stage === null) return;
    signal.throwIfAborted();
    const { entries } = store.rounds.enterStage({ roundId: round.id, stage, nowMs: clock.wallMs() });
    const startedMs = clock.monotonicMs();
    try {
      const { outcome, finished } = await stages[stage](round, parts, signal);
      if (!finished) store.rounds.finishStage({ roundId: round.id, stage, outcome, nowMs: clock.wallMs() });
      metrics?.stageFinished(stage, 'ok', clock.monotonicMs() - startedMs);
      log.info('stage finished', { roundId: round.id, number: round.number, stage, entries, ...outcome });
    } catch (error) {
      metrics?.stageFinished(stage, signal.aborted ? 'stopped' : 'failed', clock.monotonicMs() - startedMs);
      throw error;
    }
  }
}
