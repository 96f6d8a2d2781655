import { beforeEach, describe, expect, it } from 'vitest';
import { adminCalls } from '../../../src/pallets/adminUtils.js';
import { S, subtensorCalls } from '../../../src/pallets/subtensor/index.js';
import { freeBalance } from '../../../src/runtime/balances.js';
import { uidToPrune } from '../../../src/runtime/subtensor/registration.js';
import { account, Bench, hotkeyOf } from '../../support/bench.js';

let bench: Bench;
const TAO = 1_000_000_000n;

beforeEach(async () => {
  bench = await Bench.open();
});

describe('register_network', () => {
  it('makes subnet 2 with its owner on uid 0 and the parameters of a new subnet', () => {
    bench.subnet(10);
    const { state } = bench;
    expect(S.SubnetworkN.get(state, 2)).toBe(1);
    expect(S.Keys.get(state, 2, 0)).toBe(hotkeyOf(0));
    expect(S.SubnetOwner.get(state, 2)).toBe(account('Alice'));
    expect(S.MaxAllowedValidators.get(state, 2)).toBe(64);
    expect(S.ImmunityPeriod.get(state, 2)).toBe(5000);
    expect(S.Yuma3On.get(state, 2)).toBe(true);
    expect(freeBalance(state, account('Alice'))).toBe(1_000_000n * TAO - 1000n * TAO);
  });

  it('waits for the rate limit, costs twice as much after one, and can be made free by the sudo key', () => {
    bench.subnet(10);
    const again = (): string | null =>
      bench.run(account('Bob'), subtensorCalls.register_network, { hotkey: hotkeyOf(9) });
    expect(again()).toBe('NetworkTxRateLimitExceeded');
    bench.root(adminCalls.sudo_set_network_rate_limit, { rate_limit: 0 });
    const before = freeBalance(bench.state, account('Bob'));
    expect(again()).toBeNull();
    expect(before - freeBalance(bench.state, account('Bob'))).toBe(2000n * TAO);
  });

  it('refuses a hotkey that another coldkey owns', () => {
    bench.subnet(10);
    bench.root(adminCalls.sudo_set_network_rate_limit, { rate_limit: 0 });
    expect(bench.run(account('Bob'), subtensorCalls.register_network, { hotkey: hotkeyOf(0) })).toBe(
      'NonAssociatedColdKey',
    );
  });

  it('starts paying only after start_call, which works once and only for the owner', () => {
    bench.block = 1;
    bench.must(account('Alice'), subtensorCalls.register_network, { hotkey: hotkeyOf(0) });
    expect(bench.run(account('Bob'), subtensorCalls.start_call, { netuid: 2 })).toBe('NotSubnetOwner');
    expect(
      bench.run(account('Alice'), subtensorCalls.add_stake, { hotkey: hotkeyOf(0), netuid: 2, amount_staked: TAO }),
    ).toBe('SubtokenDisabled');
    bench.blocks(3);
    expect(S.PendingServerEmission.get(bench.state, 2)).toBe(0n);
    expect(bench.run(account('Alice'), subtensorCalls.start_call, { netuid: 2 })).toBeNull();
    expect(bench.run(account('Alice'), subtensorCalls.start_call, { netuid: 2 })).toBe(
      'FirstEmissionBlockNumberAlreadySet',
    );
    bench.blocks(1);
    expect(S.PendingServerEmission.get(bench.state, 2)).toBeGreaterThan(0n);
  });
});

describe('burned_register', () => {
  const register = (who: 'Bob' | 'Charlie', netuid: number, index: number): string | null =>
    bench.run(account(who), subtensorCalls.burned_register, { netuid, hotkey: hotkeyOf(index) });

  it('burns the price, gives the next uid, and sets the last update to the registration block', () => {
    bench.subnet(10);
    const before = freeBalance(bench.state, account('Bob'));
    expect(register('Bob', 2, 1)).toBeNull();
    expect(before - freeBalance(bench.state, account('Bob'))).toBe(TAO);
    expect(S.Uids.get(bench.state, 2, hotkeyOf(1))).toBe(1);
    expect(S.LastUpdate.get(bench.state, 2)[1]).toBe(1);
    expect(S.Owner.get(bench.state, hotkeyOf(1))).toBe(account('Bob'));
  });

  it('raises the price by 1.26 at every registration, and halves it over the half-life', () => {
    bench.subnet(10);
    register('Bob', 2, 1);
    expect(S.Burn.get(bench.state, 2)).toBe(1_260_000_000n);
    bench.blocks(360);
    const halved = Number(S.Burn.get(bench.state, 2));
    expect(halved).toBeGreaterThan(629_000_000);
    expect(halved).toBeLessThan(631_000_000);
  });

  const refusals: readonly (readonly [string, () => string | null, string])[] = [
    ['on the root network', () => register('Bob', 0, 1), 'RegistrationNotPermittedOnRootSubnet'],
    ['on a subnet that is not there', () => register('Bob', 7, 1), 'SubnetNotExists'],
    ['twice', () => register('Bob', 2, 1) ?? register('Bob', 2, 1), 'HotKeyAlreadyRegisteredInSubNet'],
    ['for a hotkey of somebody else', () => register('Bob', 2, 0) ?? null, 'HotKeyAlreadyRegisteredInSubNet'],
    [
      'with a hotkey that another coldkey owns',
      () => register('Bob', 2, 1) ?? register('Charlie', 1, 1),
      'NonAssociatedColdKey',
    ],
    [
      'without the money',
      () => bench.run(hotkeyOf(5), subtensorCalls.burned_register, { netuid: 2, hotkey: hotkeyOf(6) }),
      'NotEnoughBalanceToStake',
    ],
    [
      'above the price limit of register_limit',
      () =>
        bench.run(account('Bob'), subtensorCalls.register_limit, {
          netuid: 2,
          hotkey: hotkeyOf(1),
          limit_price: TAO - 1n,
        }),
      'RegistrationPriceLimitExceeded',
    ],
  ];
  it.each(refusals)('is refused %s', (_, run, expected) => {
    bench.subnet(10);
    expect(run()).toBe(expected);
  });

  it('leaves nothing behind when it is refused', () => {
    bench.subnet(10);
    const before = freeBalance(bench.state, account('Bob'));
    register('Bob', 2, 0);
    expect(freeBalance(bench.state, account('Bob'))).toBe(before);
    expect(bench.state.keys(S.OwnedHotkeys.key(account('Bob')))).toEqual([]);
  });
});

describe('pruning of a full subnet', () => {
  beforeEach(() => {
    bench.subnet(10);
    for (const index of [1, 2, 3]) {
      bench.blocks(1);
      bench.neuron(index, account('Bob'), 0n);
    }
    S.MaxAllowedUids.set(bench.state, 2, 4);
    S.Axons.set(bench.state, 2, hotkeyOf(1), {
      block: 1,
      version: 1,
      ip: 1n,
      port: 1,
      ip_type: 4,
      protocol: 4,
      placeholder1: 0,
      placeholder2: 0,
    });
  });

  it('evicts the lowest emission among those out of immunity, never the owner', () => {
    S.ImmunityPeriod.set(bench.state, 2, 0);
    S.Emission.set(bench.state, 2, [0n, 5n, 3n, 4n]);
    expect(uidToPrune(bench.state, 2, bench.block)).toBe(2);
  });

  it('evicts the older registration among equal emissions', () => {
    S.ImmunityPeriod.set(bench.state, 2, 0);
    expect(uidToPrune(bench.state, 2, bench.block)).toBe(1);
  });

  it('spares the immune while another is not', () => {
    S.ImmunityPeriod.set(bench.state, 2, 2);
    S.Emission.set(bench.state, 2, [0n, 9n, 0n, 0n]);
    bench.block += 0;
    expect(uidToPrune(bench.state, 2, bench.block)).toBe(1);
  });

  it('evicts among the immune when all are', () => {
    S.Emission.set(bench.state, 2, [0n, 9n, 8n, 7n]);
    expect(uidToPrune(bench.state, 2, bench.block)).toBe(3);
  });

  it('gives the uid, clean, to the newcomer', () => {
    S.ImmunityPeriod.set(bench.state, 2, 0);
    bench.neuron(4, account('Charlie'), 0n);
    const { state } = bench;
    expect(S.Uids.get(state, 2, hotkeyOf(4))).toBe(1);
    expect(S.Uids.get(state, 2, hotkeyOf(1))).toBeNull();
    expect(S.Axons.get(state, 2, hotkeyOf(1))).toBeNull();
    expect(S.IsNetworkMember.get(state, hotkeyOf(1), 2)).toBe(false);
    expect(S.BlockAtRegistration.get(state, 2, 1)).toBe(bench.block);
    expect(S.SubnetworkN.get(state, 2)).toBe(4);
  });
});

describe('sudo_trim_to_max_allowed_uids', () => {
  const keys = () =>
    Array.from({ length: S.SubnetworkN.get(bench.state, 2) }, (_, uid) => S.Keys.get(bench.state, 2, uid));

  beforeEach(() => {
    bench.subnet(10);
    bench.root(adminCalls.sudo_set_immunity_period, { netuid: 2, immunity_period: 1 });
    for (const index of [1, 2, 3, 4]) bench.neuron(index, account('Bob'), index === 1 ? 1000n * TAO : 0n);
    bench.blocks(12);
    bench.must(hotkeyOf(1), subtensorCalls.set_weights, {
      netuid: 2,
      dests: [2, 3, 4],
      weights: [100, 1, 65_535],
      version_key: 0n,
    });
    bench.blocks(20);
  });

  it('removes who earns least, closes the uids up, and takes weights and scores along', () => {
    const before = S.Incentive.get(bench.state, 2);
    bench.root(adminCalls.sudo_trim_to_max_allowed_uids, { netuid: 2, max_n: 4 });
    expect(keys()).toEqual([0, 1, 2, 4].map(hotkeyOf));
    expect(S.Uids.get(bench.state, 2, hotkeyOf(4))).toBe(3);
    expect(S.Uids.has(bench.state, 2, hotkeyOf(3))).toBe(false);
    expect(S.Weights.get(bench.state, 2, 1)).toEqual([
      [2, 100],
      [3, 65_535],
    ]);
    expect(S.Incentive.get(bench.state, 2)).toEqual([0, 1, 2, 4].map((uid) => before[uid]));
    expect(S.MaxAllowedUids.get(bench.state, 2)).toBe(4);
    bench.blocks(10);
    expect(bench.run(account('Bob'), subtensorCalls.burned_register, { netuid: 2, hotkey: hotkeyOf(9) })).toBeNull();
    expect(keys()).toHaveLength(4);
  });

  it('refuses to leave almost nobody who could be removed, and more uids than are allowed', () => {
    bench.root(adminCalls.sudo_set_immunity_period, { netuid: 2, immunity_period: 5000 });
    const trimming = (max_n: number) =>
      bench.run({ kind: 'root' }, adminCalls.sudo_trim_to_max_allowed_uids, { netuid: 2, max_n });
    expect(trimming(4)).toBe('TrimmingWouldExceedMaxImmunePercentage');
    expect(trimming(257)).toBe('InvalidValue');
    expect(keys()).toHaveLength(5);
  });
});
