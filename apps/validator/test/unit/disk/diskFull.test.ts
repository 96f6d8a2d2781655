import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { silentLogger } from '@bettertherapy/core';
import { migrate, openStore, StoreErrorCode } from '@bettertherapy/store';
import { diskIsLow, spaceOf } from '@bettertherapy/telemetry';
import { FakeClock, smallDisk } from '@bettertherapy/testkit';
import { describe, expect, it } from 'vitest';
import { DiskGate } from '../../../src/disk/diskGate.js';
import { probeRoom } from '../../../src/disk/openDiskGate.js';
import { RunRounds } from '../../../src/duties/runRounds.js';
import { WatchDisk } from '../../../src/duties/watchDisk.js';
import { freshStore, migrationsDir, never, onEnd, roundParts, self } from '../fixture.js';
import { runGateway } from '../gateway/fixture.js';

const GIB = 1024 ** 3;
const MIB = 1024 ** 2;

function gateOf(folder: string) {
  const states: [boolean, string][] = [];
  const gate = new DiskGate(
    { pollMs: 5_000 },
    {
      space: () => spaceOf(folder),
      probe: () => probeRoom(folder),
      clock: new FakeClock(),
      log: silentLogger,
      metrics: null,
      report: (ok, state) => states.push([ok, state]),
    },
  );
  return { gate, states };
}

function storeOn(folder: string, diskFull: () => void) {
  const file = join(folder, 'validator.sqlite');
  migrate({ file, migrationsDir });
  const store = openStore(
    { file, migrationsDir, identity: { genesis: '0x00', netuid: 2, hotkey: self } },
    { diskFull },
  );
  onEnd(() => store.close());
  return store;
}

describe('how much is little', () => {
  it.each([
    ['2 GiB of a large disk', 2 * GIB, 200 * GIB, false],
    ['less than 2 GiB of a large disk', 2 * GIB - 1, 200 * GIB, true],
    ['a tenth of a small one', GIB, 10 * GIB, false],
    ['less than a tenth of a small one', GIB - 1, 10 * GIB, true],
  ])('%s', (_name, freeBytes, totalBytes, low) => {
    expect(diskIsLow({ freeBytes, totalBytes })).toBe(low);
  });
});

describe('a disk that fills up', () => {
  it('pauses rounds and the gateway, loses nothing, and goes on when there is room', async ({ skip }) => {
    const disk = smallDisk(24);
    if (!disk) return skip('this user may not mount a file system');
    onEnd(() => disk.remove());
    const { gate, states } = gateOf(disk.path);
    const store = storeOn(disk.path, () => gate.writeFailed());
    await gate.look();
    expect(states).toEqual([[true, 'room']]);
    const { url } = await runGateway([], { store, room: () => gate.room });
    const visit = () => fetch(`${url}/v1/patients`, { method: 'POST', body: '{}' });
    expect((await visit()).status).not.toBe(503);

    disk.fill();
    await gate.look();
    expect(gate.room).toBe('low');
    expect(() => store.meta.set('long', 'x'.repeat(4 * MIB))).toThrow(
      expect.objectContaining({ code: StoreErrorCode.DiskFull }),
    );
    expect([gate.room, store.meta.get('long'), store.integrityProblems()]).toEqual(['full', null, []]);
    await gate.look();
    expect(states.at(-1)).toEqual([false, 'full']);
    const refused = await visit();
    expect([refused.status, Number(refused.headers.get('retry-after'))]).toEqual([503, 30]);
    expect((await fetch(`${url}/health`)).status).toBe(200);

    const clock = new FakeClock();
    const reports: string[] = [];
    const duty = new RunRounds(
      { intervalMs: 0, maxRounds: 1, maxStageEntries: 3, standingPollMs: 1_000, secret: 's' },
      {
        ...roundParts(store),
        clock,
        head: async () => ({ block: 100, blockHash: '0x64' }),
        standing: async () => 'permit',
        room: () => gate.room,
        exam: { mayJudge: true, state: 'passed' },
        report: (_ok, state) => reports.push(state),
        afterRound: () => undefined,
      },
    );
    const running = duty.run(never);
    for (let i = 0; i < 5; i += 1) await clock.advance(1_000);
    expect([reports.at(-1), store.rounds.latest(1)]).toEqual(['waiting for room on the disk', []]);

    disk.clear();
    await gate.look();
    expect(states.at(-1)).toEqual([true, 'room']);
    for (let i = 0; i < 20; i += 1) await clock.advance(1_000);
    await running;
    expect(store.rounds.latest(1)[0]).toMatchObject({ number: 1, state: 'closed', counted: true });
    expect((await visit()).status).not.toBe(503);
    expect(readdirSync(disk.path)).not.toContain('.room');
  });

  it('lets an open round go on while little is left, and keeps it when a write of it fails', async ({ skip }) => {
    const disk = smallDisk(24);
    if (!disk) return skip('this user may not mount a file system');
    onEnd(() => disk.remove());
    const { gate } = gateOf(disk.path);
    const store = storeOn(disk.path, () => gate.writeFailed());
    const clock = new FakeClock();
    const base = roundParts(store);
    let filled = false;
    const askMany: typeof base.askMany = (calls, terms) => {
      // The disk is taken by others while miners answer.
      if (!filled) disk.fill();
      filled = true;
      return base.askMany(calls, terms);
    };
    const duty = new RunRounds(
      { intervalMs: 0, maxRounds: 1, maxStageEntries: 2, standingPollMs: 1_000, secret: 's' },
      {
        ...base,
        clock,
        askMany,
        head: async () => ({ block: 100, blockHash: '0x64' }),
        standing: async () => 'permit',
        room: () => gate.room,
        exam: { mayJudge: true, state: 'passed' },
        report: () => undefined,
        afterRound: () => undefined,
      },
    );
    const running = duty.run(never);
    for (let i = 0; i < 60 && !filled; i += 1) await clock.advance(1_000);
    expect(filled).toBe(true);
    // The log may have had pages to spare for small writes; this one needs more.
    expect(() => store.meta.set('long', 'x'.repeat(4 * MIB))).toThrow();
    for (let i = 0; i < 60; i += 1) await clock.advance(1_000);
    expect([gate.room, store.rounds.latest(5)]).toMatchObject(['full', [{ number: 1, state: 'open' }]]);
    disk.clear();
    await gate.look();
    for (let i = 0; i < 60; i += 1) await clock.advance(1_000);
    await running;
    expect(store.rounds.latest(5)).toMatchObject([{ number: 1, state: 'closed' }]);
  });

  it('stays shut after a failed write until one works, also where the file system does not tell its size', async () => {
    let works = false;
    const gate = new DiskGate(
      { pollMs: 1 },
      {
        space: async () => null,
        probe: () => (works ? Promise.resolve() : Promise.reject(new Error('EDQUOT'))),
        clock: new FakeClock(),
        log: silentLogger,
        metrics: null,
        report: () => undefined,
      },
    );
    await gate.look();
    expect(gate.room).toBe('enough');
    gate.writeFailed();
    await gate.look();
    expect(gate.room).toBe('full');
    works = true;
    await gate.look();
    expect(gate.room).toBe('enough');
  });
});

describe('the write-ahead log', () => {
  it('is folded into the database when it is longer than allowed, and measured', () => {
    const { store } = freshStore();
    store.meta.set('long', 'x'.repeat(3 * MIB));
    const sizes: number[] = [];
    const watch = (maxLogBytes: number) =>
      new WatchDisk(
        { everyMs: 1, maxLogBytes },
        {
          gate: gateOf('/').gate,
          store,
          clock: new FakeClock(),
          log: silentLogger,
          metrics: { logSize: (bytes) => sizes.push(bytes) },
        },
      ).foldLog();
    watch(64 * MIB);
    watch(2 * MIB);
    expect(sizes[0]).toBeGreaterThan(3 * MIB);
    expect(sizes[1]).toBe(0);
  });
});
