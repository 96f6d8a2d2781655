import type { Store } from '@bettertherapy/store';

/**
 * What must hold of a validator's journal whenever it was killed. Each finding is one sentence; none is good.
 * `acknowledged` are the ids of responses that the validator had told of.
 */
export function findings(store: Store, acknowledged: ReadonlySet<string>): string[] {
  const problems = store.integrityProblems().map((problem) => `integrity: ${problem}`);
  for (const id of acknowledged) if (!store.responses.byId(id)) problems.push(`response ${id} was lost`);
  const rounds = store.journal.rounds({ limit: 10_000 });
  const folds = new Map<string, number>();
  rounds.forEach((round, at) => {
    if (round.number !== at + 1) problems.push(`round ${round.number} stands where ${at + 1} should`);
    if (round.state === 'open' && at !== rounds.length - 1) problems.push(`round ${round.number} was left behind`);
    const steps = store.averages.historyOfRound(round.id);
    if (!round.counted && steps.length > 0) problems.push(`round ${round.number} does not count, yet was folded`);
    for (const step of steps) folds.set(registration(step), (folds.get(registration(step)) ?? 0) + 1);
    const scored = store.scores.ofRound(round.id);
    const seen = new Set<string>();
    for (const answer of round.answers) {
      const key = `${answer.miner} ${answer.questionId}`;
      if (seen.has(key)) problems.push(`${key} is answered twice in round ${round.number}`);
      seen.add(key);
    }
    const live = new Set(round.answers.map((answer) => answer.requestId));
    for (const score of scored) {
      if (!live.has(score.requestId)) problems.push(`request ${score.requestId} is scored, yet was given up`);
    }
    if (round.state === 'closed' && round.answers.some((one) => one.total === null && one.refusedBy !== LOST)) {
      problems.push(`round ${round.number} was closed with an answer unscored`);
    }
    const judged = store.judgements.ofRound(round.id);
    if (new Set(judged.map((row) => row.requestId)).size !== judged.length) {
      problems.push(`an answer of round ${round.number} was judged twice`);
    }
  });
  for (const average of store.averages.all()) {
    const times = folds.get(registration(average)) ?? 0;
    if (average.rounds !== times) problems.push(`${average.hotkey} holds ${average.rounds} rounds, folded ${times}`);
    const last = store.averages.history(average.hotkey, average.registeredAtBlock, 1)[0];
    if (last?.emaAfter !== average.ema)
      problems.push(`${average.hotkey} stands at ${average.ema}, not ${last?.emaAfter}`);
  }
  return problems;
}

const LOST = 'cut off by a restart';

/** A hotkey that registered anew begins a new average. */
function registration({ hotkey, registeredAtBlock }: { hotkey: string; registeredAtBlock: number }): string {
  return `${hotkey} ${registeredAtBlock}`;
}
