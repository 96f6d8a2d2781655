import type { ApiDecl } from '../declare/api.js';
import { type CallDecl, describeCall, type Pallet } from '../declare/pallet.js';
import {
  concatBytes,
  encodeWith,
  h256,
  type TypeDesc,
  utf8,
  type ValueOf,
  type VariantDesc,
  vec,
} from '../scale/index.js';
import { extrinsicTypes, SIGNED_EXTENSIONS } from '../types/extrinsic.js';
import { phase } from '../types/index.js';
import { metadataV14, metadataV15 } from './portable.js';
import { TypeRegistryBuilder } from './registry.js';

/** One runtime as metadata describes it. */
export interface RuntimeShape {
  readonly pallets: readonly Pallet[];
  readonly apis: readonly ApiDecl[];
  readonly callIndex: (call: CallDecl) => number;
}

const EXTRINSIC_VERSION = 4;
const MAGIC = utf8('meta');

/** Versions that `Metadata_metadata_at_version` serves. */
export const METADATA_VERSIONS = [14, 15] as const;

/** The prefixed metadata bytes of version 14 or 15, as a node serves them. */
export function buildMetadata(shape: RuntimeShape, version: (typeof METADATA_VERSIONS)[number]): Uint8Array {
  const types = new TypeRegistryBuilder();
  const outer = defineOuterEnums(types, shape);
  const pallets = shape.pallets.map((pallet) => describePallet(types, pallet, outer));
  const signedExtensions = SIGNED_EXTENSIONS.map(({ identifier, type, implicit }) => ({
    identifier,
    type: types.idOf(type),
    additionalSigned: types.idOf(implicit),
  }));
  const runtime = types.idOf(unnamed('node_subtensor_runtime::Runtime'));
  if (version === 14) {
    const extrinsic = { type: types.idOf(extrinsicTypes.whole), version: EXTRINSIC_VERSION, signedExtensions };
    const body = encodeWith(metadataV14, { types: types.types, pallets, extrinsic, type: runtime });
    return concatBytes([MAGIC, new Uint8Array([version]), body]);
  }
  const extrinsic = {
    version: EXTRINSIC_VERSION,
    addressType: types.idOf(extrinsicTypes.address),
    callType: types.idOf(outer.call),
    signatureType: types.idOf(extrinsicTypes.signature),
    extraType: types.idOf(extrinsicTypes.extra),
    signedExtensions,
  };
  const apis = shape.apis.map((api) => describeApi(types, api));
  const outerEnums = {
    callType: types.idOf(outer.call),
    eventType: types.idOf(outer.event),
    errorType: types.idOf(outer.error),
  };
  const body = encodeWith(metadataV15, {
    types: types.types,
    pallets: pallets.map((pallet) => ({ ...pallet, docs: [] })),
    extrinsic,
    type: runtime,
    apis,
    outerEnums,
    custom: [],
  });
  return concatBytes([MAGIC, new Uint8Array([version]), body]);
}

function unnamed(path: string): TypeDesc {
  return { kind: 'composite', path: path.split('::'), params: [], fields: [] };
}

interface OuterEnums {
  readonly call: TypeDesc;
  readonly event: TypeDesc;
  readonly error: TypeDesc;
  /** Per pallet name, the enum of its own. */
  readonly calls: ReadonlyMap<string, TypeDesc>;
  readonly events: ReadonlyMap<string, TypeDesc>;
  readonly errors: ReadonlyMap<string, TypeDesc>;
}

function defineOuterEnums(types: TypeRegistryBuilder, { pallets, callIndex }: RuntimeShape): OuterEnums {
  const calls = palletEnums(
    pallets,
    'Call',
    (p) => p.calls?.map((call) => describeCall(call, callIndex(call))) ?? null,
  );
  const events = palletEnums(
    pallets,
    'Event',
    (p) => p.events?.map(({ name, index, fields }) => ({ name, index, fields })) ?? null,
  );
  const errors = palletEnums(
    pallets,
    'Error',
    (p) => p.errors?.map((name, index) => ({ name, index, fields: [] })) ?? null,
  );
  const outer: OuterEnums = {
    call: outerEnum('RuntimeCall', pallets, calls),
    event: outerEnum('RuntimeEvent', pallets, events),
    error: outerEnum('RuntimeError', pallets, errors),
    calls,
    events,
    errors,
  };
  types.defineOuter('runtimeCall', outer.call);
  types.defineOuter('runtimeEvents', { kind: 'sequence', of: eventRecord(outer.event) });
  return outer;
}

function palletEnums(
  pallets: readonly Pallet[],
  kind: 'Call' | 'Event' | 'Error',
  variantsOf: (pallet: Pallet) => readonly VariantDesc[] | null,
): Map<string, TypeDesc> {
  const enums = new Map<string, TypeDesc>();
  for (const pallet of pallets) {
    const variants = variantsOf(pallet);
    if (variants === null) continue;
    enums.set(pallet.name, { kind: 'variant', path: [pallet.crate, 'pallet', kind], params: [], variants });
  }
  return enums;
}

function outerEnum(name: string, pallets: readonly Pallet[], inner: ReadonlyMap<string, TypeDesc>): TypeDesc {
  const variants = pallets.flatMap((pallet) => {
    const type = inner.get(pallet.name);
    return type === undefined
      ? []
      : [{ name: pallet.name, index: pallet.index, fields: [{ name: null, type, typeName: null }] }];
  });
  return { kind: 'variant', path: ['node_subtensor_runtime', name], params: [], variants };
}

function eventRecord(event: TypeDesc): TypeDesc {
  return {
    kind: 'composite',
    path: ['frame_system', 'EventRecord'],
    params: [
      { name: 'E', type: event },
      { name: 'T', type: h256.type },
    ],
    fields: [
      { name: 'phase', type: phase.type, typeName: 'Phase' },
      { name: 'event', type: event, typeName: 'E' },
      { name: 'topics', type: vec(h256).type, typeName: 'Vec<T>' },
    ],
  };
}

type PalletMetadata = ValueOf<typeof metadataV14>['pallets'][number];

function describePallet(types: TypeRegistryBuilder, pallet: Pallet, outer: OuterEnums): PalletMetadata {
  const idIn = (enums: ReadonlyMap<string, TypeDesc>): number | null => {
    const type = enums.get(pallet.name);
    return type === undefined ? null : types.idOf(type);
  };
  return {
    name: pallet.name,
    storage: pallet.storage.length === 0 ? null : describeStorage(types, pallet),
    calls: idIn(outer.calls),
    events: idIn(outer.events),
    constants: pallet.constants.map(({ name, codec, encoded }) => ({
      name,
      type: types.idOf(codec.type),
      value: encoded,
      docs: [],
    })),
    errors: idIn(outer.errors),
    index: pallet.index,
  };
}

function describeStorage(types: TypeRegistryBuilder, pallet: Pallet): PalletMetadata['storage'] {
  const items = pallet.storage.map((item) => {
    const keys = item.parts.map((part) => part.codec.type);
    const [only] = keys;
    const key: TypeDesc = keys.length === 1 && only !== undefined ? only : { kind: 'tuple', of: keys };
    // Keys come before values, as in every Substrate runtime: that makes AccountId32 type 0, and the Python client takes
    // type 0 for an account without looking.
    const keyId = keys.length === 0 ? null : types.idOf(key);
    const value = types.idOf(item.codec.type);
    return {
      name: item.name,
      modifier: item.optional ? ('Optional' as const) : ('Default' as const),
      type:
        keyId === null
          ? ({ kind: 'Plain', value } as const)
          : ({ kind: 'Map', value: { hashers: item.parts.map((part) => part.hasher), key: keyId, value } } as const),
      fallback: item.fallback,
      docs: [],
    };
  });
  return { prefix: pallet.name, items };
}

function describeApi(types: TypeRegistryBuilder, api: ApiDecl): ValueOf<typeof metadataV15>['apis'][number] {
  return {
    name: api.name,
    methods: Object.entries(api.methods).map(([name, { inputs, output }]) => ({
      name,
      inputs: Object.entries(inputs).map(([input, codec]) => ({ name: input, type: types.idOf(codec.type) })),
      output: types.idOf(output.type),
      docs: [],
    })),
    docs: [],
  };
}
