import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type LogFields, silentLogger } from '@bettertherapy/core';
import { temporaryFolder } from '@bettertherapy/testkit';
import { afterEach, describe, expect, it } from 'vitest';
import { WandbSpool } from '../../../src/wandb/spool.js';

const DAY_MS = 24 * 3_600_000;
const START_MS = 1_750_000_000_000;
const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

function newFolder(): string {
  const folder = temporaryFolder('spool');
  cleanups.push(() => folder.remove());
  return join(folder.path, 'wandb');
}

function open(dir: string, maxBytes = 1_000_000) {
  const warnings: { message: string; fields: LogFields }[] = [];
  const log = {
    ...silentLogger,
    warn: (message: string, fields: LogFields = {}) => void warnings.push({ message, fields }),
  };
  const newRunId = (startedMs: number): string => `run-${Math.round((startedMs - START_MS) / DAY_MS)}`;
  return { spool: new WandbSpool({ dir, maxBytes, runMs: DAY_MS, newRunId }, { log }), warnings };
}

const add = (spool: WandbSpool, round: number, atMs = START_MS + round) =>
  spool.add({ round, atMs, scalars: { round } });
const roundsOf = (spool: WandbSpool, maxBytes = 1_000_000) => spool.next(maxBytes)?.lines.map(({ round }) => round);
const lineFiles = (dir: string) => readdirSync(dir).filter((name) => /^\d/.test(name));

/** The state cannot be written until the result is called, as on a full disk. */
function withoutRoom(dir: string): () => void {
  const inTheWay = join(dir, 'state.json.new');
  mkdirSync(inTheWay);
  return () => rmSync(inTheWay, { recursive: true });
}

describe('WandbSpool', () => {
  it('hands out lines in order until they are accepted, and counts what the run has', () => {
    const { spool } = open(newFolder());
    for (const round of [1, 2, 3]) add(spool, round);
    const batch = spool.next(1_000_000);
    expect(batch).toMatchObject({ run: { id: 'run-0', startedMs: START_MS + 1 }, offset: 0 });
    expect(roundsOf(spool)).toEqual([1, 2, 3]);
    if (batch) spool.accept(batch);
    expect(spool.next(1_000_000)).toBeNull();
    add(spool, 4);
    expect(spool.next(1_000_000)).toMatchObject({ run: { id: 'run-0' }, offset: 3 });
  });

  it('sends what was accepted to the same place again when the disk had no room to write that down', () => {
    const dir = newFolder();
    const { spool } = open(dir);
    for (const round of [1, 2, 3]) add(spool, round);
    const batch = spool.next(1_000_000);
    const room = withoutRoom(dir);
    expect(() => batch && spool.accept(batch)).toThrow();
    room();
    expect(spool.next(1_000_000)).toEqual(batch);
    if (batch) spool.accept(batch);
    add(spool, 4);
    expect(spool.next(1_000_000)).toMatchObject({ offset: 3 });
    expect([roundsOf(spool), roundsOf(open(dir).spool)]).toEqual([[4], [4]]);
  });

  it('takes a round in later when the disk had no room for it, and counts its bytes once', () => {
    const dir = newFolder();
    const { spool } = open(dir);
    add(spool, 1);
    const { bytes } = spool.size;
    const room = withoutRoom(dir);
    expect(() => add(spool, 2)).toThrow();
    expect([spool.lastRound, spool.size.lines]).toEqual([1, 1]);
    room();
    add(spool, 2);
    expect(spool.size).toMatchObject({ lines: 2, bytes: 2 * bytes });
    expect([roundsOf(spool), roundsOf(open(dir).spool)]).toEqual([
      [1, 2],
      [1, 2],
    ]);
  });

  it('takes a round once, also after a restart', () => {
    const dir = newFolder();
    const { spool } = open(dir);
    add(spool, 1);
    add(spool, 1);
    const again = open(dir).spool;
    add(again, 1);
    add(again, 2);
    expect(again.lastRound).toBe(2);
    expect(roundsOf(again)).toEqual([1, 2]);
  });

  it('limits a batch in bytes, but hands out at least one line', () => {
    const { spool } = open(newFolder());
    for (const round of [1, 2, 3]) add(spool, round);
    expect(roundsOf(spool, 1)).toEqual([1]);
    expect(roundsOf(spool, Math.ceil((spool.size.bytes * 2) / 3))).toEqual([1, 2]);
  });

  it('begins a run after a day, and never mixes two in a batch', () => {
    const { spool } = open(newFolder());
    add(spool, 1);
    add(spool, 2, START_MS + DAY_MS);
    add(spool, 3, START_MS + DAY_MS + 1);
    // The clock was put back: the run goes on.
    add(spool, 4, START_MS - 5);
    const first = spool.next(1_000_000);
    expect(first?.lines.map(({ round }) => round)).toEqual([1, 2]);
    if (first) spool.accept(first);
    expect(spool.next(1_000_000)).toMatchObject({ run: { id: 'run-1' }, offset: 0 });
    expect(roundsOf(spool)).toEqual([3, 4]);
  });

  it('goes on from a kill after any of its writes', () => {
    const dir = newFolder();
    const { spool } = open(dir);
    add(spool, 1);
    add(spool, 2);
    const before = {
      state: join(dir, 'state.json'),
      text: JSON.stringify({ ...EMPTY_STATE, lastSeq: 1, lastRound: 1 }),
    };
    // The line of round 2 was written, the state was not.
    writeFileSync(before.state, before.text);
    writeFileSync(join(dir, '000000000003.json.new'), '{"half');
    const second = open(dir).spool;
    expect(second.lastRound).toBe(2);
    add(second, 3);
    const batch = second.next(1_000_000);
    expect(batch?.lines.map(({ seq, round }) => [seq, round])).toEqual([
      [1, 1],
      [2, 2],
      [3, 3],
    ]);
    expect(batch?.run.id).toBe('run-0');

    // The state says that all is sent, the lines were not deleted yet.
    writeFileSync(
      before.state,
      JSON.stringify({ ...EMPTY_STATE, lastSeq: 3, lastRound: 3, sent: { seq: 3, runId: 'run-0', lines: 3 } }),
    );
    const third = open(dir).spool;
    expect(third.next(1_000_000)).toBeNull();
    expect(lineFiles(dir)).toEqual([]);
  });

  it('drops the oldest lines past its bound, and says how many', () => {
    const dir = newFolder();
    const one = open(dir);
    add(one.spool, 1);
    const { spool, warnings } = open(dir, one.spool.size.bytes * 2.5);
    for (const round of [2, 3, 4]) add(spool, round);
    expect(roundsOf(spool)).toEqual([3, 4]);
    expect(spool.size).toMatchObject({ lines: 2, dropped: 2 });
    expect(warnings.map(({ fields }) => fields.droppedInAll)).toEqual([1, 2]);
    expect(lineFiles(dir)).toHaveLength(2);
  });

  it('drops a line that cannot be read, and starts anew from a state that cannot be read', () => {
    const dir = newFolder();
    const { spool } = open(dir);
    for (const round of [1, 2]) add(spool, round);
    writeFileSync(join(dir, '000000000001.json'), 'no line');
    writeFileSync(join(dir, 'state.json'), 'no state');
    const again = open(dir);
    expect(roundsOf(again.spool)).toEqual([2]);
    expect(again.warnings).toHaveLength(2);
    expect(again.spool.lastRound).toBe(2);
  });

  it('leaves out what closed before it was first used', () => {
    const dir = newFolder();
    open(dir).spool.startAfter(7);
    const { spool } = open(dir);
    add(spool, 7);
    add(spool, 8);
    expect(roundsOf(spool)).toEqual([8]);
  });
});

const EMPTY_STATE = {
  run: { id: 'run-0', startedMs: START_MS + 1 },
  lastSeq: 0,
  lastRound: null,
  sent: { seq: 0, runId: null, lines: 0 },
};
