import { balancesCalls, balancesEvents, balancesStorage, EXISTENTIAL_DEPOSIT } from '../pallets/balances.js';
import { systemEvents, systemStorage } from '../pallets/system.js';
import type { Hex } from '../scale/index.js';
import type { StateView } from '../state/index.js';
import { type CallContext, type Dispatcher, ensureRoot, signedBy } from './call.js';
import { DispatchFault } from './faults.js';

type Money = Pick<CallContext, 'state' | 'events'>;

export function freeBalance(view: StateView, account: Hex): bigint {
  return systemStorage.Account.get(view, account).data.free;
}

function tokenFault(value: 'FundsUnavailable' | 'BelowMinimum' | 'NotExpendable'): DispatchFault {
  return new DispatchFault({ kind: 'Token', value });
}

/** Sets a free balance with what follows from it: an account appears, or is removed below the existential deposit. */
function setFree({ state, events }: Money, account: Hex, free: bigint): void {
  const old = systemStorage.Account.get(state, account);
  const alive = free >= EXISTENTIAL_DEPOSIT;
  const kept = alive ? free : 0n;
  systemStorage.Account.set(state, account, {
    ...old,
    providers: alive ? 1 : 0,
    data: { ...old.data, free: kept },
  });
  if (alive && old.providers === 0) {
    events.emit(systemEvents.NewAccount, { account });
    events.emit(balancesEvents.Endowed, { account, free_balance: free });
  }
  if (!alive && old.providers > 0) {
    events.emit(systemEvents.KilledAccount, { account });
    if (free > 0n) {
      events.emit(balancesEvents.DustLost, { account, amount: free });
      issue({ state, events }, -free);
    }
  }
}

function issue({ state }: Money, change: bigint): void {
  balancesStorage.TotalIssuance.update(state, (total) => total + change);
}

/** New money for `account`, in rao. */
export function mint(money: Money, account: Hex, amount: bigint): void {
  if (amount === 0n) return;
  const free = freeBalance(money.state, account) + amount;
  if (free < EXISTENTIAL_DEPOSIT) throw tokenFault('BelowMinimum');
  issue(money, amount);
  setFree(money, account, free);
  money.events.emit(balancesEvents.Deposit, { who: account, amount });
}

/** True when `amount` can leave and the rest is nothing or a living account. */
export function canWithdraw(view: StateView, account: Hex, amount: bigint): boolean {
  return freeBalance(view, account) - amount >= EXISTENTIAL_DEPOSIT;
}

/** Takes money out of circulation; the caller has checked `canWithdraw`. */
export function burn(money: Money, account: Hex, amount: bigint): void {
  if (amount === 0n) return;
  const free = freeBalance(money.state, account) - amount;
  if (free < 0n) throw tokenFault('FundsUnavailable');
  issue(money, -amount);
  setFree(money, account, free);
  money.events.emit(balancesEvents.Withdraw, { who: account, amount });
}

function transfer(money: Money, from: Hex, to: Hex, amount: bigint, keepAlive: boolean): void {
  const rest = freeBalance(money.state, from) - amount;
  if (rest < 0n) throw tokenFault('FundsUnavailable');
  if (keepAlive && rest < EXISTENTIAL_DEPOSIT) throw tokenFault('NotExpendable');
  if (freeBalance(money.state, to) + amount < EXISTENTIAL_DEPOSIT) throw tokenFault('BelowMinimum');
  if (from !== to) {
    setFree(money, from, rest);
    setFree(money, to, freeBalance(money.state, to) + amount);
  }
  money.events.emit(balancesEvents.Transfer, { from, to, amount });
}

export function registerBalances(dispatcher: Dispatcher): void {
  dispatcher.on(balancesCalls.transfer_allow_death, (call, { dest, value }) =>
    transfer(call, signedBy(call), dest, value, false),
  );
  dispatcher.on(balancesCalls.transfer_keep_alive, (call, { dest, value }) =>
    transfer(call, signedBy(call), dest, value, true),
  );
  dispatcher.on(balancesCalls.transfer_all, (call, { dest, keep_alive }) => {
    const from = signedBy(call);
    const free = freeBalance(call.state, from);
    transfer(call, from, dest, keep_alive ? free - EXISTENTIAL_DEPOSIT : free, keep_alive);
  });
  dispatcher.on(balancesCalls.force_transfer, (call, { source, dest, value }) => {
    ensureRoot(call);
    transfer(call, source, dest, value, false);
  });
  dispatcher.on(balancesCalls.force_set_balance, (call, { who, new_free }) => {
    ensureRoot(call);
    const change = new_free - freeBalance(call.state, who);
    issue(call, change);
    setFree(call, who, new_free);
    call.events.emit(balancesEvents.BalanceSet, { who, free: freeBalance(call.state, who) });
  });
}
