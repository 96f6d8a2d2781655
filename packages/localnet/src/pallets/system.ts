import { callsOf, constant, eventsOf } from '../declare/pallet.js';
import { blake, map, optionalValue, storageOf, twox, value } from '../declare/storage.js';
import {
  accountId,
  bytes,
  type Codec,
  compactU32,
  fixedBytes,
  h256,
  struct,
  type TypeDesc,
  text,
  tuple,
  u8,
  u16,
  u32,
  vec,
} from '../scale/index.js';
import { accountInfo, digest, dispatchError, dispatchEventInfo, NOBODY } from '../types/index.js';

export const SS58_PREFIX = 42;
export const BLOCK_HASH_COUNT = 2400;

/** The top bit says that an account follows the new counting of reserves; every account has it. */
export const NEW_ACCOUNT_FLAGS = 1n << 127n;

/** The records are kept encoded: they are written once per block and read by clients. */
export const encodedEvents: Codec<Uint8Array> = {
  type: { kind: 'runtimeEvents' },
  encode: (records, out) => out.bytes(records),
  decode: (input) => input.bytes(input.remaining),
};

const textCow: Codec<string> = { ...text, type: cow(text.type) };
const apiList = vec(tuple(fixedBytes(8), u32));
const apisCow: typeof apiList = { ...apiList, type: cow(apiList.type) };

function cow(inner: TypeDesc): TypeDesc {
  return {
    kind: 'composite',
    path: ['Cow'],
    params: [{ name: 'T', type: inner }],
    fields: [{ name: null, type: inner, typeName: null }],
  };
}

export const runtimeVersion = struct('sp_version::RuntimeVersion', {
  spec_name: textCow,
  impl_name: textCow,
  authoring_version: u32,
  spec_version: u32,
  impl_version: u32,
  apis: apisCow,
  transaction_version: u32,
  system_version: u8,
});

export const systemStorage = storageOf('System', {
  Account: map([blake(accountId)], accountInfo, {
    nonce: 0,
    consumers: 0,
    providers: 0,
    sufficients: 0,
    data: { free: 0n, reserved: 0n, frozen: 0n, flags: NEW_ACCOUNT_FLAGS },
  }),
  ExtrinsicCount: optionalValue(u32),
  BlockHash: map([twox(u32)], h256, NOBODY),
  Number: value(u32, 0),
  ParentHash: value(h256, NOBODY),
  Digest: value(digest, { logs: [] }),
  Events: value(encodedEvents, new Uint8Array([0])),
  EventCount: value(u32, 0),
  LastRuntimeUpgrade: optionalValue(
    struct('frame_system::LastRuntimeUpgradeInfo', { spec_version: compactU32, spec_name: textCow }),
  ),
});

export const systemCalls = callsOf('System', {
  remark: [0, { remark: bytes }],
  set_code: [2, { code: bytes }],
  remark_with_event: [7, { remark: bytes }],
});

export const systemEvents = eventsOf('System', {
  ExtrinsicSuccess: [0, { dispatch_info: dispatchEventInfo }],
  ExtrinsicFailed: [1, { dispatch_error: dispatchError, dispatch_info: dispatchEventInfo }],
  CodeUpdated: [2, []],
  NewAccount: [3, { account: accountId }],
  KilledAccount: [4, { account: accountId }],
  Remarked: [5, { sender: accountId, hash: h256 }],
});

export const systemErrors = [
  'InvalidSpecName',
  'SpecVersionNeedsToIncrease',
  'FailedToExtractRuntimeVersion',
  'NonDefaultComposite',
  'NonZeroRefCount',
  'CallFiltered',
  'MultiBlockMigrationsOngoing',
  'NothingAuthorized',
  'Unauthorized',
] as const;

export const fixedSystemConstants = {
  BlockHashCount: constant(u32, BLOCK_HASH_COUNT),
  SS58Prefix: constant(u16, SS58_PREFIX),
};
