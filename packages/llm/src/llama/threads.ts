import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

/**
 * Threads for evaluation: the cores this process may use, less one for everybody else, at least one. One thread more
 * than there are free cores can make a small model hundreds of times slower, so the quota of the container counts too.
 */
export function defaultThreads(
  cores: number = availableParallelism(),
  quota: number | null = cgroupCpuQuota(readText),
): number {
  const usable = quota === null ? cores : Math.min(cores, Math.floor(quota));
  return Math.max(1, usable - 1);
}

/** Cores that the control group allows, possibly a fraction; null without a limit. Reads both versions of cgroups. */
export function cgroupCpuQuota(read: (path: string) => string | null): number | null {
  const quotas: number[] = [];
  for (const folder of ownGroups(read)) {
    const [quota, period] = (read(`${folder}/cpu.max`) ?? '').trim().split(/\s+/);
    quotas.push(Number(quota) / Number(period));
  }
  const quota = Number(read('/sys/fs/cgroup/cpu/cpu.cfs_quota_us') ?? Number.NaN);
  const period = Number(read('/sys/fs/cgroup/cpu/cpu.cfs_period_us') ?? Number.NaN);
  quotas.push(quota / period);
  const limits = quotas.filter((value) => Number.isFinite(value) && value > 0);
  return limits.length > 0 ? Math.min(...limits) : null;
}

/** This process's group and all above it: a limit anywhere on the way binds. */
function ownGroups(read: (path: string) => string | null): string[] {
  const path = /^0::(\/.*)$/m.exec(read('/proc/self/cgroup') ?? '')?.[1] ?? '/';
  const names = path.split('/').filter((name) => name !== '' && name !== '..');
  return Array.from({ length: names.length + 1 }, (_, depth) => ['/sys/fs/cgroup', ...names.slice(0, depth)].join('/'));
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // No such control file: no limit of that kind.
    return null;
  }
}
