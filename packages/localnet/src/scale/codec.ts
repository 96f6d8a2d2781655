import { Reader, Writer } from './bytes.js';

/** The shape of a type as chain metadata describes it. */
export type TypeDesc =
  | { readonly kind: 'primitive'; readonly name: PrimitiveName }
  | { readonly kind: 'compact'; readonly of: TypeDesc }
  | { readonly kind: 'sequence'; readonly of: TypeDesc }
  | { readonly kind: 'array'; readonly of: TypeDesc; readonly length: number }
  | { readonly kind: 'tuple'; readonly of: readonly TypeDesc[] }
  | NamedDesc
  /** The outer call enum of the runtime that is being described. */
  | { readonly kind: 'runtimeCall' }
  /** The list of event records over the outer event enum of the runtime that is being described. */
  | { readonly kind: 'runtimeEvents' };

export type NamedDesc = {
  readonly path: readonly string[];
  readonly params: readonly TypeParam[];
} & (
  | { readonly kind: 'composite'; readonly fields: readonly FieldDesc[] }
  | { readonly kind: 'variant'; readonly variants: readonly VariantDesc[] }
);

export const PRIMITIVE_NAMES = [
  'bool',
  'char',
  'str',
  'u8',
  'u16',
  'u32',
  'u64',
  'u128',
  'u256',
  'i8',
  'i16',
  'i32',
  'i64',
  'i128',
  'i256',
] as const;
export type PrimitiveName = (typeof PRIMITIVE_NAMES)[number];

export interface TypeParam {
  readonly name: string;
  readonly type: TypeDesc | null;
}

export interface FieldDesc {
  readonly name: string | null;
  readonly type: TypeDesc;
  readonly typeName: string | null;
}

export interface VariantDesc {
  readonly name: string;
  readonly index: number;
  readonly fields: readonly FieldDesc[];
}

/**
 * One declared type: how a value becomes bytes, how bytes become a value, and how metadata describes it. Everything that
 * the chain stores, takes, emits and announces is built from these, so the three can not drift apart.
 */
export interface Codec<T> {
  readonly type: TypeDesc;
  encode(value: T, out: Writer): void;
  decode(input: Reader): T;
}

/** The value type of a codec. */
export type ValueOf<C> = C extends Codec<infer T> ? T : never;

export function encodeWith<T>(codec: Codec<T>, value: T): Uint8Array {
  const out = new Writer();
  codec.encode(value, out);
  return out.finish();
}

/** @throws CodedError LOCALNET_BAD_SCALE when the bytes do not fit exactly. */
export function decodeWith<T>(codec: Codec<T>, bytes: Uint8Array): T {
  const input = new Reader(bytes);
  const value = codec.decode(input);
  input.end();
  return value;
}
