import { weightedSample } from '../../round/seed.js';
import type { PoolMiner } from './pool.js';

export interface ChosenMiner {
  readonly miner: PoolMiner;
  /** Drawn to give it a chance, not for its score. */
  readonly explored: boolean;
}

/** One place in this many goes to a miner drawn without regard to its score. */
const EXPLORED_SHARE = 4;
/** A newcomer is drawn with this weight, the others with 1. */
const NEWCOMER_WEIGHT = 3;
/** Scores count by this power: a miner twice as good is asked four times as often. */
const POWER = 2;
/** So that a miner with average 0 can still be drawn where there is nobody else. */
const LEAST_WEIGHT = 1;

/**
 * Whom one question is put to: most places by chance in proportion to the score, the rest by chance alone, newcomers
 * first, so that good miners get most patients and new ones can become good. At most `k`, no miner twice.
 */
export function chooseMiners(pool: readonly PoolMiner[], k: number, random: () => number): ChosenMiner[] {
  if (pool.length <= k) return pool.map((miner) => ({ miner, explored: false }));
  const explore = k < 2 ? 0 : Math.max(1, Math.floor(k / EXPLORED_SHARE));
  const byScore = weightedSample(pool, k - explore, ({ average }) => Math.max(LEAST_WEIGHT, average ** POWER), random);
  const rest = pool.filter((miner) => !byScore.includes(miner));
  const byChance = weightedSample(rest, explore, ({ newcomer }) => (newcomer ? NEWCOMER_WEIGHT : 1), random);
  return [
    ...byScore.map((miner) => ({ miner, explored: false })),
    ...byChance.map((miner) => ({ miner, explored: true })),
  ];
}
