import { describe, expect, it } from 'vitest';
import { chooseMiners } from '../../../../src/gateway/route/candidates.js';
import { minerPool, type PoolMiner } from '../../../../src/gateway/route/pool.js';
import { seededRandom } from '../../../../src/round/seed.js';
import { freshStore, hotkeyOf, metagraphOf, neuron, self } from '../../fixture.js';

const miner = (n: number, average: number, newcomer = false): PoolMiner => ({
  hotkey: hotkeyOf(n),
  uid: n,
  registeredAtBlock: n,
  ip: '127.0.0.1',
  port: 9000 + n,
  version: 12_001_000,
  average,
  newcomer,
  servesTwin: true,
});

/** How often each miner was asked in many questions. */
function counts(pool: readonly PoolMiner[], k: number, questions = 2_000): Map<number, number> {
  const asked = new Map<number, number>();
  for (let at = 0; at < questions; at += 1) {
    for (const { miner: one } of chooseMiners(pool, k, seededRandom('test', String(at)))) {
      asked.set(one.uid, (asked.get(one.uid) ?? 0) + 1);
    }
  }
  return asked;
}

describe('the miners of one question', () => {
  it('are all there are when there are few, and never one twice', () => {
    const pool = [miner(2, 50), miner(3, 60)];
    expect(chooseMiners(pool, 5, Math.random).map(({ miner: one }) => one.uid)).toEqual([2, 3]);
    const many = Array.from({ length: 20 }, (_, at) => miner(at, at * 5));
    const chosen = chooseMiners(many, 5, seededRandom('s', 'x'));
    expect(new Set(chosen.map(({ miner: one }) => one.uid)).size).toBe(5);
    expect(chosen.filter(({ explored }) => explored)).toHaveLength(1);
  });

  it('are good ones mostly, yet every newcomer gets a share', () => {
    const pool = [
      ...Array.from({ length: 8 }, (_, at) => miner(at, 80)),
      ...Array.from({ length: 8 }, (_, at) => miner(20 + at, 20)),
      miner(50, 0, true),
      miner(51, 0, true),
    ];
    const asked = counts(pool, 5);
    const of = (uid: number): number => asked.get(uid) ?? 0;
    expect(of(0)).toBeGreaterThan(3 * of(20));
    expect(of(50)).toBeGreaterThan(of(20));
    expect(of(51)).toBeGreaterThan(100);
  });
});

describe('the pool', () => {
  const rules = {
    self,
    maxPerIp: 14,
    maxPerColdkey: 15,
    stakeLimit: 1n,
    privateIps: true,
    newcomerRounds: 10,
  };
  const graph = metagraphOf([neuron(1), neuron(2), neuron(3), neuron(4, { axon: null })]);
  const poolOf = (serves: (uid: number) => boolean) =>
    minerPool(graph, rules, {
      store: freshStore().store,
      serves: (one) => serves(one.uid),
      random: seededRandom('s', 'x'),
    }).map(({ uid }) => uid);

  it('holds those that say they serve the twin, and all where nobody says so', () => {
    expect(poolOf((uid) => uid === 3)).toEqual([3]);
    expect(poolOf(() => false).sort()).toEqual([2, 3]);
  });
});
