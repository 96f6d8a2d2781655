import { beforeEach, describe, expect, it } from 'vitest';
import { adminCalls } from '../../../src/pallets/adminUtils.js';
import { S, subtensorCalls } from '../../../src/pallets/subtensor/index.js';
import { currentEpoch, weightsHash } from '../../../src/runtime/subtensor/commits.js';
import type { Hex } from '../../../src/scale/index.js';
import { account, Bench, hotkeyOf } from '../../support/bench.js';

let bench: Bench;
let validator: Hex;
const TAO = 1_000_000_000n;

beforeEach(async () => {
  bench = await Bench.open();
  bench.subnet(10);
  validator = bench.neuron(1, account('Bob'), 100n * TAO);
  bench.neuron(2, account('Charlie'), 0n);
  bench.neuron(3, account('Charlie'), 0n);
  bench.blocks(10);
});

const set = (
  uids: readonly number[],
  values: readonly number[],
  who: Hex = validator,
  versionKey = 0n,
  netuid = 2,
): string | null =>
  bench.run(who, subtensorCalls.set_weights, {
    netuid,
    dests: [...uids],
    weights: [...values],
    version_key: versionKey,
  });

describe('set_weights', () => {
  it('stores the vector scaled so that its largest is 65535, and moves the last update', () => {
    expect(set([2, 3], [1, 4])).toBeNull();
    expect(S.Weights.get(bench.state, 2, 1)).toEqual([
      [2, 16_383],
      [3, 65_535],
    ]);
    expect(S.LastUpdate.get(bench.state, 2)[1]).toBe(bench.block);
  });

  const refusals: readonly (readonly [string, () => string | null, string])[] = [
    ['on the root network', () => set([2], [1], validator, 0n, 0), 'CanNotSetRootNetworkWeights'],
    ['of unequal lengths', () => set([2, 3], [1]), 'WeightVecNotEqualSize'],
    ['on a subnet that is not there', () => set([2], [1], validator, 0n, 9), 'MechanismDoesNotExist'],
    ['longer than the subnet', () => set([0, 1, 2, 3, 4], [1, 1, 1, 1, 1]), 'UidsLengthExceedUidsInSubNet'],
    ['of a stranger', () => set([2], [1], hotkeyOf(9)), 'HotKeyNotRegisteredInSubNet'],
    ['of a neuron without a permit', () => set([3], [1], hotkeyOf(2)), 'NeuronNoValidatorPermit'],
    ['with a uid twice', () => set([2, 2], [1, 1]), 'DuplicateUids'],
    ['with a uid that is not there', () => set([2, 4], [1, 1]), 'UidVecContainInvalidOne'],
  ];
  it.each(refusals)('is refused %s', (_, run, expected) => {
    // The commit-reveal check comes first on subnets that have it, so these subnets must not.
    S.CommitRevealWeightsEnabled.set(bench.state, 0, false);
    S.CommitRevealWeightsEnabled.set(bench.state, 9, false);
    expect(run()).toBe(expected);
  });

  it('is refused with an old version key, once the subnet has one', () => {
    bench.root(adminCalls.sudo_set_weights_version_key, { netuid: 2, weights_version_key: 7n });
    expect(set([2], [1], validator, 6n)).toBe('IncorrectWeightVersionKey');
    expect(set([2], [1], validator, 7n)).toBeNull();
  });

  it('is refused below the minimum number of weights, except on oneself alone', () => {
    bench.root(adminCalls.sudo_set_min_allowed_weights, { netuid: 2, min_allowed_weights: 3 });
    expect(set([2, 3], [1, 1])).toBe('WeightVecLengthIsLow');
    expect(set([1], [1])).toBeNull();
  });

  it('is refused with too little stake, except for the subnet owner', () => {
    bench.root(adminCalls.sudo_set_stake_threshold, { min_stake: 1000n * TAO });
    expect(set([2], [1])).toBe('NotEnoughStakeToSetWeights');
    expect(set([2], [1], hotkeyOf(0))).toBeNull();
  });

  it('waits a whole rate limit from the registration on, then from the last set', () => {
    bench.root(adminCalls.sudo_set_weights_set_rate_limit, { netuid: 2, weights_set_rate_limit: 20 });
    expect(set([2], [1])).toBe('SettingWeightsTooFast');
    bench.block = 21;
    expect(set([2], [1])).toBeNull();
    bench.block = 40;
    expect(set([2], [1])).toBe('SettingWeightsTooFast');
    bench.block = 41;
    expect(set([2], [1])).toBeNull();
  });

  it('is refused while commit-reveal is on, as commits are while it is off', () => {
    const commit = (): string | null =>
      bench.run(validator, subtensorCalls.commit_weights, { netuid: 2, commit_hash: hotkeyOf(1) });
    expect(commit()).toBe('CommitRevealDisabled');
    bench.root(adminCalls.sudo_set_commit_reveal_weights_enabled, { netuid: 2, enabled: true });
    expect(set([2], [1])).toBe('CommitRevealEnabled');
    expect(commit()).toBeNull();
  });
});

describe('commit and reveal by hash', () => {
  const weights = { netuid: 2, mecid: 0, uids: [2, 3], values: [1, 2], versionKey: 0n };
  const salt = [1, 2, 3];
  const commit = (hash: Hex): string | null =>
    bench.run(validator, subtensorCalls.commit_weights, { netuid: 2, commit_hash: hash });
  const reveal = (values: readonly number[] = weights.values): string | null =>
    bench.run(validator, subtensorCalls.reveal_weights, {
      netuid: 2,
      uids: [...weights.uids],
      values: [...values],
      salt: [...salt],
      version_key: 0n,
    });

  beforeEach(() => {
    bench.root(adminCalls.sudo_set_commit_reveal_weights_enabled, { netuid: 2, enabled: true });
  });

  it('opens in the epoch one period later, not before and not after', () => {
    expect(commit(weightsHash(validator, 2, weights, salt))).toBeNull();
    const committed = currentEpoch(bench.state, 2, bench.block);
    expect(reveal()).toBe('RevealTooEarly');
    while (currentEpoch(bench.state, 2, bench.block) === committed) bench.blocks(1);
    expect(reveal([9, 9])).toBe('InvalidRevealCommitHashNotMatch');
    expect(S.Weights.get(bench.state, 2, 1)).toEqual([]);
    expect(reveal()).toBeNull();
    expect(S.Weights.get(bench.state, 2, 1)).toEqual([
      [2, 32_767],
      [3, 65_535],
    ]);
    expect(reveal()).toBe('NoWeightsCommitFound');
    bench.must(validator, subtensorCalls.commit_weights, {
      netuid: 2,
      commit_hash: weightsHash(validator, 2, weights, salt),
    });
    bench.blocks(25);
    expect(reveal()).toBe('ExpiredWeightCommit');
  });

  it('keeps ten commits at most', () => {
    for (let i = 0; i < 10; i++) expect(commit(hotkeyOf(i))).toBeNull();
    expect(commit(hotkeyOf(11))).toBe('TooManyUnrevealedCommits');
  });
});
