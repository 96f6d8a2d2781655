import { FakeClock } from '@bettertherapy/testkit';
import { describe, expect, it } from 'vitest';
import type { Room } from '../../src/disk/diskGate.js';
import { RunRounds, type RunRoundsOptions } from '../../src/duties/runRounds.js';
import type { Standing } from '../../src/duties/syncMetagraph.js';
import type { ExamState } from '../../src/exam/startUpExam.js';
import type { RoundParts } from '../../src/round/parts.js';
import { beginRound, freshStore, never, roundParts } from './fixture.js';

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
      afterRound: () => void states.push('after'),
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
    expect(states).toEqual(['running', 'after', 'running', 'after', 'done']);
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
