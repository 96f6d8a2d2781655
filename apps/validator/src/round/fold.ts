import { foldAverage, roundMean } from '@bettertherapy/scoring';
import type { RoundResult, Score } from '@bettertherapy/store';
import type { RoundParts, StageFn } from './parts.js';

/** Folds each miner's round mean into its average and closes the round, all in one commit. */
export const fold: StageFn = async (round, parts) => {
  const { store, options, clock } = parts;
  const scores = store.scores.ofRound(round.id);
  const responses = new Map(store.responses.ofRound(round.id).map((row) => [row.requestId, row]));
  const results = store.rounds.participants(round.id).flatMap((miner): RoundResult[] => {
    const own = scores.filter((row) => row.hotkey === miner.hotkey);
    // Nothing but requests that a restart cut off: the round says nothing about this miner.
    if (own.length === 0) return [];
    return [
      {
        hotkey: miner.hotkey,
        registeredAtBlock: miner.registeredAtBlock,
        mean: roundMean(own.map((row) => row.total)),
        asked: own.length,
        answered: own.filter((row) => responses.get(row.requestId)?.refusedBy === null).length,
      },
    ];
  });
  const voidReason = voidOf(round.id, scores, results, parts);
  const outcome = { miners: results.length, counted: voidReason === null, voidReason };
  store.averages.closeRound({
    roundId: round.id,
    results,
    fold: (state, mean) => foldAverage(state, mean, options.alpha),
    voidReason,
    outcome,
    nowMs: clock.wallMs(),
  });
  return { outcome, finished: true };
};

/** Why a round must not count, or null. */
function voidOf(
  roundId: string,
  scores: readonly Score[],
  results: readonly RoundResult[],
  { store, options }: RoundParts,
): string | null {
  if (scores.length === 0) return 'no_answers_scored';
  // Everybody silent at once is this validator's own network, not a hundred lazy miners.
  if (results.every((result) => result.answered === 0)) return 'nobody_answered';
  if (!options.enforceControls) return null;
  const controls = store.judgements.controlsOfRound(roundId);
  return controls.length === 0 || controls.some((row) => !row.pass) ? 'controls_failed' : null;
}
