import { beforeEach, describe, expect, it } from 'vitest';
import { adminCalls } from '../../../src/pallets/adminUtils.js';
import { balancesCalls } from '../../../src/pallets/balances.js';
import { commitmentsCalls, commitmentsStorage } from '../../../src/pallets/commitments.js';
import { S, subtensorCalls } from '../../../src/pallets/subtensor/index.js';
import { sudoCalls, utilityCalls } from '../../../src/pallets/wrappers.js';
import { freeBalance } from '../../../src/runtime/balances.js';
import { alphaOf } from '../../../src/runtime/subtensor/stake.js';
import { account, Bench, hotkeyOf } from '../../support/bench.js';

let bench: Bench;
const TAO = 1_000_000_000n;
const alice = (): `0x${string}` => account('Alice');

beforeEach(async () => {
  bench = await Bench.open();
  bench.subnet(10);
});

describe('serve_axon', () => {
  const axon = {
    netuid: 2,
    version: 1,
    ip: 3_405_803_783n,
    port: 8091,
    ip_type: 4,
    protocol: 4,
    placeholder1: 0,
    placeholder2: 0,
  };
  const serve = (change: Partial<typeof axon>, who = hotkeyOf(0)): string | null =>
    bench.run(who, subtensorCalls.serve_axon, { ...axon, ...change });

  const cases: readonly (readonly [string, Partial<typeof axon>, string | null])[] = [
    ['accepts a public address', {}, null],
    ['accepts 0, which means not reachable', { ip: 0n }, null],
    ['accepts a private address', { ip: 0x0a00_0001n }, null],
    ['accepts an IPv6 address', { ip: 2n, ip_type: 6 }, null],
    ['refuses 127.0.0.1', { ip: 0x7f00_0001n }, 'InvalidIpAddress'],
    ['refuses the broadcast address', { ip: 0xffff_ffffn }, 'InvalidIpAddress'],
    ['refuses ::1', { ip: 1n, ip_type: 6 }, 'InvalidIpAddress'],
    ['refuses an unknown address family', { ip_type: 5 }, 'InvalidIpType'],
    ['refuses port 0', { port: 0 }, 'InvalidPort'],
    ['refuses a subnet where the hotkey is not registered', { netuid: 1 }, 'HotKeyNotRegisteredInNetwork'],
  ];
  it.each(cases)('%s', (_, change, expected) => {
    expect(serve(change)).toBe(expected);
  });

  it('may change only after the rate limit', () => {
    expect(serve({})).toBeNull();
    bench.block += 49;
    expect(serve({ port: 8092 })).toBe('ServingRateLimitExceeded');
    bench.block += 1;
    expect(serve({ port: 8092 })).toBeNull();
  });
});

describe('staking', () => {
  it('swaps one TAO for one alpha, both ways', () => {
    const hotkey = bench.neuron(1, account('Bob'), 0n);
    const before = freeBalance(bench.state, account('Bob'));
    bench.must(account('Bob'), subtensorCalls.add_stake, { hotkey, netuid: 2, amount_staked: 10n * TAO });
    expect(S.TotalHotkeyAlpha.get(bench.state, hotkey, 2)).toBe(10n * TAO);
    bench.must(account('Bob'), subtensorCalls.remove_stake, { hotkey, netuid: 2, amount_unstaked: 10n * TAO });
    expect(S.TotalHotkeyAlpha.get(bench.state, hotkey, 2)).toBe(0n);
    expect(freeBalance(bench.state, account('Bob'))).toBe(before);
  });

  const refusals: readonly (readonly [string, () => string | null, string])[] = [
    ['below the minimum', () => stake(1_999_999n), 'AmountTooLow'],
    ['beyond the balance', () => stake(2_000_000n * TAO), 'NotEnoughBalanceToStake'],
    ['on a hotkey nobody owns', () => stake(TAO, 9), 'HotKeyAccountNotExists'],
    ['on a subnet that has not started', () => stake(TAO, 0, 1), 'SubtokenDisabled'],
    ['on a subnet that is not there', () => stake(TAO, 0, 9), 'SubnetNotExists'],
    ['out again beyond what is there', () => unstake(TAO), 'NotEnoughStakeToWithdraw'],
  ];
  const stake = (amount_staked: bigint, index = 0, netuid = 2): string | null =>
    bench.run(account('Bob'), subtensorCalls.add_stake, { hotkey: hotkeyOf(index), netuid, amount_staked });
  const unstake = (amount_unstaked: bigint): string | null =>
    bench.run(account('Bob'), subtensorCalls.remove_stake, { hotkey: hotkeyOf(0), netuid: 2, amount_unstaked });
  it.each(refusals)('is refused %s', (_, run, expected) => {
    expect(run()).toBe(expected);
  });

  it('shares dividends among all who staked on a validator, after its owner took 18 %', () => {
    const hotkey = bench.neuron(1, account('Bob'), 75n * TAO);
    bench.neuron(2, account('Dave'), 0n);
    bench.must(account('Charlie'), subtensorCalls.add_stake, { hotkey, netuid: 2, amount_staked: 25n * TAO });
    bench.blocks(10);
    bench.must(hotkey, subtensorCalls.set_weights, { netuid: 2, dests: [2], weights: [1], version_key: 0n });
    const bob = alphaOf(bench.state, hotkey, account('Bob'), 2);
    const charlie = alphaOf(bench.state, hotkey, account('Charlie'), 2);
    bench.blocks(10);
    const paid = S.Emission.get(bench.state, 2)[1] ?? 0n;
    expect(paid).toBeGreaterThan(4n * TAO);
    const bobGain = Number(alphaOf(bench.state, hotkey, account('Bob'), 2) - bob) / Number(paid);
    const charlieGain = Number(alphaOf(bench.state, hotkey, account('Charlie'), 2) - charlie) / Number(paid);
    expect(bobGain + charlieGain).toBeCloseTo(1, 6);
    expect(bobGain).toBeGreaterThan(0.18 + 0.82 * 0.7);
    expect(charlieGain).toBeLessThan(0.82 * 0.3);
  });
});

describe('an epoch', () => {
  it('mints one alpha per block: 18 % to the owner, the rest in halves to servers and validators', () => {
    bench.neuron(1, account('Bob'), 100n * TAO);
    const miner = bench.neuron(2, account('Charlie'), 0n);
    bench.blocks(10);
    bench.must(hotkeyOf(1), subtensorCalls.set_weights, { netuid: 2, dests: [2], weights: [1], version_key: 0n });
    const owner = S.TotalHotkeyAlpha.get(bench.state, hotkeyOf(0), 2);
    const served = S.TotalHotkeyAlpha.get(bench.state, miner, 2);
    bench.blocks(10);
    expect(S.Incentive.get(bench.state, 2)).toEqual([0, 0, 65_535]);
    expect(S.Dividends.get(bench.state, 2)).toEqual([0, 65_535, 0]);
    const cut = S.TotalHotkeyAlpha.get(bench.state, hotkeyOf(0), 2) - owner;
    const earned = S.TotalHotkeyAlpha.get(bench.state, miner, 2) - served;
    expect(Number(cut) / 1e9).toBeCloseTo(1.8, 3);
    expect(Number(earned) / 1e9).toBeCloseTo(4.1, 3);
    expect(S.Emission.get(bench.state, 2)[2]).toBe(earned);
  });

  it('burns what the owner earns by serving itself', () => {
    bench.neuron(1, account('Bob'), 100n * TAO);
    bench.blocks(10);
    bench.must(hotkeyOf(1), subtensorCalls.set_weights, { netuid: 2, dests: [0], weights: [1], version_key: 0n });
    const before = S.TotalHotkeyAlpha.get(bench.state, hotkeyOf(0), 2);
    bench.blocks(10);
    expect(S.Incentive.get(bench.state, 2)[0]).toBe(65_535);
    expect(Number(S.TotalHotkeyAlpha.get(bench.state, hotkeyOf(0), 2) - before) / 1e9).toBeCloseTo(1.8, 3);
  });

  it('runs every tempo blocks, and at once when the owner triggers it', () => {
    const first = S.LastEpochBlock.get(bench.state, 2);
    bench.blocks(20);
    expect(S.LastEpochBlock.get(bench.state, 2)).toBe(first + 20);
    expect(S.SubnetEpochIndex.get(bench.state, 2)).toBe(2);
    bench.must(alice(), subtensorCalls.trigger_epoch, { netuid: 2 });
    bench.blocks(1);
    expect(S.LastEpochBlock.get(bench.state, 2)).toBe(first + 21);
    expect(S.PendingEpochAt.get(bench.state, 2)).toBe(0);
  });
});

describe('AdminUtils', () => {
  it('is for root, and for the owner where the real chain lets it, once per two tempos', () => {
    const limit = { netuid: 2, weights_set_rate_limit: 1 };
    expect(bench.run(alice(), adminCalls.sudo_set_weights_set_rate_limit, limit)).toBe('BadOrigin');
    const immunity = { netuid: 2, immunity_period: 1 };
    expect(bench.run(account('Bob'), adminCalls.sudo_set_immunity_period, immunity)).toBe('NotSubnetOwner');
    expect(bench.run(alice(), adminCalls.sudo_set_immunity_period, immunity)).toBeNull();
    expect(bench.run(alice(), adminCalls.sudo_set_immunity_period, immunity)).toBe('TxRateLimitExceeded');
    bench.block += 20;
    S.LastEpochBlock.set(bench.state, 2, bench.block);
    expect(bench.run(alice(), adminCalls.sudo_set_immunity_period, immunity)).toBeNull();
  });

  it('is frozen in the last blocks before an epoch, even for root', () => {
    bench.root(adminCalls.sudo_set_admin_freeze_window, { window: 10 });
    const run = (): string | null =>
      bench.run({ kind: 'root' }, adminCalls.sudo_set_immunity_period, { netuid: 2, immunity_period: 1 });
    bench.block = S.LastEpochBlock.get(bench.state, 2);
    expect(run()).toBeNull();
    bench.block += 1;
    expect(run()).toBe('AdminActionProhibitedDuringWeightsWindow');
  });
});

describe('wrapped calls', () => {
  const transfer = (value: bigint) => ({
    decl: balancesCalls.transfer_keep_alive,
    args: { dest: account('Bob'), value },
  });
  const bob = (): bigint => freeBalance(bench.state, account('Bob'));

  it('of sudo run as root, and only for the sudo key', () => {
    const call = { decl: adminCalls.sudo_set_tx_rate_limit, args: { tx_rate_limit: 5 } };
    expect(bench.run(account('Bob'), sudoCalls.sudo, { call })).toBe('12:0');
    expect(bench.run(alice(), sudoCalls.sudo, { call })).toBeNull();
    expect(S.TxRateLimit.get(bench.state)).toBe(5);
  });

  it('of batch stop at the first failure but keep what came before', () => {
    const before = bob();
    const calls = [transfer(1000n), transfer(10n ** 18n), transfer(1000n)];
    expect(bench.run(alice(), utilityCalls.batch, { calls })).toBeNull();
    expect(bob() - before).toBe(1000n);
  });

  it('of batch_all are undone together', () => {
    const before = bob();
    const calls = [transfer(1000n), transfer(10n ** 18n)];
    expect(bench.run(alice(), utilityCalls.batch_all, { calls })).toBe('Token.FundsUnavailable');
    expect(bob()).toBe(before);
  });

  it('of force_batch go on after a failure', () => {
    const before = bob();
    const calls = [transfer(10n ** 18n), transfer(1000n)];
    expect(bench.run(alice(), utilityCalls.force_batch, { calls })).toBeNull();
    expect(bob() - before).toBe(1000n);
  });

  it('may not be batches again', () => {
    const before = bob();
    const inner = { decl: utilityCalls.batch, args: { calls: [transfer(1000n)] } };
    expect(bench.run(alice(), utilityCalls.batch_all, { calls: [inner] })).toBe('0:5');
    expect(bob()).toBe(before);
  });

  it('that are declared but not run here fail with Unavailable', () => {
    expect(bench.run(alice(), subtensorCalls.dissolve_network, { coldkey: alice(), netuid: 2 })).toBe('Unavailable');
  });
});

describe('set_commitment', () => {
  const commit = (bytes: number, who = hotkeyOf(0)): string | null =>
    bench.run(who, commitmentsCalls.set_commitment, {
      netuid: 2,
      info: { fields: [{ kind: 'BigRaw', bytes: new Uint8Array(bytes) }] },
    });

  it('keeps the last one of a registered hotkey', () => {
    expect(commit(3)).toBeNull();
    expect(commit(5)).toBeNull();
    expect(commitmentsStorage.CommitmentOf.get(bench.state, 2, hotkeyOf(0))?.info.fields).toEqual([
      { kind: 'BigRaw', bytes: new Uint8Array(5) },
    ]);
    expect(commit(5, hotkeyOf(9))).toBe('18:1');
  });

  it('is limited in space per epoch, where each counts a hundred bytes at least', () => {
    for (let i = 0; i < 31; i++) expect(commit(1)).toBeNull();
    expect(commit(1)).toBe('18:2');
    bench.blocks(10);
    expect(commit(1)).toBeNull();
  });
});
