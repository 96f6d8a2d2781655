import {
  bytes,
  compactU32,
  compactU64,
  type FieldDesc,
  fixedBytes,
  h256,
  type NamedDesc,
  nameEnum,
  option,
  type TypeDesc,
  u8,
  u32,
  unit,
} from '../scale/index.js';
import { multiAddress, multiSignature } from './primitives.js';

const composite = (path: string, fields: readonly FieldDesc[]): TypeDesc => ({
  kind: 'composite',
  path: path.split('::'),
  params: [],
  fields,
});
const empty = (path: string): TypeDesc => composite(path, []);
const one = (path: string, type: TypeDesc, name: string | null = null): TypeDesc =>
  composite(path, [{ name, type, typeName: null }]);

/** `Mortal1`…`Mortal255` carry the second byte of the era. */
const era: TypeDesc = {
  kind: 'variant',
  path: ['sp_runtime', 'generic', 'era', 'Era'],
  params: [],
  variants: Array.from({ length: 256 }, (_, index) => ({
    name: index === 0 ? 'Immortal' : `Mortal${index}`,
    index,
    fields: index === 0 ? [] : [{ name: null, type: u8.type, typeName: null }],
  })),
};

const mode = nameEnum('frame_metadata_hash_extension::Mode', { Disabled: 0, Enabled: 1 });

/** Signed extensions in order: what each adds to the extrinsic, and what to the signed payload. */
export const SIGNED_EXTENSIONS: readonly {
  readonly identifier: string;
  readonly type: TypeDesc;
  readonly implicit: TypeDesc;
}[] = [
  {
    identifier: 'CheckNonZeroSender',
    type: empty('frame_system::extensions::check_non_zero_sender::CheckNonZeroSender'),
    implicit: unit.type,
  },
  {
    identifier: 'CheckSpecVersion',
    type: empty('frame_system::extensions::check_spec_version::CheckSpecVersion'),
    implicit: u32.type,
  },
  {
    identifier: 'CheckTxVersion',
    type: empty('frame_system::extensions::check_tx_version::CheckTxVersion'),
    implicit: u32.type,
  },
  {
    identifier: 'CheckGenesis',
    type: empty('frame_system::extensions::check_genesis::CheckGenesis'),
    implicit: h256.type,
  },
  {
    identifier: 'CheckMortality',
    type: one('node_subtensor_runtime::check_mortality::CheckMortality', era),
    implicit: h256.type,
  },
  {
    identifier: 'CheckNonce',
    type: one('node_subtensor_runtime::check_nonce::CheckNonce', compactU32.type),
    implicit: unit.type,
  },
  {
    identifier: 'CheckWeight',
    type: empty('frame_system::extensions::check_weight::CheckWeight'),
    implicit: unit.type,
  },
  {
    identifier: 'ChargeTransactionPayment',
    type: one('pallet_transaction_payment::ChargeTransactionPayment', compactU64.type),
    implicit: unit.type,
  },
  {
    identifier: 'SudoTransactionExtension',
    type: empty('node_subtensor_runtime::sudo_wrapper::SudoTransactionExtension'),
    implicit: unit.type,
  },
  {
    identifier: 'CheckShieldedTxValidity',
    type: empty('pallet_shield::extension::CheckShieldedTxValidity'),
    implicit: unit.type,
  },
  {
    identifier: 'SubtensorTransactionExtension',
    type: empty('pallet_subtensor::extensions::subtensor::SubtensorTransactionExtension'),
    implicit: unit.type,
  },
  { identifier: 'DrandPriority', type: empty('pallet_drand::drand_priority::DrandPriority'), implicit: unit.type },
  {
    identifier: 'CheckMetadataHash',
    type: one('frame_metadata_hash_extension::CheckMetadataHash', mode.type, 'mode'),
    implicit: option(fixedBytes(32)).type,
  },
];

const extraType: TypeDesc = { kind: 'tuple', of: SIGNED_EXTENSIONS.map((extension) => extension.type) };

const params: NamedDesc['params'] = [
  { name: 'Address', type: multiAddress.type },
  { name: 'Call', type: { kind: 'runtimeCall' } },
  { name: 'Signature', type: multiSignature.type },
  { name: 'Extra', type: extraType },
];
const generic: TypeDesc = {
  kind: 'composite',
  path: ['sp_runtime', 'generic', 'unchecked_extrinsic', 'UncheckedExtrinsic'],
  params,
  fields: [{ name: null, type: bytes.type, typeName: null }],
};

export const extrinsicTypes = {
  address: multiAddress.type,
  signature: multiSignature.type,
  extra: extraType,
  /** What V14 metadata calls the extrinsic; its parameters tell the parts. */
  whole: {
    kind: 'composite',
    path: ['fp_self_contained', 'unchecked_extrinsic', 'UncheckedExtrinsic'],
    params,
    fields: [{ name: null, type: generic, typeName: null }],
  },
} as const satisfies Record<string, TypeDesc>;
