import {
  bytes,
  type Codec,
  compactU32,
  fixedBytes,
  h256,
  struct,
  taggedEnum,
  tuple,
  unit,
  type ValueOf,
  vec,
} from '../scale/index.js';

const engineId = fixedBytes(4);
const engineItem = tuple(engineId, bytes);
const items = taggedEnum('sp_runtime::generic::digest::DigestItem', {
  PreRuntime: [6, engineItem],
  Consensus: [4, engineItem],
  Seal: [5, engineItem],
  Other: [0, bytes],
  RuntimeEnvironmentUpdated: [8, unit],
});
export type DigestItem = ValueOf<typeof items>;

const engineFields = [
  { name: null, type: engineId.type, typeName: 'ConsensusEngineId' },
  { name: null, type: bytes.type, typeName: 'Vec<u8>' },
];

/** The engine items have two fields each, which encode like the pair they are read as. */
export const digestItem: Codec<DigestItem> = {
  ...items,
  type: {
    kind: 'variant',
    path: ['sp_runtime', 'generic', 'digest', 'DigestItem'],
    params: [],
    variants: [
      { name: 'PreRuntime', index: 6, fields: engineFields },
      { name: 'Consensus', index: 4, fields: engineFields },
      { name: 'Seal', index: 5, fields: engineFields },
      { name: 'Other', index: 0, fields: [{ name: null, type: bytes.type, typeName: 'Vec<u8>' }] },
      { name: 'RuntimeEnvironmentUpdated', index: 8, fields: [] },
    ],
  },
};

export const digest = struct('sp_runtime::generic::digest::Digest', { logs: vec(digestItem) });

export const header = struct('sp_runtime::generic::header::Header', {
  parent_hash: h256,
  number: compactU32,
  state_root: h256,
  extrinsics_root: h256,
  digest,
});
export type Header = ValueOf<typeof header>;
