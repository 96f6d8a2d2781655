// What the validator's journal says of the whole run, read beside its owner.
import { join } from 'node:path';
import { openStore } from '@bettertherapy/store';
import { repositoryRoot } from '@bettertherapy/testkit';

const LANDED = new Set(['submitted', 'verified', 'mismatch', 'superseded']);
const MANY = 100_000;

/** Runs `work` with the journal open for reading. */
export async function withJournal(file, work) {
  const migrationsDir = join(repositoryRoot, 'migrations');
  const store = openStore({ file, migrationsDir, identity: null, readonly: true });
  try {
    return work(store);
  } finally {
    await store.close();
  }
}

/** How many rounds have their evidence sealed. */
export const sealedRounds = (file) => withJournal(file, (store) => store.evidence.latest(MANY).length);

/** @param findings of test/chaos/ledger.ts: what must hold of a journal however its owner was treated */
export function readFacts(file, { findings, acknowledged, names }) {
  return withJournal(file, (store) => {
    const rounds = store.rounds.latest(MANY).reverse();
    const scores = rounds.flatMap(({ id, number }) =>
      store.averages.historyOfRound(id).map(({ hotkey, emaAfter, roundMean }) => {
        return { round: number, miner: names.get(hotkey) ?? hotkey, average: emaAfter, result: roundMean };
      }),
    );
    const intents = store.weightIntents.latest(MANY).map(({ intent }) => intent);
    const windows = new Map();
    for (const { window, state } of intents) {
      if (LANDED.has(state)) windows.set(window, (windows.get(window) ?? 0) + 1);
    }
    return {
      rounds: rounds.map(({ number, state, startedMs, closedMs, counted, voidReason, block }) => {
        return { number, state, startedMs, closedMs, counted, voidReason, block };
      }),
      folded: [...new Set(scores.map(({ round }) => round))],
      scores,
      weights: {
        windows: windows.size,
        twice: [...windows].filter(([, times]) => times > 1).map(([window]) => window),
        states: tally(intents.map(({ state }) => state)),
      },
      sealed: store.evidence.latest(MANY).map(({ number }) => number),
      findings: findings(store, acknowledged),
      refusals: tally(
        rounds.flatMap(({ id }) => store.responses.ofRound(id).map(({ refusedBy }) => refusedBy ?? 'answered')),
      ),
      gates: tally(
        rounds.flatMap(({ id }) => store.judgements.gatesOfRound(id).map(({ reason }) => reason ?? 'passed')),
      ),
      copies: rounds.reduce((sum, { id }) => sum + store.scores.ofRound(id).filter(({ copyOf }) => copyOf).length, 0),
    };
  });
}

function tally(words) {
  const counts = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}
