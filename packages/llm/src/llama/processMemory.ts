import { readFileSync } from 'node:fs';

/** Resident bytes of a process as the system sees them (Linux); null where it does not say. */
export function processRssBytes(pid: number | undefined): number | null {
  if (pid === undefined) return null;
  try {
    const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kilobytes === undefined ? null : Number(kilobytes) * 1024;
  } catch {
    // Not Linux, or the process just ended; the caller has the worker's own figure.
    return null;
  }
}
