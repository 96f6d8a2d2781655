import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  applyBlock,
  type EpochState,
  epochDue,
  epochOf,
  epochOfBlock,
  firstRevealBlock,
  nextEpochBlock,
  QUICKNET,
  revealRound,
  walkTo,
} from '../../../src/timelock/index.js';

const base: EpochState = {
  netuid: 102,
  block: 1000,
  tempo: 360,
  lastEpochBlock: 900,
  pendingEpochAt: 0,
  epochIndex: 7,
  blocksSinceLastStep: 100,
  stateful: true,
};

describe('stateful epoch schedule', () => {
  it.each<[string, Partial<EpochState>, number | null]>([
    ['a tempo after the last epoch', {}, 1260],
    ['at once when the tempo has passed already', { lastEpochBlock: 100 }, 1001],
    ['when triggered by hand, if that is sooner', { pendingEpochAt: 1010 }, 1010],
    ['on schedule when the trigger is later', { pendingEpochAt: 5000 }, 1260],
    ['in the next block when the trigger was missed', { pendingEpochAt: 10 }, 1001],
    ['never with tempo 0', { tempo: 0 }, null],
    ['by force after 50,400 silent blocks', { tempo: 60_000, blocksSinceLastStep: 50_390 }, 1011],
  ])('runs %s', (_name, change, expected) => {
    expect(nextEpochBlock({ ...base, ...change })).toBe(expected);
  });

  it.each<[string, number, number]>([
    ['the block after the state', 1001, 7],
    ['the last block of the running epoch', 1259, 7],
    ['the first of the next', 1260, 8],
    ['one two epochs later', 1620, 9],
  ])('puts %s into its epoch', (_name, block, expected) => {
    expect(epochOfBlock(base, block)).toBe(expected);
  });

  it('reveals a commit at the first block of the epoch that is `period` later', () => {
    expect(firstRevealBlock(base, 1)).toBe(1260);
    expect(firstRevealBlock(base, 2)).toBe(1620);
    // The commit goes into block 1260, in which epoch 8 begins: it counts as committed in epoch 8.
    expect(firstRevealBlock({ ...base, block: 1259, blocksSinceLastStep: 359 }, 1)).toBe(1620);
    // What was planned at 1000 and landed in block 1260 belongs to the epoch that begins there.
    expect(firstRevealBlock(walkTo(base, 1258), 1)).toBe(1260);
    expect(firstRevealBlock(walkTo(base, 1259), 1)).toBe(1620);
  });

  it('walks past an epoch that was triggered by hand', () => {
    expect(firstRevealBlock({ ...base, pendingEpochAt: 1005 }, 1)).toBe(1005);
    expect(firstRevealBlock({ ...base, pendingEpochAt: 1005 }, 2)).toBe(1005 + 360);
  });

  it('fails with a code when the subnet has no epochs', () => {
    expect(() => firstRevealBlock({ ...base, tempo: 0 }, 1)).toThrow(
      expect.objectContaining({ code: 'CHAIN_BAD_PARAMETER' }),
    );
  });

  it('agrees with a block-by-block simulation of the chain, for any state', () => {
    fc.assert(
      fc.property(
        fc.record({
          tempo: fc.integer({ min: 1, max: 60 }),
          lastEpochBlock: fc.integer({ min: 900, max: 1000 }),
          pendingEpochAt: fc.constantFrom(0, 950, 1001, 1010),
          epochIndex: fc.integer({ min: 0, max: 1000 }),
          blocksSinceLastStep: fc.integer({ min: 0, max: 100 }),
          period: fc.integer({ min: 1, max: 4 }),
        }),
        ({ period, ...drawn }) => {
          // The chain: per block, run the epoch when due; the commit lands in the first block, after that epoch.
          let { lastEpochBlock: last, pendingEpochAt: pending, epochIndex: index } = drawn;
          let block = base.block;
          let committedIn: number | null = null;
          for (;;) {
            block += 1;
            const due = (pending > 0 && block >= pending) || block - last >= drawn.tempo;
            if (due) {
              last = block;
              pending = 0;
              index += 1;
            }
            if (committedIn === null) committedIn = index;
            if (index === committedIn + period) break;
          }
          expect(firstRevealBlock({ ...base, ...drawn }, period)).toBe(block);
        },
      ),
    );
  });
});

describe('epoch schedule of older runtimes', () => {
  const old: EpochState = { ...base, stateful: false, netuid: 3, tempo: 10, block: 100 };

  it('has an epoch whenever block + netuid + 1 is a multiple of tempo + 1', () => {
    const due = Array.from({ length: 24 }, (_, i) => 101 + i).filter((block) => epochDue(old, block));
    expect(due).toEqual([106, 117]);
    expect(nextEpochBlock(old)).toBe(106);
    expect(nextEpochBlock({ ...old, block: 106 })).toBe(117);
  });

  it('reveals by the closed formula of the older clients', () => {
    const formula = (Math.floor((101 + 3 + 1) / 11) + 1) * 11 - 4;
    expect(firstRevealBlock(old, 1)).toBe(formula);
  });

  it('counts epochs by block number', () => {
    expect(epochOf(old, 105)).toBe(9);
    expect(epochOf(applyBlock(old, 106), 106)).toBe(10);
  });
});

describe('reveal round', () => {
  it.each([
    [{ currentBlock: 1000, firstRevealBlock: 1260, nowSeconds: 1_700_000_000.5, blockTimeSeconds: 12 }, 2_399_929],
    [{ currentBlock: 1000, firstRevealBlock: 1001, nowSeconds: 1_692_803_367, blockTimeSeconds: 0.25 }, 1],
    [{ currentBlock: 1000, firstRevealBlock: 1001, nowSeconds: 0, blockTimeSeconds: 1 }, 1],
  ])('is the beacon round three blocks after the reveal block: %o', (at, expected) => {
    expect(revealRound({ ...at, beacon: QUICKNET })).toBe(expected);
  });
});
