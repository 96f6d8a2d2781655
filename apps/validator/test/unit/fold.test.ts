import type { Logger } from '@bettertherapy/core';
import { SCORING_VERSION } from '@bettertherapy/scoring';
import type { Store } from '@bettertherapy/store';
import { describe, expect, it } from 'vitest';
import { runRound } from '../../src/round/runRound.js';
import { beginRound, examiner, freshStore, hotkeyOf, neuron, never, roundParts } from './fixture.js';

const OTHER = 'e'.repeat(64);

function warnings() {
  const seen: string[] = [];
  const nothing = (): void => undefined;
  const log: Logger = {
    trace: nothing,
    debug: nothing,
    info: nothing,
    warn: (message: string) => void seen.push(message),
    error: nothing,
    fatal: nothing,
    child: () => log,
  };
  return { seen, log };
}

/** A round judged with `reward` by the judge `manifestSha256`. */
async function round(store: Store, log: Logger, reward = 0.7, manifestSha256 = 'f'.repeat(64)) {
  const script = examiner(() => reward);
  const judge: typeof script.judge = async (answer, signal) => {
    const { row, ...rest } = await script.judge(answer, signal);
    return { ...rest, row: { ...row, manifestSha256 } };
  };
  const parts = roundParts(store, { log, neurons: [neuron(2)], examiner: { ...script, judge, manifestSha256 } });
  const begun = beginRound(store, parts);
  await runRound(begun, parts, never);
  return store.rounds.stages(begun.id).at(-1)?.outcome;
}

const average = (store: Store) => store.averages.of(hotkeyOf(2), 12);
const steps = (store: Store) => store.averages.history(hotkeyOf(2), 12, 10);

describe('an average', () => {
  it('says by which arithmetic and which judge each of its steps was made', async () => {
    const { store } = freshStore();
    const { seen, log } = warnings();
    await round(store, log);
    const made = { scoringVersion: SCORING_VERSION, manifestSha256: 'f'.repeat(64) };
    expect(average(store)).toMatchObject(made);
    expect(steps(store)).toMatchObject([made]);
    expect(seen).toEqual([]);
  });

  it('goes on under another judge, which is recorded and told once', async () => {
    const { store } = freshStore();
    const { seen, log } = warnings();
    expect(await round(store, log)).toMatchObject({ judgeChanged: false });
    expect(await round(store, log, 0.7, OTHER)).toMatchObject({ judgeChanged: true });
    expect(await round(store, log, 0.7, OTHER)).toMatchObject({ judgeChanged: false });
    expect(seen).toEqual(['the judge is another one than before, averages now hold rewards of both']);
    expect(average(store)).toMatchObject({ rounds: 3, manifestSha256: OTHER });
  });

  it.each([
    ['0.9.0', 1, 79, ['scoring has changed, every average begins anew']],
    [SCORING_VERSION.replace(/\d+$/u, '99'), 2, null, []],
  ])('made by version %s holds %i round after the next one', async (scoringVersion, rounds, ema, told) => {
    const { store } = freshStore();
    const { seen, log } = warnings();
    const parts = roundParts(store);
    const old = beginRound(store, parts);
    for (const stage of ['plan', 'query', 'collect', 'gate', 'judge', 'score', 'fold'] as const) {
      store.rounds.enterStage({ roundId: old.id, stage, nowMs: 1 });
      if (stage !== 'fold') store.rounds.finishStage({ roundId: old.id, stage, outcome: {}, nowMs: 1 });
    }
    store.averages.closeRound({
      roundId: old.id,
      results: [{ hotkey: hotkeyOf(2), registeredAtBlock: 12, mean: 20, asked: 4, answered: 4 }],
      fold: (_state, mean) => ({ ema: mean, rounds: 1 }),
      madeBy: { scoringVersion, manifestSha256: 'f'.repeat(64) },
      voidReason: null,
      outcome: {},
      nowMs: 1,
    });
    await round(store, log);
    expect(average(store)).toMatchObject({ rounds, scoringVersion: SCORING_VERSION });
    if (ema !== null) expect(average(store)?.ema).toBe(ema);
    else expect(average(store)?.ema).toBeLessThan(79);
    expect(steps(store)[0]?.emaBefore).toBe(ema === null ? 20 : null);
    expect(seen).toEqual(told);
  });
});
