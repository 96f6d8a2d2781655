import type { Hotkey } from '@bettertherapy/core';
import type { AnswerView, RoundView, Store } from '@bettertherapy/store';
import type { Network } from './network.js';
import type { MinerRow } from './table.js';

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The means of one column over the answers that have it. */
function meanOf(answers: readonly AnswerView[], pick: (answer: AnswerView) => number | null): number | null {
  return mean(answers.map(pick).filter((value) => value !== null));
}

/** The moving average of each hotkey after a round, 0..100. */
export function averagesAfter(store: Store, roundId: string): ReadonlyMap<Hotkey, number> {
  return new Map(store.averages.historyOfRound(roundId).map((step) => [step.hotkey, step.emaAfter]));
}

/** The lines of a round's table. `weightOf` answers from chain storage. */
export function minerRows(
  network: Network,
  round: RoundView,
  averages: ReadonlyMap<Hotkey, number>,
  weightOf: (hotkey: Hotkey) => number | null,
): MinerRow[] {
  return network.miners.map(({ name, personality, hotkey }) => {
    const answers = round.answers.filter((answer) => answer.miner === hotkey);
    const came = answers.filter((answer) => answer.text !== null);
    return {
      name,
      personality,
      asked: answers.length,
      answered: came.length,
      responseMs: meanOf(came, (answer) => answer.responseMs),
      quality: meanOf(answers, (answer) => answer.quality),
      total: meanOf(answers, (answer) => answer.total),
      average: averages.get(hotkey) ?? null,
      weight: weightOf(hotkey),
    };
  });
}

/** One short line about a round that is under way: `round 3 · judging · 9 of 20 answers judged`. */
export function progressLine(round: RoundView): string {
  const came = round.answers.filter((answer) => answer.text !== null || answer.refusedBy !== null).length;
  const judged = round.answers.filter((answer) => answer.reward !== null || answer.refusedBy !== null).length;
  const total = round.answers.length;
  const doing = {
    none: 'planning',
    plan: `asking · ${came} of ${total} answers`,
    query: 'collecting',
    collect: 'checking',
    gate: `judging · ${judged} of ${total} answers`,
    judge: 'scoring',
    score: 'folding into the averages',
    fold: 'done',
  }[round.stage ?? 'none'];
  return `round ${round.number} · ${doing}`;
}

/**
 * The number of the last round that is not of this run. A round that an earlier run left unfinished is finished by this run's
 * validator, so it counts as this run's.
 */
export function lastRoundBefore(newest: Pick<RoundView, 'number' | 'state'> | null): number {
  if (newest === null) return 0;
  return newest.state === 'open' ? newest.number - 1 : newest.number;
}
