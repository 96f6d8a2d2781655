import { spawnSync } from 'node:child_process';
import { isProcessAlive } from '@bettertherapy/core';
import { expect, it } from 'vitest';

it.each([
  ['this process', process.pid, true],
  ['the first process, whoever owns it', 1, true],
  ['one that has ended', spawnSync(process.execPath, ['-e', '']).pid, false],
  ['an id that no process can have', 1e12, false],
])('%s', (_who, pid, alive) => {
  expect(isProcessAlive(pid)).toBe(alive);
});
