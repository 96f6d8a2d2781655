import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Hex } from '../../../src/scale/index.js';
import { Overlay, VersionedState } from '../../../src/state/index.js';

const bucketA = 'a'.repeat(64);
const bucketB = 'b'.repeat(64);
const keys = [`0x${bucketA}01`, `0x${bucketA}02`, `0x${bucketB}01`] as const satisfies readonly Hex[];

describe('a versioned state', () => {
  it('reads at every block of its window what a copy of the whole state at that block would hold', () => {
    const write = fc.dictionary(fc.constantFrom(...keys), fc.option(fc.integer({ min: 0, max: 255 })), {
      maxKeys: keys.length,
    });
    fc.assert(
      fc.property(
        fc.array(write, { minLength: 1, maxLength: 30 }),
        fc.integer({ min: 1, max: 8 }),
        (blocks, window) => {
          const state = new VersionedState({ historyBlocks: window });
          const copies: Map<string, number>[] = [];
          for (const [block, changes] of blocks.entries()) {
            const copy = new Map(copies.at(-1) ?? []);
            const writes = new Map<Hex, Uint8Array | null>();
            for (const key of keys) {
              const value = changes[key];
              if (value === undefined) continue;
              writes.set(key, value === null ? null : new Uint8Array([value]));
              if (value === null) copy.delete(key);
              else copy.set(key, value);
            }
            state.commit(block, writes);
            copies.push(copy);
          }
          for (const [block, copy] of copies.entries()) {
            expect(state.holds(block)).toBe(block >= blocks.length - 1 - window);
            if (!state.holds(block)) continue;
            const view = state.at(block);
            for (const key of keys) expect(view.get(key)?.[0]).toBe(copy.get(key));
            expect(view.keys('0x')).toEqual([...copy.keys()].sort());
            expect(view.keys(`0x${bucketA}`)).toEqual(
              [...copy.keys()].filter((key) => key.startsWith(`0x${bucketA}`)).sort(),
            );
          }
        },
      ),
    );
  });

  it('forgets the values that no block of the window can see', () => {
    const state = new VersionedState({ historyBlocks: 2 });
    for (let block = 0; block < 100; block++) state.commit(block, new Map([[keys[0], new Uint8Array([block])]]));
    expect(state.holds(96)).toBe(false);
    expect(state.at(98).get(keys[0])?.[0]).toBe(98);
  });
});

describe('an overlay', () => {
  it('shows its writes over what is below, and leaves that as it was until it is merged', () => {
    const state = new VersionedState({ historyBlocks: 2 });
    state.commit(
      0,
      new Map([
        [keys[0], new Uint8Array([1])],
        [keys[1], new Uint8Array([2])],
      ]),
    );
    const lower = new Overlay(state.at(0));
    const upper = new Overlay(lower);
    upper.set(keys[0], null);
    upper.set(keys[2], new Uint8Array([3]));
    expect(upper.get(keys[0])).toBeUndefined();
    expect(upper.keys('0x')).toEqual([keys[1], keys[2]]);
    expect(lower.keys('0x')).toEqual([keys[0], keys[1]]);
    upper.mergeInto(lower);
    expect(lower.keys('0x')).toEqual([keys[1], keys[2]]);
  });
});
