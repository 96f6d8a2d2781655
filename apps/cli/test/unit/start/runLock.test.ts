import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@bettertherapy/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { appMain } from '../../../src/start/layout.js';
import { RunLock } from '../../../src/start/runLock.js';

const folder = temporaryFolder('run-lock');
const file = join(folder.path, 'start.lock');
const children: ChildProcess[] = [];

/** A process that lives until it is killed, with `words` on its command line. */
async function sleeper(...words: string[]): Promise<number> {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)', '--', ...words]);
  children.push(child);
  await once(child, 'spawn');
  return child.pid ?? 0;
}

function leaveLock(owner: number, members: number[]): void {
  writeFileSync(file, JSON.stringify({ owner, members }));
}

beforeEach(() => RunLock.take(file).release());
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  folder.remove();
});

describe('one npm start per folder', () => {
  it.each([
    { name: 'by its whole path', script: appMain('cli') },
    { name: 'by a path relative to the checkout, as `pnpm bt start` does', script: 'apps/cli/dist/main.js' },
  ])('knows a living one that was started $name, and leaves its members alone', async ({ script }) => {
    const member = await sleeper(appMain('miner'));
    leaveLock(await sleeper(script, 'start'), [member]);
    expect(() => RunLock.take(file)).toThrow(expect.objectContaining({ code: 'START_ALREADY_RUNNING' }));
    expect(children.every(({ exitCode, signalCode }) => exitCode === null && signalCode === null)).toBe(true);
  });

  it('ends what a killed one left behind, but nothing that merely has its number now', async () => {
    const stranger = await sleeper('somebody-else');
    const member = await sleeper(appMain('miner'));
    const [other, ours] = children;
    leaveLock(await sleeper('somebody-else'), [stranger, member]);
    const gone = ours === undefined ? null : once(ours, 'exit');
    const lock = RunLock.take(file);
    expect(await gone).toEqual([null, 'SIGKILL']);
    expect(other?.signalCode).toBeNull();
    lock.release();
    expect(existsSync(file)).toBe(false);
  });

  it('takes over a lock that was torn while it was written', () => {
    writeFileSync(file, '{"owner":');
    expect(() => RunLock.take(file)).not.toThrow();
  });
});
