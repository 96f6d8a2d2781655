import { type Codec, fixedBytes, nameEnum, struct, taggedEnum, u8, u32, unit, type ValueOf } from '../scale/index.js';
import { weight } from './primitives.js';

export const tokenError = nameEnum('sp_runtime::TokenError', {
  FundsUnavailable: 0,
  OnlyProvider: 1,
  BelowMinimum: 2,
  CannotCreate: 3,
  UnknownAsset: 4,
  Frozen: 5,
  Unsupported: 6,
  CannotCreateHold: 7,
  NotExpendable: 8,
  Blocked: 9,
});
export const arithmeticError = nameEnum('sp_arithmetic::ArithmeticError', {
  Underflow: 0,
  Overflow: 1,
  DivisionByZero: 2,
});
const transactionalError = nameEnum('sp_runtime::TransactionalError', { LimitReached: 0, NoLayer: 1 });
const trieError = nameEnum('sp_runtime::proving_trie::TrieError', {
  InvalidStateRoot: 0,
  IncompleteDatabase: 1,
  ValueAtIncompleteKey: 2,
  DecoderError: 3,
  InvalidHash: 4,
  DuplicateKey: 5,
  ExtraneousNode: 6,
  ExtraneousValue: 7,
  ExtraneousHashReference: 8,
  InvalidChildReference: 9,
  ValueMismatch: 10,
  IncompleteProof: 11,
  RootMismatch: 12,
  DecodeError: 13,
});

const moduleError = struct('sp_runtime::ModuleError', { index: u8, error: fixedBytes(4) });

export const dispatchError = taggedEnum('sp_runtime::DispatchError', {
  Other: [0, unit],
  CannotLookup: [1, unit],
  BadOrigin: [2, unit],
  Module: [3, moduleError],
  ConsumerRemaining: [4, unit],
  NoProviders: [5, unit],
  TooManyConsumers: [6, unit],
  Token: [7, tokenError],
  Arithmetic: [8, arithmeticError],
  Transactional: [9, transactionalError],
  Exhausted: [10, unit],
  Corruption: [11, unit],
  Unavailable: [12, unit],
  RootNotAllowed: [13, unit],
  Trie: [14, trieError],
});
export type DispatchError = ValueOf<typeof dispatchError>;

const resultVariants = taggedEnum('Result', { Ok: [0, unit], Err: [1, dispatchError] });

/** `Result<(), DispatchError>`: null is Ok. */
export const dispatchResult: Codec<DispatchError | null> = {
  type: {
    kind: 'variant',
    path: ['Result'],
    params: [
      { name: 'T', type: unit.type },
      { name: 'E', type: dispatchError.type },
    ],
    variants: [
      { name: 'Ok', index: 0, fields: [{ name: null, type: unit.type, typeName: null }] },
      { name: 'Err', index: 1, fields: [{ name: null, type: dispatchError.type, typeName: null }] },
    ],
  },
  encode: (error, out) =>
    resultVariants.encode(error === null ? { kind: 'Ok', value: null } : { kind: 'Err', value: error }, out),
  decode(input) {
    const result = resultVariants.decode(input);
    return result.kind === 'Ok' ? null : result.value;
  },
};

export const dispatchClass = nameEnum('frame_support::dispatch::DispatchClass', {
  Normal: 0,
  Operational: 1,
  Mandatory: 2,
});
export const pays = nameEnum('frame_support::dispatch::Pays', { Yes: 0, No: 1 });
export const dispatchEventInfo = struct('frame_system::DispatchEventInfo', {
  weight,
  class: dispatchClass,
  pays_fee: pays,
});
export type DispatchEventInfo = ValueOf<typeof dispatchEventInfo>;

export const phase = taggedEnum('frame_system::Phase', {
  ApplyExtrinsic: [0, u32],
  Finalization: [1, unit],
  Initialization: [2, unit],
});
export type Phase = ValueOf<typeof phase>;
