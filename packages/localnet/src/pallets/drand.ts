import { eventsOf } from '../declare/pallet.js';
import { blake, optionalMap, storageOf, value } from '../declare/storage.js';
import { boundedBytes, struct, u32, u64n, type ValueOf, vec } from '../scale/index.js';

const hash = boundedBytes(32);

/** The beacon whose pulses open timelocked commits. Clients read its public key, period and genesis here. */
export const beaconConfiguration = struct('pallet_drand::types::BeaconConfiguration', {
  public_key: boundedBytes(144),
  period: u32,
  genesis_time: u32,
  hash,
  group_hash: hash,
  scheme_id: hash,
  metadata: struct('pallet_drand::types::Metadata', { beacon_id: hash }),
});
export type BeaconConfiguration = ValueOf<typeof beaconConfiguration>;

export const pulse = struct('pallet_drand::types::Pulse', {
  round: u64n,
  randomness: boundedBytes(32),
  signature: boundedBytes(144),
});
export type Pulse = ValueOf<typeof pulse>;

const noBytes = new Uint8Array();

export const drandStorage = storageOf('Drand', {
  BeaconConfig: value(beaconConfiguration, {
    public_key: noBytes,
    period: 0,
    genesis_time: 0,
    hash: noBytes,
    group_hash: noBytes,
    scheme_id: noBytes,
    metadata: { beacon_id: noBytes },
  }),
  Pulses: optionalMap([blake(u64n)], pulse),
  LastStoredRound: value(u64n, 0),
  OldestStoredRound: value(u64n, 0),
});

export const drandEvents = eventsOf('Drand', {
  BeaconConfigChanged: [0, []],
  NewPulse: [1, { rounds: vec(u64n) }],
  SetOldestStoredRound: [2, [u64n]],
});

export const drandErrors = [
  'NoneValue',
  'StorageOverflow',
  'DrandConnectionFailure',
  'UnverifiedPulse',
  'InvalidRoundNumber',
  'PulseVerificationError',
] as const;
