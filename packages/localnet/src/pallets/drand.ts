import { eventsOf } from '../declare/pallet.js';
import { blake, optionalMap, storageOf, value } from '../declare/storage.js';
import { boundedBytes, fromHex, struct, u32, u64n, utf8, type ValueOf, vec } from '../scale/index.js';

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

/** drand quicknet, the beacon of the real chain: what the item reads as until a chain names its own, as this one does. */
const QUICKNET: BeaconConfiguration = {
  public_key: fromHex(
    '0x83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c8c4b450b6a0a6c3ac6a5776a2d1064510d1fec758c921cc22b0e17e63aaf4bcb5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a',
  ),
  period: 3,
  genesis_time: 1_692_803_367,
  hash: fromHex('0x52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971'),
  group_hash: fromHex('0xf477d5c89f21a17c863a7f937c6a6d15859414d2be09cd448d4279af331c5d3e'),
  scheme_id: utf8('bls-unchained-g1-rfc9380'),
  metadata: { beacon_id: utf8('quicknet') },
};

export const drandStorage = storageOf('Drand', {
  BeaconConfig: value(beaconConfiguration, QUICKNET),
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
