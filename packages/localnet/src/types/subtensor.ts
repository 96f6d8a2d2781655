import { badScale } from '../errors.js';
import type { Codec, Hex } from '../scale/index.js';
import {
  accountId,
  boundedBytes,
  bytes,
  i64,
  nameEnum,
  struct,
  type TypeDesc,
  u8,
  u16,
  u32,
  u64,
  u64f64,
  u64n,
  u128,
  type ValueOf,
  vec,
} from '../scale/index.js';

/** Where a neuron serves; 34 bytes. */
export const axonInfo = struct('pallet_subtensor::pallet::AxonInfo', {
  block: u64n,
  version: u32,
  ip: u128,
  port: u16,
  ip_type: u8,
  protocol: u8,
  placeholder1: u8,
  placeholder2: u8,
});
export type AxonInfo = ValueOf<typeof axonInfo>;

export const prometheusInfo = struct('pallet_subtensor::pallet::PrometheusInfo', {
  block: u64n,
  version: u32,
  ip: u128,
  port: u16,
  ip_type: u8,
});
export type PrometheusInfo = ValueOf<typeof prometheusInfo>;

export const neuronCertificate = struct('pallet_subtensor::pallet::NeuronCertificate', {
  public_key: boundedBytes(64),
  algorithm: u8,
});

export const chainIdentity = struct('pallet_subtensor::pallet::ChainIdentityV2', {
  name: bytes,
  url: bytes,
  github_repo: bytes,
  image: bytes,
  discord: bytes,
  description: bytes,
  additional: bytes,
});

export const subnetIdentity = struct('pallet_subtensor::pallet::SubnetIdentityV3', {
  subnet_name: bytes,
  github_repo: bytes,
  subnet_contact: bytes,
  subnet_url: bytes,
  discord: bytes,
  description: bytes,
  logo_url: bytes,
  additional: bytes,
});

/** A share of a stake pool, `mantissa · 10^exponent`; this chain always writes exponent 0. */
export const safeFloat = struct('share_pool::SafeFloat', { mantissa: u128, exponent: i64 });

/**
 * How a subnet comes to its consensus. Newer than runtime 425: the Python client of SDK 11 reads it before it sets
 * weights, and does not go on without it. Every subnet of this chain runs Yuma.
 */
export const epochConsensus = nameEnum('pallet_subtensor::pallet::EpochConsensus', { Yuma: 0, Null: 1 });

/** Stake that its owner bound for a time; this chain has no locks, and clients read that there are none. */
export const lockState = struct('pallet_subtensor::staking::lock::LockState', {
  locked_mass: u64,
  conviction: u64f64,
  last_update: u64,
});

/** What becomes of a staker's dividends from the root network. Nobody gets any here; clients show the default. */
export type RootClaimType =
  | { readonly kind: 'Swap' | 'Keep' }
  | { readonly kind: 'KeepSubnets'; readonly subnets: readonly number[] };

const ROOT_CLAIMS = ['Swap', 'Keep', 'KeepSubnets'] as const;
const netuids = vec(u16);
const netuidSet: TypeDesc = {
  kind: 'composite',
  path: ['BTreeSet'],
  params: [{ name: 'T', type: u16.type }],
  fields: [{ name: null, type: netuids.type, typeName: 'Vec<T>' }],
};

export const rootClaimType: Codec<RootClaimType> = {
  type: {
    kind: 'variant',
    path: ['pallet_subtensor', 'pallet', 'RootClaimTypeEnum'],
    params: [],
    variants: ROOT_CLAIMS.map((name, index) => ({
      name,
      index,
      fields: name === 'KeepSubnets' ? [{ name: 'subnets', type: netuidSet, typeName: 'BTreeSet<NetUid>' }] : [],
    })),
  },
  encode(value, out) {
    out.byte(ROOT_CLAIMS.indexOf(value.kind));
    if (value.kind === 'KeepSubnets') netuids.encode([...value.subnets], out);
  },
  decode(input) {
    const kind = ROOT_CLAIMS[input.byte()];
    if (kind === undefined) throw badScale('no such RootClaimTypeEnum');
    return kind === 'KeepSubnets' ? { kind, subnets: netuids.decode(input) } : { kind };
  },
};

export const recycleOrBurn = nameEnum('pallet_subtensor::pallet::RecycleOrBurnEnum', { Burn: 0, Recycle: 1 });

/** Hyperparameters that have a rate limit of their own when the subnet owner sets them. */
const HYPERPARAMETERS = [
  'Unknown',
  'ServingRateLimit',
  'MaxDifficulty',
  'AdjustmentAlpha',
  'MaxWeightLimit',
  'ImmunityPeriod',
  'MinAllowedWeights',
  'Kappa',
  'Rho',
  'ActivityCutoff',
  'PowRegistrationAllowed',
  'MinBurn',
  'MaxBurn',
  'BondsMovingAverage',
  'BondsPenalty',
  'CommitRevealEnabled',
  'LiquidAlphaEnabled',
  'AlphaValues',
  'WeightCommitInterval',
  'TransferEnabled',
  'AlphaSigmoidSteepness',
  'Yuma3Enabled',
  'BondsResetEnabled',
  'ImmuneNeuronLimit',
  'RecycleOrBurn',
  'MaxAllowedUids',
  'BurnHalfLife',
  'BurnIncreaseMult',
  'SubnetEmissionEnabled',
  'MinChildkeyTake',
  'ActivityCutoffFactorMilli',
  'TriggerEpoch',
] as const;
export type HyperparameterName = (typeof HYPERPARAMETERS)[number];

const hyperparameterType: TypeDesc = {
  kind: 'variant',
  path: ['pallet_subtensor', 'utils', 'rate_limiting', 'Hyperparameter'],
  params: [],
  variants: HYPERPARAMETERS.map((name, index) => ({ name, index, fields: [] })),
};

/** What a rate limit counts. */
export type RateLimitKey =
  | { readonly kind: 'OwnerHyperparamUpdate'; readonly netuid: number; readonly parameter: HyperparameterName }
  | { readonly kind: 'NetworkLastRegistered' }
  | { readonly kind: 'LastTxBlock'; readonly account: Hex };

const netuidField = { name: null, type: u16.type, typeName: 'NetUid' };
const accountField = { name: null, type: accountId.type, typeName: 'AccountId' };

export const rateLimitKey: Codec<RateLimitKey> = {
  type: {
    kind: 'variant',
    path: ['pallet_subtensor', 'RateLimitKey'],
    params: [{ name: 'AccountId', type: accountId.type }],
    variants: [
      { name: 'SetSNOwnerHotkey', index: 0, fields: [netuidField] },
      {
        name: 'OwnerHyperparamUpdate',
        index: 1,
        fields: [netuidField, { name: null, type: hyperparameterType, typeName: 'Hyperparameter' }],
      },
      { name: 'NetworkLastRegistered', index: 2, fields: [] },
      { name: 'LastTxBlock', index: 3, fields: [accountField] },
      { name: 'LastTxBlockChildKeyTake', index: 4, fields: [accountField] },
      { name: 'LastTxBlockDelegateTake', index: 5, fields: [accountField] },
      { name: 'AddStakeBurn', index: 6, fields: [netuidField] },
    ],
  },
  encode(key, out) {
    if (key.kind === 'OwnerHyperparamUpdate') {
      out.byte(1);
      u16.encode(key.netuid, out);
      out.byte(HYPERPARAMETERS.indexOf(key.parameter));
    } else if (key.kind === 'NetworkLastRegistered') {
      out.byte(2);
    } else {
      out.byte(3);
      accountId.encode(key.account, out);
    }
  },
  decode(input) {
    const tag = input.byte();
    if (tag === 1) {
      const netuid = u16.decode(input);
      const parameter = HYPERPARAMETERS[input.byte()];
      if (parameter !== undefined) return { kind: 'OwnerHyperparamUpdate', netuid, parameter };
    }
    if (tag === 2) return { kind: 'NetworkLastRegistered' };
    if (tag === 3) return { kind: 'LastTxBlock', account: accountId.decode(input) };
    throw badScale('not a rate limit key of this chain');
  },
};
