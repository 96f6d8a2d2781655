import { getHeapSpaceStatistics } from 'node:v8';
import { silentLogger } from '@bettertherapy/core';
import { FakeClock } from '@bettertherapy/testkit';
import { describe, expect, it } from 'vitest';
import { compactHeap, HeapCompaction } from '../../src/heapCompaction.js';

/** Many objects, of which few stay, strewn over all pages. */
function strewn(): object[] {
  const all = Array.from({ length: 400_000 }, (_, at) => ({ at, pair: [at, { at }] }));
  return all.filter((_, at) => at % 20 === 0);
}

/** Share of the old space's pages that is in use. */
function density(): number {
  const old = getHeapSpaceStatistics().find(({ space_name: name }) => name === 'old_space');
  if (!old) throw new Error('V8 has no old space');
  return old.space_used_size / old.space_size;
}

describe('compacting the heap', () => {
  it('gives back the pages between what lives', () => {
    const kept = strewn();
    compactHeap();
    expect(density()).toBeGreaterThan(0.9);
    expect(kept[19_999]).toEqual({ at: 399_980, pair: [399_980, { at: 399_980 }] });
  });

  it('leaves no collector behind in the global object', () => {
    compactHeap();
    expect(Object.hasOwn(globalThis, 'gc')).toBe(false);
  });

  it('happens after every twelfth round', () => {
    const told: string[] = [];
    const log = { ...silentLogger, debug: (message: string) => void told.push(message) };
    const compaction = new HeapCompaction({ clock: new FakeClock(), log });
    for (let round = 1; round <= 30; round += 1) compaction.afterRound();
    expect(told).toEqual(['heap compacted', 'heap compacted']);
  });
});
