import { callsOf, constant, eventsOf } from '../declare/pallet.js';
import { identity, optionalMap, storageOf, twox, value } from '../declare/storage.js';
import { accountId, bytes, tuple, u16, u32, u64, u64n, vec } from '../scale/index.js';
import { commitmentInfo, commitmentRegistration, MAX_COMMITMENT_FIELDS, usageTracker } from '../types/index.js';

const keys = [identity(u16), twox(accountId)] as const;

export const commitmentsStorage = storageOf('Commitments', {
  CommitmentOf: optionalMap(keys, commitmentRegistration),
  LastCommitment: optionalMap(keys, u32),
  RevealedCommitments: optionalMap(keys, vec(tuple(bytes, u64n))),
  UsedSpaceOf: optionalMap(keys, usageTracker),
  MaxSpace: value(u32, 3100),
});

export const commitmentsCalls = callsOf('Commitments', {
  set_commitment: [0, { netuid: u16, info: commitmentInfo }],
  set_max_space: [2, { new_limit: u32 }],
});

export const commitmentsEvents = eventsOf('Commitments', {
  Commitment: [0, { netuid: u16, who: accountId }],
  TimelockCommitment: [1, { netuid: u16, who: accountId, reveal_round: u64n }],
  CommitmentRevealed: [2, { netuid: u16, who: accountId }],
});

export const commitmentsErrors = [
  'TooManyFieldsInCommitmentInfo',
  'AccountNotAllowedCommit',
  'SpaceLimitExceeded',
  'UnexpectedUnreserveLeftover',
] as const;

export const commitmentsConstants = {
  MaxFields: constant(u32, MAX_COMMITMENT_FIELDS),
  InitialDeposit: constant(u64, 0n),
  FieldDeposit: constant(u64, 0n),
};
