import { describe, expect, it } from 'vitest';
import { cgroupCpuQuota, defaultThreads } from '../../../src/llama/threads.js';

function files(contents: Record<string, string>): (path: string) => string | null {
  return (path) => contents[path] ?? null;
}

describe('threads for evaluation', () => {
  it.each([
    ['one core is used whole', 1, null, 1],
    ['two cores leave one for others', 2, null, 1],
    ['many cores leave one for others', 16, null, 15],
    ['a quota below the cores counts', 16, 4, 3],
    ['a fraction of a quota is rounded down', 16, 2.5, 1],
    ['a quota below one core still gives one thread', 8, 0.5, 1],
    ['a quota above the cores does not count', 4, 8, 3],
  ])('%s', (_what, cores, quota, threads) => {
    expect(defaultThreads(cores, quota)).toBe(threads);
  });

  it.each([
    ['there are no control files', {}, null],
    ['the group has no limit', { '/sys/fs/cgroup/cpu.max': 'max 100000\n' }, null],
    ['the group has a limit', { '/sys/fs/cgroup/cpu.max': '200000 100000\n' }, 2],
    [
      'a group above has the tighter limit',
      {
        '/proc/self/cgroup': '0::/a/b\n',
        '/sys/fs/cgroup/a/cpu.max': '150000 100000\n',
        '/sys/fs/cgroup/a/b/cpu.max': '400000 100000\n',
      },
      1.5,
    ],
    [
      'the first version of control groups says so',
      { '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': '300000\n', '/sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000\n' },
      3,
    ],
    [
      'the first version says that there is no limit',
      { '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': '-1\n', '/sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000\n' },
      null,
    ],
  ])('the quota is read when %s', (_what, contents, quota) => {
    expect(cgroupCpuQuota(files(contents))).toBe(quota);
  });
});
