import { callsOf, constant, eventsOf } from '../declare/pallet.js';
import { storageOf, value } from '../declare/storage.js';
import { accountId, bool, compactU64, u8, u64 } from '../scale/index.js';
import { fixedU128, multiAddress } from '../types/index.js';

/** In rao; an account below it is removed. */
export const EXISTENTIAL_DEPOSIT = 500n;

export const balancesStorage = storageOf('Balances', {
  TotalIssuance: value(u64, 0n),
});

export const balancesCalls = callsOf('Balances', {
  transfer_allow_death: [0, { dest: multiAddress, value: compactU64 }],
  force_transfer: [2, { source: multiAddress, dest: multiAddress, value: compactU64 }],
  transfer_keep_alive: [3, { dest: multiAddress, value: compactU64 }],
  transfer_all: [4, { dest: multiAddress, keep_alive: bool }],
  force_set_balance: [8, { who: multiAddress, new_free: compactU64 }],
});

export const balancesEvents = eventsOf('Balances', {
  Endowed: [0, { account: accountId, free_balance: u64 }],
  DustLost: [1, { account: accountId, amount: u64 }],
  Transfer: [2, { from: accountId, to: accountId, amount: u64 }],
  BalanceSet: [3, { who: accountId, free: u64 }],
  Deposit: [7, { who: accountId, amount: u64 }],
  Withdraw: [8, { who: accountId, amount: u64 }],
});

export const balancesErrors = [
  'VestingBalance',
  'LiquidityRestrictions',
  'InsufficientBalance',
  'ExistentialDeposit',
  'Expendability',
  'ExistingVestingSchedule',
  'DeadAccount',
  'TooManyReserves',
  'TooManyHolds',
  'TooManyFreezes',
  'IssuanceDeactivated',
  'DeltaZero',
] as const;

export const balancesConstants = {
  ExistentialDeposit: constant(u64, EXISTENTIAL_DEPOSIT),
};

export const paymentStorage = storageOf('TransactionPayment', {
  NextFeeMultiplier: value(fixedU128, 1_000_000_000_000_000_000n),
});

export const paymentEvents = eventsOf('TransactionPayment', {
  TransactionFeePaid: [0, { who: accountId, actual_fee: u64, tip: u64 }],
});

export const paymentConstants = {
  OperationalFeeMultiplier: constant(u8, 5),
};
