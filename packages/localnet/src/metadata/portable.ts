import {
  bytes,
  compactU32,
  nameEnum,
  option,
  PRIMITIVE_NAMES,
  struct,
  taggedEnum,
  text,
  u8,
  u32,
  vec,
} from '../scale/index.js';

/*
 * The metadata formats themselves, as SCALE types. Ids into the type registry are compact.
 */

export const typeId = compactU32;
const docs = vec(text);

const primitiveIndex = Object.fromEntries(PRIMITIVE_NAMES.map((name, index) => [name, index]));
// The entries were built from PRIMITIVE_NAMES.
const primitive = nameEnum('', primitiveIndex as Record<(typeof PRIMITIVE_NAMES)[number], number>);

const field = struct('', { name: option(text), type: typeId, typeName: option(text), docs });
const variant = struct('', { name: text, fields: vec(field), index: u8, docs });

const typeDef = taggedEnum('', {
  Composite: [0, vec(field)],
  Variant: [1, vec(variant)],
  Sequence: [2, typeId],
  Array: [3, struct('', { len: u32, type: typeId })],
  Tuple: [4, vec(typeId)],
  Primitive: [5, primitive],
  Compact: [6, typeId],
});

export const portableType = struct('', {
  id: typeId,
  path: vec(text),
  params: vec(struct('', { name: text, type: option(typeId) })),
  def: typeDef,
  docs,
});

const hasher = nameEnum('', {
  Blake2_128: 0,
  Blake2_256: 1,
  Blake2_128Concat: 2,
  Twox128: 3,
  Twox256: 4,
  Twox64Concat: 5,
  Identity: 6,
});

const storageEntry = struct('', {
  name: text,
  modifier: nameEnum('', { Optional: 0, Default: 1 }),
  type: taggedEnum('', {
    Plain: [0, typeId],
    Map: [1, struct('', { hashers: vec(hasher), key: typeId, value: typeId })],
  }),
  fallback: bytes,
  docs,
});

const palletFields = {
  name: text,
  storage: option(struct('', { prefix: text, items: vec(storageEntry) })),
  calls: option(typeId),
  events: option(typeId),
  constants: vec(struct('', { name: text, type: typeId, value: bytes, docs })),
  errors: option(typeId),
  index: u8,
};

const signedExtension = struct('', { identifier: text, type: typeId, additionalSigned: typeId });

export const metadataV14 = struct('', {
  types: vec(portableType),
  pallets: vec(struct('', palletFields)),
  extrinsic: struct('', { type: typeId, version: u8, signedExtensions: vec(signedExtension) }),
  type: typeId,
});

export const metadataV15 = struct('', {
  types: vec(portableType),
  pallets: vec(struct('', { ...palletFields, docs })),
  extrinsic: struct('', {
    version: u8,
    addressType: typeId,
    callType: typeId,
    signatureType: typeId,
    extraType: typeId,
    signedExtensions: vec(signedExtension),
  }),
  type: typeId,
  apis: vec(
    struct('', {
      name: text,
      methods: vec(
        struct('', { name: text, inputs: vec(struct('', { name: text, type: typeId })), output: typeId, docs }),
      ),
      docs,
    }),
  ),
  outerEnums: struct('', { callType: typeId, eventType: typeId, errorType: typeId }),
  custom: vec(struct('', { name: text, type: typeId, value: bytes })),
});
