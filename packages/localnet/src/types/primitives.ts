import { badScale } from '../errors.js';
import {
  accountId,
  bytes,
  type Codec,
  compactU64n,
  fixedBytes,
  type Hex,
  newtype,
  struct,
  taggedEnum,
  toHex,
  u32,
  u64,
  u128,
  unit,
} from '../scale/index.js';

/** The zero account: what an unset account reads as. */
export const NOBODY: Hex = toHex(new Uint8Array(32));

export const h160 = newtype('primitive_types::H160', fixedBytes(20), '[u8; 20]');
export const fixedU128 = newtype('sp_arithmetic::fixed_point::FixedU128', u128);

export const weight = struct('sp_weights::weight_v2::Weight', { ref_time: compactU64n, proof_size: compactU64n });

/** `Compact<()>`: no bytes at all. */
const compactUnit: Codec<null> = { ...unit, type: { kind: 'compact', of: unit.type } };

const addressKinds = taggedEnum('sp_runtime::multiaddress::MultiAddress', {
  Id: [0, accountId],
  Index: [1, compactUnit],
  Raw: [2, bytes],
  Address32: [3, fixedBytes(32)],
  Address20: [4, fixedBytes(20)],
});

/** The account of an address. Only the kinds that carry one are accepted: `Id` and `Address32`. */
export const multiAddress: Codec<Hex> = {
  type: withParams(addressKinds.type),
  encode: (account, out) => addressKinds.encode({ kind: 'Id', value: account }, out),
  decode(input) {
    const address = addressKinds.decode(input);
    if (address.kind === 'Id') return address.value;
    if (address.kind === 'Address32') return toHex(address.value);
    throw badScale(`an address of kind ${address.kind} names no account here`);
  },
};

function withParams(type: Codec<unknown>['type']): Codec<unknown>['type'] {
  if (type.kind !== 'variant') return type;
  return {
    ...type,
    params: [
      { name: 'AccountId', type: accountId.type },
      { name: 'AccountIndex', type: unit.type },
    ],
  };
}

export const multiSignature = taggedEnum('sp_runtime::MultiSignature', {
  Ed25519: [0, fixedBytes(64)],
  Sr25519: [1, fixedBytes(64)],
  Ecdsa: [2, fixedBytes(65)],
});

export const accountData = struct('pallet_balances::types::AccountData', {
  free: u64,
  reserved: u64,
  frozen: u64,
  flags: newtype('pallet_balances::types::ExtraFlags', u128, null),
});

export const accountInfo = struct('frame_system::AccountInfo', {
  nonce: u32,
  consumers: u32,
  providers: u32,
  sufficients: u32,
  data: accountData,
});
