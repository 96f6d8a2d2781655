import { blake, identity, map, storageOf, value } from '../../declare/storage.js';
import { accountId, u8, u16, u64, u64n } from '../../scale/index.js';
import { rateLimitKey } from '../../types/index.js';

/** Values that hold for the whole chain. */
export const globalStorage = storageOf('SubtensorModule', {
  AdminFreezeWindow: value(u16, 10),
  OwnerHyperparamRateLimit: value(u16, 2),
  TaoWeight: value(u64, 971_718_665_099_567_868n),
  MaxDelegateTake: value(u16, 11_796),
  MinDelegateTake: value(u16, 0),
  BlockEmission: value(u64, 1_000_000_000n),
  SubnetLimit: value(u16, 128),
  TotalIssuance: value(u64, 0n),
  TotalStake: value(u64, 0n),
  TotalNetworks: value(u16, 0),
  NetworkImmunityPeriod: value(u64n, 1_296_000),
  StartCallDelay: value(u64n, 0),
  NetworkMinLockCost: value(u64, 1_000_000_000_000n),
  NetworkLastLockCost: value(u64, 1_000_000_000_000n),
  NetworkLockReductionInterval: value(u64n, 100_800),
  SubnetOwnerCut: value(u16, 11_796),
  NetworkRateLimit: value(u64n, 7200),
  NominatorMinRequiredStake: value(u64, 0n),
  LastRateLimitedBlock: map([identity(rateLimitKey)], u64n, 0),
  StakeThreshold: value(u64, 0n),
  UnlockRate: value(u64, 934_866n),
  MaturityRate: value(u64, 934_866n),
  TxRateLimit: value(u64n, 1000),
  CommitRevealWeightsVersion: value(u16, 4),
  MaxMechanismCount: value(u8, 2),
  MaxEpochsPerBlock: value(u8, 2),
  TransactionKeyLastBlock: map([blake(accountId), identity(u16), identity(u16)], u64n, 0),
  LastTxBlock: map([identity(accountId)], u64n, 0),
});
