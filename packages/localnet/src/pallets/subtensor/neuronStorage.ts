import { blake, identity, map, optionalMap, storageOf, twox } from '../../declare/storage.js';
import { accountId, bool, boundedBytes, h256, tuple, u16, u64, u64f64, u64n, vec } from '../../scale/index.js';
import { axonInfo, chainIdentity, NOBODY, neuronCertificate, prometheusInfo, safeFloat } from '../../types/index.js';

/** Values per neuron, and per account: keys, axons, weights, bonds, scores, stake. */
export const neuronStorage = storageOf('SubtensorModule', {
  Uids: optionalMap([identity(u16), blake(accountId)], u16),
  Keys: map([identity(u16), identity(u16)], accountId, NOBODY),
  IsNetworkMember: map([blake(accountId), identity(u16)], bool, false),
  Axons: optionalMap([identity(u16), blake(accountId)], axonInfo),
  NeuronCertificates: optionalMap([identity(u16), blake(accountId)], neuronCertificate),
  Prometheus: optionalMap([identity(u16), blake(accountId)], prometheusInfo),
  BlockAtRegistration: map([identity(u16), identity(u16)], u64n, 0),
  Active: map([identity(u16)], vec(bool), []),
  Consensus: map([identity(u16)], vec(u16), []),
  Incentive: map([identity(u16)], vec(u16), []),
  Dividends: map([identity(u16)], vec(u16), []),
  Emission: map([identity(u16)], vec(u64), []),
  LastUpdate: map([identity(u16)], vec(u64n), []),
  ValidatorTrust: map([identity(u16)], vec(u16), []),
  ValidatorPermit: map([identity(u16)], vec(bool), []),
  StakeWeight: map([identity(u16)], vec(u16), []),
  Weights: map([identity(u16), identity(u16)], vec(tuple(u16, u16)), []),
  Bonds: map([identity(u16), identity(u16)], vec(tuple(u16, u16)), []),
  WeightCommits: optionalMap([twox(u16), twox(accountId)], vec(tuple(h256, u64n, u64n, u64n))),
  TimelockedWeightCommits: map([twox(u16), twox(u64n)], vec(tuple(accountId, u64n, boundedBytes(5000), u64n)), []),
  Owner: map([blake(accountId)], accountId, NOBODY),
  OwnedHotkeys: map([blake(accountId)], vec(accountId), []),
  StakingHotkeys: map([blake(accountId)], vec(accountId), []),
  Delegates: map([blake(accountId)], u16, 11_796),
  TotalHotkeyAlpha: map([blake(accountId), identity(u16)], u64, 0n),
  TotalHotkeyAlphaLastEpoch: map([blake(accountId), identity(u16)], u64, 0n),
  TotalHotkeySharesV2: map([blake(accountId), identity(u16)], safeFloat, { mantissa: 0n, exponent: 0n }),
  AlphaV2: map([blake(accountId), blake(accountId), identity(u16)], safeFloat, { mantissa: 0n, exponent: 0n }),
  Alpha: map([blake(accountId), blake(accountId), identity(u16)], u64f64, 0n),
  AlphaDividendsPerSubnet: map([identity(u16), blake(accountId)], u64, 0n),
  LastHotkeyEmissionOnNetuid: map([blake(accountId), identity(u16)], u64, 0n),
  IdentitiesV2: optionalMap([blake(accountId)], chainIdentity),
});
