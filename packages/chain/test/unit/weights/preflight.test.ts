import { silentLogger } from '@bettertherapy/core';
import { describe, expect, it } from 'vitest';
import { QUICKNET } from '../../../src/timelock/index.js';
import { blocksLeft, checkAllowed, type WeightsState } from '../../../src/weights/preflight.js';
import { planReveal } from '../../../src/weights/revealPlan.js';
import { checkVector } from '../../../src/weights/weightVector.js';

const state: WeightsState = {
  block: 1000,
  netuid: 2,
  neurons: 5,
  uid: 1,
  isOwner: false,
  permit: true,
  lastUpdate: 800,
  rateLimit: 100,
  versionKey: 0n,
  minWeights: 1,
  maxShare: 65_535,
  stakeThreshold: 0n,
  commitReveal: false,
  commitVersion: 4,
  revealPeriod: 1,
  beacon: QUICKNET,
  lastStoredRound: 0,
  timestampMs: null,
  epoch: {
    netuid: 2,
    block: 1000,
    tempo: 100,
    lastEpochBlock: 950,
    pendingEpochAt: 0,
    epochIndex: 3,
    blocksSinceLastStep: 50,
    stateful: true,
  },
};
const vector = { uids: [0, 2], values: [65_535, 100] };
const rich = async (): Promise<bigint> => 10_000n;

describe('what is refused before sending', () => {
  it.each<[string, Partial<WeightsState>, { uids: number[]; values: number[] }, bigint, string, object]>([
    ['a hotkey without a slot', { uid: null }, vector, 0n, 'CHAIN_NOT_REGISTERED', {}],
    ['too little stake', { stakeThreshold: 10_001n }, vector, 0n, 'CHAIN_WEIGHTS_STAKE_TOO_LOW', { stake: '10000' }],
    ['an old version key', { versionKey: 7n }, vector, 6n, 'CHAIN_WEIGHTS_VERSION', { required: '7' }],
    ['a set inside the rate limit', { lastUpdate: 950 }, vector, 0n, 'CHAIN_WEIGHTS_TOO_SOON', { blocksLeft: 49 }],
    ['a validator without permit', { permit: false }, vector, 0n, 'CHAIN_NO_PERMIT', { uid: 1 }],
    ['a uid that does not exist', {}, { uids: [5], values: [1] }, 0n, 'CHAIN_BAD_WEIGHTS', { uid: 5 }],
    ['more weights than neurons', { neurons: 1 }, vector, 0n, 'CHAIN_BAD_WEIGHTS', {}],
    ['too few weights', { minWeights: 3 }, vector, 0n, 'CHAIN_TOO_FEW_WEIGHTS', { count: 2, needed: 3 }],
    ['a share above the maximum', { maxShare: 32_767 }, vector, 0n, 'CHAIN_BAD_WEIGHTS', {}],
  ])('%s', async (_name, change, weights, key, code, details) => {
    await expect(checkAllowed({ ...state, ...change }, weights, key, rich)).rejects.toMatchObject({ code, details });
  });

  it.each<[string, Partial<WeightsState>, { uids: number[]; values: number[] }]>([
    ['everything in order', {}, vector],
    ['the first set ever', { lastUpdate: 0, rateLimit: 10_000 }, vector],
    ['the first block after the rate limit', { lastUpdate: 901 }, vector],
    ['the owner without permit or stake', { isOwner: true, permit: false, stakeThreshold: 10n ** 12n }, vector],
    ['a weight on oneself without permit', { permit: false }, { uids: [1], values: [65_535] }],
    [
      'a minimum above the number of neurons',
      { minWeights: 1024, neurons: 2, uid: 1 },
      { uids: [0, 1], values: [1, 1] },
    ],
  ])('not %s', async (_name, change, weights) => {
    await expect(checkAllowed({ ...state, ...change }, weights, 0n, rich)).resolves.toBeUndefined();
  });

  it.each([
    ['unequal lengths', [0, 1], [1]],
    ['a duplicate uid', [0, 0], [1, 1]],
    ['a value above u16', [0], [65_536]],
    ['a fraction', [0], [0.5]],
    ['only zeros', [0, 1], [0, 0]],
    ['nothing', [], []],
  ])('%s in the vector itself', (_name, uids, values) => {
    expect(() => checkVector({ uids, values })).toThrow(expect.objectContaining({ code: 'CHAIN_BAD_WEIGHTS' }));
  });

  it('counts the blocks that are left for the block in which the set would land', () => {
    expect(blocksLeft({ block: 1000, lastUpdate: 1000, rateLimit: 100 })).toBe(99);
    expect(blocksLeft({ block: 1099, lastUpdate: 1000, rateLimit: 100 })).toBe(0);
    expect(blocksLeft({ block: 5, lastUpdate: 0, rateLimit: 100 })).toBe(0);
  });
});

describe('the plan of a reveal', () => {
  const at = { beacon: null, haste: 0, headAgeMs: 500, blockTimeMs: 12_000, log: silentLogger };
  const now = 1_700_000_000_000;

  it('is made by the local clock when that agrees with the chain', () => {
    const plan = planReveal({ ...at, state: { ...state, timestampMs: now - 6_000 }, wallMs: now });
    expect(plan.revealBlock).toBe(1050);
    expect(plan.round).toBe(Math.floor((now / 1000 + 53 * 12 - QUICKNET.genesisTime) / 3));
  });

  it('follows the chain when the local clock is far off', () => {
    const plan = planReveal({ ...at, state: { ...state, timestampMs: now - 500 }, wallMs: now + 3_600_000 });
    expect(plan.round).toBe(Math.floor((now / 1000 + 53 * 12 - QUICKNET.genesisTime) / 3));
  });

  it.each([1, 2, 8])('comes sooner after %i lost reveals, never before now', (haste) => {
    const plan = planReveal({ ...at, haste, state: { ...state, timestampMs: now }, wallMs: now });
    expect(plan.revealBlock).toBe(1050);
    expect(plan.round).toBe(Math.floor((now / 1000 + (53 * 12) / 2 ** haste - QUICKNET.genesisTime) / 3));
  });

  it('takes from the configured beacon what it says, the rest from the chain, and warns where they differ', () => {
    const warnings: string[] = [];
    const log = { ...silentLogger, warn: (message: string) => warnings.push(message) };
    const beacon = { genesisTime: QUICKNET.genesisTime + 300 };
    const plan = planReveal({ ...at, beacon, log, state: { ...state, timestampMs: now }, wallMs: now });
    expect(plan.beacon).toEqual({ ...QUICKNET, ...beacon });
    expect(plan.round).toBe(Math.floor((now / 1000 + 53 * 12 - beacon.genesisTime) / 3));
    expect(warnings).toHaveLength(1);
    planReveal({ ...at, beacon: { periodSeconds: 3 }, log, state, wallMs: now });
    expect(warnings).toHaveLength(1);
  });

  it('is never older than the newest pulse on chain', () => {
    const plan = planReveal({ ...at, state: { ...state, lastStoredRound: 999_999_999 }, wallMs: now });
    expect(plan.round).toBe(1_000_000_000);
  });
});
