import { badScale } from '../errors.js';
import {
  boundedBytes,
  boundedVec,
  type Codec,
  fixedBytes,
  type NamedDesc,
  struct,
  type TypeDesc,
  u32,
  u64,
  u64n,
  type ValueOf,
} from '../scale/index.js';

/** One field of a commitment. */
export type CommitmentData =
  | { readonly kind: 'None' }
  | { readonly kind: 'Raw'; readonly bytes: Uint8Array }
  | { readonly kind: 'Hash'; readonly hasher: HashName; readonly bytes: Uint8Array }
  | { readonly kind: 'TimelockEncrypted'; readonly encrypted: Uint8Array; readonly reveal_round: number }
  | { readonly kind: 'ResetBondsFlag' }
  | { readonly kind: 'BigRaw'; readonly bytes: Uint8Array };

/** `Raw0`…`Raw128` carry their length in the tag. */
const MAX_RAW = 128;
const HASHES = ['BlakeTwo256', 'Sha256', 'Keccak256', 'ShaThree256'] as const;
type HashName = (typeof HASHES)[number];
const FIRST_HASH = MAX_RAW + 2;
const TIMELOCK = FIRST_HASH + HASHES.length;
const RESET_BONDS = TIMELOCK + 1;
const BIG_RAW = TIMELOCK + 2;

const encrypted = boundedBytes(1024);
const bigRaw = boundedBytes(512);
const unnamed = (
  type: TypeDesc,
  typeName: string | null = null,
): { name: null; type: TypeDesc; typeName: string | null } => ({
  name: null,
  type,
  typeName,
});

function describeData(): NamedDesc {
  return {
    kind: 'variant',
    path: ['pallet_commitments', 'types', 'Data'],
    params: [],
    variants: [
      { name: 'None', index: 0, fields: [] },
      ...Array.from({ length: MAX_RAW + 1 }, (_, size) => ({
        name: `Raw${size}`,
        index: size + 1,
        fields: [unnamed(fixedBytes(size).type)],
      })),
      ...HASHES.map((name, i) => ({ name, index: FIRST_HASH + i, fields: [unnamed(fixedBytes(32).type)] })),
      {
        name: 'TimelockEncrypted',
        index: TIMELOCK,
        fields: [
          { name: 'encrypted', type: encrypted.type, typeName: null },
          { name: 'reveal_round', type: u64.type, typeName: null },
        ],
      },
      { name: 'ResetBondsFlag', index: RESET_BONDS, fields: [] },
      { name: 'BigRaw', index: BIG_RAW, fields: [unnamed(bigRaw.type)] },
    ],
  };
}

export const commitmentData: Codec<CommitmentData> = {
  type: describeData(),
  encode(data, out) {
    switch (data.kind) {
      case 'None':
        out.byte(0);
        break;
      case 'Raw':
        if (data.bytes.length > MAX_RAW) throw badScale('raw commitment data has at most 128 bytes');
        out.byte(data.bytes.length + 1);
        out.bytes(data.bytes);
        break;
      case 'Hash':
        out.byte(FIRST_HASH + HASHES.indexOf(data.hasher));
        out.bytes(data.bytes);
        break;
      case 'TimelockEncrypted':
        out.byte(TIMELOCK);
        encrypted.encode(data.encrypted, out);
        u64n.encode(data.reveal_round, out);
        break;
      case 'ResetBondsFlag':
        out.byte(RESET_BONDS);
        break;
      case 'BigRaw':
        out.byte(BIG_RAW);
        bigRaw.encode(data.bytes, out);
        break;
    }
  },
  decode(input) {
    const tag = input.byte();
    if (tag === 0) return { kind: 'None' };
    if (tag <= MAX_RAW + 1) return { kind: 'Raw', bytes: input.bytes(tag - 1) };
    const hasher = HASHES[tag - FIRST_HASH];
    if (hasher !== undefined) return { kind: 'Hash', hasher, bytes: input.bytes(32) };
    if (tag === TIMELOCK) {
      return { kind: 'TimelockEncrypted', encrypted: encrypted.decode(input), reveal_round: u64n.decode(input) };
    }
    if (tag === RESET_BONDS) return { kind: 'ResetBondsFlag' };
    if (tag === BIG_RAW) return { kind: 'BigRaw', bytes: bigRaw.decode(input) };
    throw badScale('not commitment data');
  },
};

export const MAX_COMMITMENT_FIELDS = 3;

export const commitmentInfo = struct('pallet_commitments::types::CommitmentInfo', {
  fields: boundedVec(commitmentData, MAX_COMMITMENT_FIELDS),
});
export type CommitmentInfo = ValueOf<typeof commitmentInfo>;

export const commitmentRegistration = struct('pallet_commitments::types::Registration', {
  deposit: u64,
  block: u32,
  info: commitmentInfo,
});

export const usageTracker = struct('pallet_commitments::types::UsageTracker', { last_epoch: u64n, used_space: u64n });

/** Bytes a field counts for; see the space limit of `set_commitment`. */
export function commitmentLength(data: CommitmentData): number {
  switch (data.kind) {
    case 'None':
    case 'ResetBondsFlag':
      return 0;
    case 'TimelockEncrypted':
      return data.encrypted.length;
    default:
      return data.bytes.length;
  }
}
