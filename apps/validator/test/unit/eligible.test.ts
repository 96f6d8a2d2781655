import { describe, expect, it } from 'vitest';
import { type EligibilityRules, eligibleMiners } from '../../src/round/eligible.js';
import { seededRandom } from '../../src/round/seed.js';
import { neuron, self } from './fixture.js';

const rules: EligibilityRules = {
  self,
  maxPerIp: 14,
  maxPerColdkey: 15,
  stakeLimit: 100n,
  privateIps: true,
  maxMiners: 256,
  isNewcomer: () => false,
};
const random = (label = 'test') => seededRandom('seed', label);
const axon = { ip: '10.9.9.9', port: 1, ipType: 4 as const, version: 1, protocol: 4, block: 1 };
const uids = (neurons: readonly { uid: number }[]) => neurons.map((one) => one.uid).sort((a, b) => a - b);

describe('eligible miners', () => {
  it.each([
    ['itself', neuron(1), 'self'],
    ['a neuron without an axon', neuron(2, { axon: null }), 'not_serving'],
    ['an axon on port 0', neuron(2, { axon: { ...axon, port: 0 } }), 'not_serving'],
    ['the unspecified address', neuron(2, { axon: { ...axon, ip: '0.0.0.0' } }), 'not_serving'],
    ['a permit holder above the stake limit', neuron(2, { validatorPermit: true, totalStake: 101n }), 'stake_limit'],
  ])('leave out %s', (_name, one, reason) => {
    const { miners, skipped } = eligibleMiners([one, neuron(3)], rules, random());
    expect(uids(miners)).toEqual([3]);
    expect([...skipped]).toEqual([[reason, 1]]);
  });

  it('keep a permit holder at the limit and a staked miner without permit', () => {
    const atLimit = neuron(2, { validatorPermit: true, totalStake: 100n });
    expect(eligibleMiners([atLimit, neuron(3, { totalStake: 10_000n })], rules, random()).miners).toHaveLength(2);
  });

  it('are not pushed out by an older registration that publishes their address', () => {
    const { miners, skipped } = eligibleMiners(
      [neuron(2, { axon, registeredAt: 50 }), neuron(3, { axon, registeredAt: 40 })],
      rules,
      random(),
    );
    expect(uids(miners).sort()).toEqual([2, 3]);
    expect(skipped.size).toBe(0);
  });

  it('hold the caps per address and per coldkey, and let chance decide who is in', () => {
    const sameIp = Array.from({ length: 20 }, (_, i) => neuron(i + 2, { axon: { ...axon, port: 100 + i } }));
    expect(eligibleMiners(sameIp, rules, random()).miners).toHaveLength(14);
    const sameOwner = Array.from({ length: 20 }, (_, i) => neuron(i + 2, { coldkey: neuron(2).coldkey }));
    const first = eligibleMiners(sameOwner, rules, random('a'));
    expect(first.miners).toHaveLength(15);
    expect(first.skipped.get('coldkey_cap')).toBe(5);
    expect(uids(eligibleMiners(sameOwner, rules, random('b')).miners)).not.toEqual(uids(first.miners));
  });

  it('are the same, in the same order, for the same seed', () => {
    const many = Array.from({ length: 30 }, (_, i) => neuron(i + 2));
    const order = (label: string) => eligibleMiners(many, rules, random(label)).miners.map((one) => one.uid);
    expect(order('a')).toEqual(order('a'));
    expect(order('a')).not.toEqual(order('b'));
  });

  it('are drawn when there are too many, newcomers about twice as often', () => {
    const many = Array.from({ length: 100 }, (_, i) => neuron(i + 2));
    const isNewcomer = (one: { uid: number }) => one.uid % 2 === 0;
    let newcomers = 0;
    for (let round = 0; round < 200; round += 1) {
      const { miners } = eligibleMiners(many, { ...rules, maxMiners: 10, isNewcomer }, random(`r${round}`));
      expect(miners).toHaveLength(10);
      newcomers += miners.filter(isNewcomer).length;
    }
    expect(newcomers / 2000).toBeGreaterThan(0.6);
    expect(newcomers / 2000).toBeLessThan(0.72);
  });

  it('leave out addresses that are not public where that is asked for', () => {
    const publicOne = neuron(3, { axon: { ...axon, ip: '8.8.4.4' } });
    const { miners, skipped } = eligibleMiners([neuron(2), publicOne], { ...rules, privateIps: false }, random());
    expect(uids(miners)).toEqual([3]);
    expect(skipped.get('private_address')).toBe(1);
  });
});
