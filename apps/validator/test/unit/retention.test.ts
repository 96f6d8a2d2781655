import type { MetagraphNeuron } from '@bettertherapy/chain';
import { silentLogger } from '@bettertherapy/core';
import type { Store } from '@bettertherapy/store';
import { FakeClock } from '@bettertherapy/testkit';
import { describe, expect, it } from 'vitest';
import { Retention } from '../../src/duties/retention.js';
import { runRound } from '../../src/round/runRound.js';
import { beginRound, freshStore, metagraphOf, neuron, never, roundParts, self } from './fixture.js';

describe('the retention duty', () => {
  const sweep = (store: Store, nowMs: number, neurons: readonly MetagraphNeuron[] | null) =>
    new Retention(
      { everyMs: 1, keepRoundsMs: 1, keepStrikesMs: 1, keepSessionsMs: 1, keepOrganicMs: 1 },
      {
        store,
        metagraph: async () => (neurons ? metagraphOf(neurons) : Promise.reject(new Error('down'))),
        clock: Object.assign(new FakeClock(nowMs), { sleep: () => Promise.resolve() }),
        log: silentLogger,
      },
    ).sweep(never);

  it('forgets old rounds with their steps, expired nonces, old strikes and old weights, and nothing else', async () => {
    const { store } = freshStore();
    const parts = roundParts(store);
    await runRound(beginRound(store, parts), parts, never);
    await parts.clock.advance(1_000);
    await runRound(beginRound(store, parts), parts, never);
    const nowMs = parts.clock.wallMs();
    store.nonces.accept({ scheme: 'btauth1', key: 'k', nonceNs: 1n, expiresAtMs: 9e15 });
    store.nonces.accept({ scheme: 'btauth1', key: 'k', nonceNs: 2n, expiresAtMs: 9e14 });
    store.strikes.add({ hotkey: self, registeredAtBlock: 1, roundId: 'r', reason: 'x', atMs: nowMs });
    store.patients.create(nowMs);
    for (const [at, window] of ['a', 'b', 'c'].entries()) settledIntent(store, window, nowMs + at, window !== 'b');
    await sweep(store, nowMs + 9e14, [neuron(2), neuron(3)]);
    expect(store.rounds.latest(5).map((round) => round.number)).toEqual([2]);
    expect(store.nonces.count()).toBe(1);
    expect(store.strikes.of(self, 1)).toEqual([]);
    expect(store.patients.eraseIdle(Number.MAX_SAFE_INTEGER, 5)).toBe(0);
    const { averages } = store;
    expect(averages.all().map((row) => averages.history(row.hotkey, row.registeredAtBlock, 9).length)).toEqual([1, 1]);
    expect(store.weightIntents.latest(5).map(({ intent }) => intent.window)).toEqual(['c', 'b']);
  });

  it('forgets the average of a registration that is gone, once it is old and the chain says who is there', async () => {
    const { store } = freshStore();
    const parts = roundParts(store);
    await runRound(beginRound(store, parts), parts, never);
    const nowMs = parts.clock.wallMs();
    const left = async (atMs: number, neurons: readonly MetagraphNeuron[] | null) => {
      await sweep(store, atMs, neurons);
      return store.averages
        .all()
        .map((row) => row.registeredAtBlock)
        .sort();
    };
    const anew = [neuron(2), neuron(3, { registeredAt: 77 })];
    expect(await left(nowMs, anew)).toEqual([12, 13]);
    expect(await left(nowMs + 9e9, null)).toEqual([12, 13]);
    expect(await left(nowMs + 9e9, anew)).toEqual([12]);
  });

  it('forgets references that no round needs any more, of the present judge as well', async () => {
    const { store } = freshStore();
    for (const manifestSha256 of ['present', 'former']) {
      for (const [questionSha256, judgedMs] of [
        ['old', 1_000],
        ['recent', 9_999],
      ] as const) {
        store.references.keep({ manifestSha256, questionSha256, reference: {}, judgedMs });
      }
    }
    store.references.keep({ manifestSha256: 'present', questionSha256: 'old', reference: {}, judgedMs: 9_999 });
    await sweep(store, 10_000, []);
    const left = ['present', 'former'].flatMap((sha) =>
      ['old', 'recent'].filter((question) => store.references.get(sha, question)).map((question) => [sha, question]),
    );
    expect(left).toEqual([
      ['present', 'old'],
      ['present', 'recent'],
      ['former', 'recent'],
    ]);
  });
});

function settledIntent(store: Store, id: string, createdMs: number, ended: boolean): void {
  store.weightIntents.create({
    ...{
      id,
      window: id,
      netuid: 2,
      mecid: 0,
      block: 1,
      epochIndex: 1,
      mode: 'plain',
      versionKey: 0,
      uids: [],
      values: [],
    },
    ...{ entries: [], scoringVersion: '1', lastUpdateBefore: 0, createdMs },
  });
  if (!ended) return;
  const none = { block: null, blockHash: null, extrinsicHash: null };
  store.weightIntents.recordOutcome({ intentId: id, atMs: 1, ok: false, ...none, errorCode: 'X', errorMessage: 'x' });
}
