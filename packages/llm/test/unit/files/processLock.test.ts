import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger, systemClock } from '@bettertherapy/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LlmErrorCode } from '../../../src/errors.js';
import { type LockOptions, withProcessLock } from '../../../src/files/processLock.js';

let root: string;
let options: LockOptions;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'lock-'));
  options = { folder: join(root, 'lock'), staleMs: 60_000, pollMs: 2, waitMs: 5_000 };
});
afterEach(() => rm(root, { recursive: true, force: true }));

const signal = new AbortController().signal;
const parts = { clock: systemClock, log: silentLogger, onWait: () => undefined };

/** Leaves a lock as a process would that was killed. */
async function abandoned(owner: { pid: number; host: string }, ageMs: number): Promise<void> {
  await mkdir(options.folder);
  await writeFile(join(options.folder, 'owner.json'), JSON.stringify({ token: 'old', ...owner }));
  const seconds = (Date.now() - ageMs) / 1000;
  await utimes(options.folder, seconds, seconds);
}

describe('a lock between processes', () => {
  it('lets one in at a time', async () => {
    let inside = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      inside += 1;
      most = Math.max(most, inside);
      await systemClock.sleep(2);
      inside -= 1;
    };
    await Promise.all(Array.from({ length: 10 }, () => withProcessLock(options, parts, signal, work)));
    expect(most).toBe(1);
    expect(await readdir(root)).toEqual([]);
  });

  it('is free again after the work failed', async () => {
    const fail = (): Promise<never> => Promise.reject(new Error('no'));
    await expect(withProcessLock(options, parts, signal, fail)).rejects.toThrow('no');
    expect(await withProcessLock(options, parts, signal, async () => 'yes')).toBe('yes');
  });

  it('is taken over, by one, from a process of this machine that is gone', async () => {
    // Process ids are far below this number on every system.
    await abandoned({ pid: 2 ** 30, host: hostname() }, 0);
    let inside = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      inside += 1;
      most = Math.max(most, inside);
      await systemClock.sleep(2);
      inside -= 1;
    };
    await Promise.all(Array.from({ length: 10 }, () => withProcessLock(options, parts, signal, work)));
    expect(most).toBe(1);
  });

  it('is taken over from another machine that has been silent for long', async () => {
    await abandoned({ pid: process.pid, host: 'elsewhere' }, 120_000);
    expect(await withProcessLock(options, parts, signal, async () => 'mine')).toBe('mine');
  });

  it('stays with a holder that is alive, however long it takes', async () => {
    await abandoned({ pid: process.pid, host: hostname() }, 1_000);
    await expect(withProcessLock({ ...options, waitMs: 20 }, parts, signal, async () => 'mine')).rejects.toMatchObject({
      code: LlmErrorCode.DownloadLocked,
    });
  });

  it('ends the waiting of a caller who aborts', async () => {
    await abandoned({ pid: process.pid, host: hostname() }, 0);
    const leave = new AbortController();
    const waiting = withProcessLock(
      options,
      { ...parts, onWait: () => leave.abort(new Error('enough')) },
      leave.signal,
      async () => 'mine',
    );
    await expect(waiting).rejects.toThrow('enough');
  });
});
