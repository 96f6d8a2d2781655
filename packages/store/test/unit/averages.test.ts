import { describe, expect, it } from 'vitest';
import { answerRow, freshStore, hotkeyOf, plannedRound, walkToFold } from './fixture.js';

describe('averages', () => {
  const results = [{ hotkey: hotkeyOf(2), registeredAtBlock: 2, mean: 80, asked: 4, answered: 3 }];
  const fold = (state: { ema: number; rounds: number } | null, mean: number) => ({
    ema: (state?.ema ?? 0) * 0.9 + mean * 0.1,
    rounds: (state?.rounds ?? 0) + 1,
  });

  it('take a round exactly once and close it', () => {
    const { store } = freshStore();
    const { id } = plannedRound(store);
    walkToFold(store, id);
    const close = () =>
      store.averages.closeRound({ roundId: id, results, fold, voidReason: null, outcome: {}, nowMs: 4000 });
    close();
    expect(close).toThrow(expect.objectContaining({ code: 'STORE_OUT_OF_STEP' }));
    expect(store.averages.of(hotkeyOf(2), 2)).toMatchObject({
      ema: 8,
      rounds: 1,
      asked: 4,
      answered: 3,
      lastRoundId: id,
    });
    expect(store.averages.historyOfRound(id)).toMatchObject([{ emaBefore: null, emaAfter: 8, roundMean: 80 }]);
    expect(store.rounds.open()).toBeNull();
    expect(store.rounds.closedCount()).toBe(1);
    expect(store.averages.countsSince(4000)).toEqual([
      { hotkey: hotkeyOf(2), registeredAtBlock: 2, asked: 4, answered: 3 },
    ]);
    expect(store.averages.countsSince(4001)).toEqual([]);
  });

  it('are kept apart when a hotkey registers anew', () => {
    const { store } = freshStore();
    for (const [i, registeredAtBlock] of [2, 99].entries()) {
      const { id } = plannedRound(store, `round-${i}`);
      walkToFold(store, id);
      const moved = results.map((one) => ({ ...one, registeredAtBlock }));
      store.averages.closeRound({ roundId: id, results: moved, fold, voidReason: null, outcome: {}, nowMs: 4000 + i });
    }
    expect(store.averages.all().map((row) => [row.registeredAtBlock, row.rounds])).toEqual([
      [2, 1],
      [99, 1],
    ]);
  });

  it('are untouched by a void round', () => {
    const { store } = freshStore();
    const { id } = plannedRound(store);
    walkToFold(store, id);
    store.averages.closeRound({ roundId: id, results, fold, voidReason: 'controls', outcome: {}, nowMs: 4000 });
    expect(store.averages.all()).toEqual([]);
    expect(store.averages.countsSince(0)).toEqual([]);
    expect(store.rounds.byId(id)).toMatchObject({ state: 'closed', counted: false, voidReason: 'controls' });
  });

  it('are untouched when the fold breaks half way', () => {
    const { store } = freshStore();
    const { id } = plannedRound(store);
    walkToFold(store, id);
    const twice = [...results, ...results];
    expect(() =>
      store.averages.closeRound({ roundId: id, results: twice, fold, voidReason: null, outcome: {}, nowMs: 1 }),
    ).toThrow(/UNIQUE/);
    expect(store.averages.all()).toEqual([]);
    expect(store.rounds.open()?.id).toBe(id);
  });
});

describe('copies', () => {
  it('are counted per pair over the rounds in which both were asked', () => {
    const { store } = freshStore();
    for (const round of ['round-1', 'round-2']) {
      const { id, requests } = plannedRound(store, round);
      store.responses.recordMany(requests.map((one) => answerRow(one.id)));
      for (const stage of ['query', 'collect', 'gate', 'judge', 'score'] as const) {
        if (stage !== 'query') store.rounds.enterStage({ roundId: id, stage, nowMs: 1 });
        if (stage !== 'score') store.rounds.finishStage({ roundId: id, stage, outcome: {}, nowMs: 1 });
      }
      const scores = requests.map((one) => ({
        requestId: one.id,
        hotkey: one.hotkey,
        reward: 0.5,
        quality: 50,
        time: 100,
        total: 65,
        copyOf: one.id === `${id}-r30` ? `${id}-r20` : null,
        components: {},
        scoringVersion: '1',
        manifestSha256: null,
        scoredMs: 5000,
      }));
      store.scores.recordRound({ roundId: id, scores, outcome: {}, nowMs: 5000 });
      store.rounds.enterStage({ roundId: id, stage: 'fold', nowMs: 1 });
      store.averages.closeRound({
        roundId: id,
        results: [],
        fold: (_s, mean) => ({ ema: mean, rounds: 1 }),
        voidReason: null,
        outcome: {},
        nowMs: 6000,
      });
    }
    const [a, b] = [hotkeyOf(2), hotkeyOf(3)].sort();
    expect(store.scores.copyPairs(0)).toEqual([{ a, b, together: 4, copies: 2, roundsWithCopies: 2 }]);
    expect(store.scores.copyPairs(9999)).toEqual([]);
  });
});
