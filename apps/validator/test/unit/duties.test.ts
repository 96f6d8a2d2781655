import type { Metagraph, MetagraphNeuron } from '@bettertherapy/chain';
import { silentLogger } from '@bettertherapy/core';
import type { Store } from '@bettertherapy/store';
import { FakeClock } from '@bettertherapy/testkit';
import { describe, expect, it } from 'vitest';
import type { Room } from '../../src/disk/diskGate.js';
import { Retention } from '../../src/duties/retention.js';
import { RunRounds, type RunRoundsOptions } from '../../src/duties/runRounds.js';
import { type Standing, SyncMetagraph } from '../../src/duties/syncMetagraph.js';
import type { ExamState } from '../../src/exam/startUpExam.js';
import type { RoundParts } from '../../src/round/parts.js';
import { beginRound, freshStore, metagraphOf, neuron, never, roundParts, self } from './fixture.js';

function rounds(parts: RoundParts, more: Partial<RunRoundsOptions> = {}) {
  const states: string[] = [];
  const place: { standing: Standing; room: Room } = { standing: 'permit', room: 'enough' };
  const exam: { mayJudge: boolean; state: ExamState } = { mayJudge: true, state: 'passed' };
  const duty = new RunRounds(
    { intervalMs: 10_000, maxRounds: 2, maxStageEntries: 3, standingPollMs: 1_000, secret: 'secret', ...more },
    {
      ...parts,
      head: async () => ({ block: 100, blockHash: '0x64' }),
      standing: async () => place.standing,
      room: () => place.room,
      exam,
      report: (_ok, state) => states.push(state),
    },
  );
  return { duty, states, place, exam };
}

describe('the round duty', () => {
  it('runs the asked number of rounds, no closer together than the interval', async () => {
    const { store } = freshStore();
    const clock = new FakeClock();
    const parts = { ...roundParts(store), clock };
    const { duty, states } = rounds(parts);
    const running = duty.run(never);
    for (let i = 0; i < 30; i += 1) await clock.advance(1_000);
    await running;
    const [second, first] = store.rounds.latest(5);
    expect(store.rounds.closedCount()).toBe(2);
    expect((second?.startedMs ?? 0) - (first?.startedMs ?? 0)).toBeGreaterThanOrEqual(10_000);
    expect(second?.seed).not.toBe(first?.seed);
    expect(states.at(-1)).toBe('done');
  });

  it('asks no miner before the judge has passed its exam, and says what it waits for', async () => {
    const { store } = freshStore();
    const clock = new FakeClock();
    const { duty, states, exam } = rounds({ ...roundParts(store), clock }, { maxRounds: 1 });
    Object.assign(exam, { mayJudge: false, state: 'pending' });
    const running = duty.run(never);
    await clock.advance(5_000);
    exam.state = 'failed';
    await clock.advance(1_000);
    expect(new Set(states)).toEqual(new Set(['waiting for the exam', 'the judge failed its exam']));
    expect(store.rounds.latest(1)).toEqual([]);
    Object.assign(exam, { mayJudge: true, state: 'passed' });
    for (let i = 0; i < 15; i += 1) await clock.advance(1_000);
    await running;
    expect(store.rounds.latest(1)[0]).toMatchObject({ number: 1, state: 'closed' });
  });

  it('waits one interval, not a year, after the wall clock was set back by a year', async () => {
    const { store } = freshStore();
    const clock = new FakeClock();
    const startedMs = clock.wallMs() + 365 * 24 * 60 * 60 * 1000;
    store.rounds.begin({ id: 'ahead', startedMs, block: 1, blockHash: '0x1', seed: 's' });
    store.rounds.abandon({ roundId: 'ahead', reason: 'stage_failed', nowMs: startedMs });
    const running = rounds({ ...roundParts(store), clock }, { maxRounds: 1 }).duty.run(never);
    for (let i = 0; i < 15; i += 1) await clock.advance(1_000);
    expect(store.rounds.latest(1)[0]).toMatchObject({ number: 2, state: 'closed' });
    await running;
  });

  it('resumes the round that a restart cut off before it begins another', async () => {
    const { store } = freshStore();
    const parts = roundParts(store);
    const cutOff = beginRound(store, parts);
    await rounds(parts, { maxRounds: 1 }).duty.run(never);
    expect(store.rounds.latest(5).map((round) => round.id)).toEqual([cutOff.id]);
    expect(store.rounds.byId(cutOff.id)?.state).toBe('closed');
  });

  it('gives up a round that keeps failing, and goes on with the next', async () => {
    const { store } = freshStore();
    let broken = true;
    const base = roundParts(store);
    const gate: typeof base.examiner.gate = (answer) => {
      if (broken) throw new Error('broken');
      return base.examiner.gate(answer);
    };
    const clock = new FakeClock();
    const { duty } = rounds({ ...base, clock, examiner: { ...base.examiner, gate } }, { maxRounds: 1 });
    const running = duty.run(never);
    for (let i = 0; i < 40 && store.rounds.latest(1)[0]?.state !== 'abandoned'; i += 1) await clock.advance(1_000);
    expect(store.rounds.latest(1)[0]).toMatchObject({ state: 'abandoned', voidReason: 'stage_failed' });
    broken = false;
    for (let i = 0; i < 60; i += 1) await clock.advance(1_000);
    await running;
    expect(store.rounds.latest(1)[0]).toMatchObject({ number: 2, state: 'closed', counted: true });
  });

  it('gives up a round whose stage ended the process too often, without entering it again', async () => {
    const { store } = freshStore();
    const parts = roundParts(store);
    const deadly = beginRound(store, parts);
    for (let i = 0; i < 3; i += 1) store.rounds.enterStage({ roundId: deadly.id, stage: 'plan', nowMs: 1 });
    await rounds(parts, { maxRounds: 1, intervalMs: 0 }).duty.run(never);
    expect(store.rounds.byId(deadly.id)).toMatchObject({ state: 'abandoned', voidReason: 'resumed_too_often' });
    expect(store.rounds.latest(1)[0]).toMatchObject({ number: 2, state: 'closed', counted: true });
  });

  it.each(['not registered', 'no permit'] as const)('asks nobody while its standing is: %s', async (standing) => {
    const { store } = freshStore();
    const clock = new FakeClock();
    const { duty, states, place } = rounds({ ...roundParts(store), clock }, { maxRounds: 1 });
    place.standing = standing;
    const running = duty.run(never);
    await clock.advance(5_000);
    expect([states.at(-1), store.rounds.latest(1)]).toEqual([standing, []]);
    place.standing = 'permit';
    for (let i = 0; i < 5; i += 1) await clock.advance(1_000);
    await running;
    expect(store.rounds.closedCount()).toBe(1);
  });

  it.each(['low', 'full'] as const)('begins no round while the disk is %s', async (room) => {
    const { store } = freshStore();
    const clock = new FakeClock();
    const { duty, states, place } = rounds({ ...roundParts(store), clock }, { maxRounds: 1 });
    place.room = room;
    const running = duty.run(never);
    await clock.advance(5_000);
    expect([states.at(-1), store.rounds.latest(1)]).toEqual(['waiting for room on the disk', []]);
    place.room = 'enough';
    for (let i = 0; i < 5; i += 1) await clock.advance(1_000);
    await running;
    expect(store.rounds.closedCount()).toBe(1);
  });

  it('stops where it is when asked to', async () => {
    const { store } = freshStore();
    const stop = new AbortController();
    const parts = roundParts(store, {
      askOne: () => {
        stop.abort('stopped');
        return Promise.reject(new Error('aborted'));
      },
    });
    await expect(rounds(parts).duty.run(stop.signal)).rejects.toBe('stopped');
    expect(store.rounds.open()).not.toBeNull();
  });
});

describe('the metagraph duty', () => {
  it('tells each change of its place once, and goes on through all of them', async () => {
    const clock = new FakeClock();
    const states: string[] = [];
    const errors: unknown[] = [];
    let graph: Metagraph = metagraphOf([neuron(1, { validatorPermit: true })]);
    let down = false;
    const stop = new AbortController();
    const duty = new SyncMetagraph(
      { self, everyMs: 1_000, retryMs: 1_000, freshMs: 500 },
      {
        read: async () => (down ? Promise.reject(new Error('down')) : graph),
        clock,
        log: { ...silentLogger, error: (_message, fields) => errors.push(fields?.code) },
        metrics: null,
        report: (_ok, state) => states.push(state),
      },
    );
    const others = { ownerHotkey: neuron(3).hotkey };
    const running = duty.run(stop.signal).catch((reason: unknown) => reason);
    await clock.advance(10);
    down = true;
    await clock.advance(1_000);
    down = false;
    for (const neurons of [
      [neuron(2)],
      [neuron(2)],
      [neuron(1), neuron(2, { validatorPermit: true })],
      [neuron(1), neuron(2)],
      [neuron(1, { validatorPermit: true })],
    ]) {
      graph = { ...metagraphOf(neurons), ...others };
      await clock.advance(1_000);
    }
    expect(states).toEqual([
      ...['permit', 'chain unreachable', 'not registered', 'not registered', 'no permit', 'no permits yet', 'permit'],
    ]);
    expect(errors).toEqual(['VALIDATOR_NOT_REGISTERED', 'VALIDATOR_NO_PERMIT']);
    stop.abort('stopped');
    expect(await running).toBe('stopped');
  });

  it('reads again only when what it has is too old', async () => {
    const clock = new FakeClock();
    let reads = 0;
    const duty = new SyncMetagraph(
      { self, everyMs: 1_000, retryMs: 1_000, freshMs: 500 },
      {
        read: async () => {
          reads += 1;
          return metagraphOf([neuron(1)]);
        },
        clock,
        log: silentLogger,
        metrics: null,
        report: () => undefined,
      },
    );
    await duty.current(never);
    await duty.current(never);
    await clock.advance(501);
    await duty.current(never);
    expect(reads).toBe(2);
  });
});

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
    await rounds(parts, { maxRounds: 1, intervalMs: 0 }).duty.run(never);
    await parts.clock.advance(1_000);
    await rounds(parts, { maxRounds: 2, intervalMs: 0 }).duty.run(never);
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
    await rounds(parts, { maxRounds: 1, intervalMs: 0 }).duty.run(never);
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
