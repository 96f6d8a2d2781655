// Resident memory of a process by what it is for, as Linux tells it.
import { readFileSync } from 'node:fs';

/** A further arena of glibc begins at a multiple of this. */
const ARENA_BYTES = 64n * 2n ** 20n;
const ROW = /^([0-9a-f]+)-[0-9a-f]+ (\S+) \S+ \S+ \d+ *(.*)$/;

/**
 * Bytes. `code` is what V8 compiled, `allocator` what malloc holds in its arenas (large pieces have mappings of their own,
 * which are given back). Heaps of JavaScript, worker threads' included, are in neither.
 */
export function memoryOf(pid) {
  const text = readFileSync(`/proc/${pid}/status`, 'utf8');
  const of = (name) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? 0) * 1024;
  return { rss: of('VmRSS'), anonymous: of('RssAnon'), mapped: of('RssFile') + of('RssShmem'), ...mappingsOf(pid) };
}

function mappingsOf(pid) {
  const bytes = { allocator: 0, code: 0 };
  let kind = null;
  for (const line of readFileSync(`/proc/${pid}/smaps`, 'utf8').split('\n')) {
    const row = ROW.exec(line);
    if (row) kind = kindOf(BigInt(`0x${row[1]}`), row[2], row[3]);
    else if (kind !== null && line.startsWith('Rss:')) bytes[kind] += Number.parseInt(line.slice(4), 10) * 1024;
  }
  return bytes;
}

function kindOf(start, mode, name) {
  if (name === '[heap]') return 'allocator';
  if (name !== '') return null;
  if (mode.startsWith('rwx')) return 'code';
  return mode.startsWith('rw') && start % ARENA_BYTES === 0n ? 'allocator' : null;
}
