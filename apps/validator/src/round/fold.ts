import { type AverageState, foldAverage, SCORING_VERSION, sameArithmetic } from '@bettertherapy/scoring';
import type { MadeBy, RoundResult, Score } from '@bettertherapy/store';
import { minerResult, patientsSay } from './minerResult.js';
import type { RoundParts, StageFn } from './parts.js';

/**
 * Folds each miner's result, its scores with what patients asked and said, into its average and closes the round. All of
 * it is one commit, in which answers to patients are marked as counted: nothing counts twice.
 */
export const fold: StageFn = async (round, parts) => {
  const { store, options, clock, log } = parts;
  const { alpha, organicShare } = options;
  const scores = store.scores.ofRound(round.id);
  const responses = new Map(store.responses.ofRound(round.id).map((row) => [row.requestId, row]));
  const say = patientsSay(parts);
  const results = store.rounds.participants(round.id).flatMap((miner): RoundResult[] => {
    const own = scores.filter((row) => row.hotkey === miner.hotkey);
    const answered = own.filter((row) => responses.get(row.requestId)?.refusedBy === null).length;
    // Nothing but requests that a restart cut off: the round says nothing about this miner.
    const result = minerResult(miner, own, { answered, say, organicShare });
    return result ? [result] : [];
  });
  const voidReason = voidOf(round.id, scores, results, parts);
  const { madeBy, judges } = madeByOf(scores, parts);
  const last = voidReason === null ? store.averages.lastMadeBy() : null;
  const judgesInAll = new Set([
    ...judges,
    madeBy.manifestSha256,
    ...(last?.manifestSha256 ? [last.manifestSha256] : []),
  ]);
  const judgeChanged = voidReason === null && judgesInAll.size > 1;
  const arithmeticChanged = last !== null && !comparable(last, madeBy);
  const organic = voidReason === null ? results.reduce((sum, result) => sum + (result.organic?.length ?? 0), 0) : 0;
  const outcome = {
    miners: results.length,
    organic,
    counted: voidReason === null,
    voidReason,
    judgeChanged,
    arithmeticChanged,
  };
  store.averages.closeRound({
    roundId: round.id,
    results,
    fold: (state, mean) => foldAverage(comparableState(state, madeBy), mean, alpha),
    madeBy,
    settings: { alpha, organicShare },
    voidReason,
    outcome,
    nowMs: clock.wallMs(),
  });
  if (judgeChanged) {
    const [before, after] = [last?.manifestSha256 ?? null, madeBy.manifestSha256];
    log.warn('the judge is another one than before, averages now hold rewards of both', { before, after });
  }
  if (arithmeticChanged) {
    const [before, after] = [last.scoringVersion, madeBy.scoringVersion];
    log.warn('scoring has changed, every average begins anew', { before, after });
  }
  return { outcome, finished: true };
};

/** Scores are written in one commit, so they have one version; a restart with another model may leave two judges. */
function madeByOf(
  scores: readonly Score[],
  { examiner }: RoundParts,
): { madeBy: MadeBy & { manifestSha256: string }; judges: ReadonlySet<string> } {
  const judges = new Set(scores.flatMap((row) => row.manifestSha256 ?? []));
  const [first] = judges;
  const own = examiner.manifestSha256;
  const manifestSha256 = judges.has(own) ? own : (first ?? own);
  return { madeBy: { scoringVersion: scores[0]?.scoringVersion ?? SCORING_VERSION, manifestSha256 }, judges };
}

function comparable(before: MadeBy, now: MadeBy): boolean {
  const [a, b] = [before.scoringVersion, now.scoringVersion];
  return a !== null && b !== null && sameArithmetic(a, b);
}

/** The stored average to fold into; null, so that it begins anew, when other arithmetic made it. */
function comparableState(state: (AverageState & MadeBy) | null, now: MadeBy): AverageState | null {
  return state && comparable(state, now) ? state : null;
}

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
