import { systemClock } from '@bettertherapy/core';
import { describe, expect, it } from 'vitest';
import { connect } from '../../src/connection.js';
import { NonceRepository } from '../../src/repositories/nonces.js';
import { Session } from '../../src/session.js';
import { freshStore, hotkeyOf, open } from './fixture.js';

const intent = (id: string, window = '2/100') => ({
  id,
  window,
  netuid: 2,
  mecid: 0,
  block: 120,
  epochIndex: 4,
  mode: 'plain' as const,
  versionKey: 0,
  uids: [3, 5],
  values: [65_535, 1],
  entries: [{ hotkey: hotkeyOf(2), registeredAtBlock: 2, uid: 3, score: 71.5, share: 0.9 }],
  scoringVersion: '1',
  lastUpdateBefore: 20,
  createdMs: 1000,
});

const outcome = (intentId: string, ok: boolean) => ({
  intentId,
  atMs: 1100,
  ok,
  block: ok ? 121 : null,
  blockHash: ok ? '0x79' : null,
  extrinsicHash: null,
  errorCode: ok ? null : 'CHAIN_UNREACHABLE',
  errorMessage: ok ? null : 'no answer',
});

describe('weight intents', () => {
  it('hold a window once something may have reached the chain', () => {
    const { store } = freshStore();
    store.weightIntents.create(intent('a'));
    const again = () => store.weightIntents.create(intent('b'));
    expect(again).toThrow(expect.objectContaining({ code: 'STORE_OUT_OF_STEP' }));
    store.weightIntents.recordOutcome(outcome('a', false));
    expect(again()).toMatchObject({ attempt: 2, state: 'intended' });
    store.weightIntents.recordOutcome(outcome('b', true));
    expect(() => store.weightIntents.create(intent('c'))).toThrow(
      expect.objectContaining({ code: 'STORE_OUT_OF_STEP' }),
    );
    expect(store.weightIntents.create(intent('d', '2/200'))).toMatchObject({ attempt: 1 });
  });

  it('remember what was signed, how the chain took it, and how many reveals in a row were lost', () => {
    const { store } = freshStore();
    const commit = (id: string, match: boolean, createdMs: number) => {
      store.weightIntents.create({ ...intent(id, `2/${id}`), mode: 'timelocked', createdMs });
      store.weightIntents.recordSigned(id, { extrinsicHash: '0xee', validUntil: 128 });
      const sealed = { mode: 'timelocked', revealRound: 7, revealBlock: 140, commitEpoch: 4 } as const;
      store.weightIntents.recordOutcome({ ...outcome(id, true), ...sealed });
      store.weightIntents.recordVerification({ intentId: id, atMs: 1, block: 145, match, uids: [], values: [] });
    };
    expect(store.weightIntents.revealsLostInARow(2, 0)).toBe(0);
    for (const [at, match] of [false, true, false, false].entries()) commit(`c${at}`, match, 1000 + at);
    expect(store.weightIntents.latest(1)).toMatchObject([
      { intent: { extrinsicHash: '0xee', validUntil: 128 }, outcome: { revealRound: 7, commitEpoch: 4 } },
    ]);
    expect(store.weightIntents.revealsLostInARow(2, 0)).toBe(2);
    expect(store.weightIntents.revealsLostInARow(2, 1)).toBe(0);
    commit('c4', true, 1004);
    expect(store.weightIntents.revealsLostInARow(2, 0)).toBe(0);
  });

  it('walk from intended to verified and are read back whole', () => {
    const { store } = freshStore();
    store.weightIntents.create(intent('a'));
    expect(store.weightIntents.unfinished(2, 0)).toMatchObject([{ id: 'a', state: 'intended', values: [65_535, 1] }]);
    store.weightIntents.recordOutcome(outcome('a', true));
    store.weightIntents.recordVerification({
      intentId: 'a',
      atMs: 1200,
      block: 125,
      match: true,
      uids: [3, 5],
      values: [65_535, 1],
    });
    expect(store.weightIntents.unfinished(2, 0)).toEqual([]);
    expect(store.weightIntents.lastAccepted(2, 0)?.state).toBe('verified');
    expect(store.weightIntents.latest(1)).toMatchObject([
      { intent: { id: 'a' }, outcome: { block: 121 }, verification: { match: true } },
    ]);
  });
});

describe('nonces', () => {
  const entry = {
    scheme: 'btauth1' as const,
    key: hotkeyOf(2),
    nonceNs: 1_700_000_000_000_000_001n,
    expiresAtMs: 9e15,
  };

  it('accept a btauth1 pair once, in any order, also after a restart', async () => {
    const { file, store } = freshStore();
    expect(store.nonces.accept(entry)).toBe(true);
    expect(store.nonces.accept(entry)).toBe(false);
    expect(store.nonces.accept({ ...entry, nonceNs: entry.nonceNs - 1n })).toBe(true);
    await store.close();
    expect(open(file).nonces.accept(entry)).toBe(false);
  });

  it('accept a v10 nonce only above the newest of its key', () => {
    const { store } = freshStore();
    const v10 = { ...entry, scheme: 'v10' as const, key: `${hotkeyOf(2)}:uuid` };
    expect(store.nonces.accept(v10)).toBe(true);
    expect(store.nonces.accept({ ...v10, nonceNs: 9n })).toBe(false);
    expect(store.nonces.accept({ ...v10, nonceNs: v10.nonceNs + 1n })).toBe(true);
    expect(store.nonces.lastV10(v10.key)).toBe(v10.nonceNs + 1n);
    expect(store.nonces.accept({ ...v10, key: `${hotkeyOf(3)}:uuid`, nonceNs: 9n })).toBe(true);
    expect(store.nonces.count()).toBe(2);
  });

  it('are forgotten after they expire, a bounded number at a time', () => {
    const { store } = freshStore();
    for (let i = 0n; i < 5n; i += 1n) store.nonces.accept({ ...entry, nonceNs: i, expiresAtMs: i < 4n ? 100 : 9000 });
    expect(store.nonces.cleanUp(200, 3)).toBe(3);
    expect(store.nonces.cleanUp(200, 3)).toBe(1);
    expect(store.nonces.count()).toBe(1);
  });
});

describe('the bound on nonces', () => {
  it('drops expired ones by itself and refuses rather than forget a live one', () => {
    const { file, store } = freshStore();
    const db = connect({ file, mode: 'write' });
    const clock = { ...systemClock, wallMs: () => 1000 };
    const small = new NonceRepository(new Session(db, { clock, metrics: null }), clock, 2);
    const live = (n: bigint, expiresAtMs: number) => ({
      scheme: 'btauth1' as const,
      key: 'k',
      nonceNs: n,
      expiresAtMs,
    });
    expect([small.accept(live(1n, 500)), small.accept(live(2n, 2000))]).toEqual([true, true]);
    expect([small.accept(live(3n, 2000))]).toEqual([true]);
    expect(store.nonces.count()).toBe(2);
    small.accept(live(4n, 2000));
    expect(() => small.accept(live(5n, 2000))).toThrow(expect.objectContaining({ code: 'STORE_NONCES_FULL' }));
    db.close();
  });
});

describe('strikes', () => {
  it('are given once per round and reason, and counted since a moment', () => {
    const { store } = freshStore();
    const strike = { hotkey: hotkeyOf(2), registeredAtBlock: 2, roundId: 'r1', reason: 'injection', atMs: 100 };
    expect(store.strikes.add(strike)).toBe(true);
    expect(store.strikes.add({ ...strike, atMs: 200 })).toBe(false);
    store.strikes.add({ ...strike, roundId: 'r2', atMs: 300 });
    expect(store.strikes.countsSince(50).get(`${hotkeyOf(2)}:2`)).toBe(2);
    expect(store.strikes.countsSince(250).get(`${hotkeyOf(2)}:2`)).toBe(1);
    expect(store.strikes.of(hotkeyOf(2), 2)).toHaveLength(2);
  });
});
