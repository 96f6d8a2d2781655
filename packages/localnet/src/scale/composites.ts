import { badScale } from '../errors.js';
import type { Codec, FieldDesc, NamedDesc, TypeDesc, ValueOf } from './codec.js';
import { bytesUpTo, compactU32, i64, i128, u128 } from './primitives.js';

/** `Vec<T>`. A declared count that the remaining bytes cannot hold is refused before anything is allocated. */
export function vec<T>(item: Codec<T>, max = Number.POSITIVE_INFINITY): Codec<T[]> {
  return {
    type: { kind: 'sequence', of: item.type },
    encode(values, out) {
      compactU32.encode(values.length, out);
      for (const value of values) item.encode(value, out);
    },
    decode(input) {
      const count = compactU32.decode(input);
      if (count > input.remaining || count > max) throw badScale(`a list of ${count} items`);
      return Array.from({ length: count }, () => item.decode(input));
    },
  };
}

function wrapper(
  path: readonly string[],
  params: NamedDesc['params'],
  inner: TypeDesc,
  typeName: string | null,
): TypeDesc {
  return { kind: 'composite', path, params, fields: [{ name: null, type: inner, typeName }] };
}

function bounded<T>(item: TypeDesc, inner: Codec<T>): Codec<T> {
  const params = [
    { name: 'T', type: item },
    { name: 'S', type: null },
  ];
  return {
    ...inner,
    type: wrapper(['bounded_collections', 'bounded_vec', 'BoundedVec'], params, inner.type, 'Vec<T>'),
  };
}

export function boundedVec<T>(item: Codec<T>, max: number): Codec<T[]> {
  return bounded(item.type, vec(item, max));
}

export function boundedBytes(max: number): Codec<Uint8Array> {
  return bounded({ kind: 'primitive', name: 'u8' }, bytesUpTo(max));
}

/** Value or null. */
export function option<T>(item: Codec<T>): Codec<T | null> {
  return {
    type: {
      kind: 'variant',
      path: ['Option'],
      params: [{ name: 'T', type: item.type }],
      variants: [
        { name: 'None', index: 0, fields: [] },
        { name: 'Some', index: 1, fields: [{ name: null, type: item.type, typeName: null }] },
      ],
    },
    encode(value, out) {
      out.byte(value === null ? 0 : 1);
      if (value !== null) item.encode(value, out);
    },
    decode(input) {
      const tag = input.byte();
      if (tag > 1) throw badScale('not an option');
      return tag === 0 ? null : item.decode(input);
    },
  };
}

type TupleOf<C extends readonly Codec<unknown>[]> = { -readonly [I in keyof C]: ValueOf<C[I]> };

export function tuple<const C extends readonly Codec<unknown>[]>(...items: C): Codec<TupleOf<C>> {
  return {
    type: { kind: 'tuple', of: items.map((item) => item.type) },
    encode(values, out) {
      for (const [i, item] of items.entries()) item.encode(values[i], out);
    },
    // Each element is read by the codec at its own position, which is what TupleOf states.
    decode: (input) => items.map((item) => item.decode(input)) as TupleOf<C>,
  };
}

export const unit: Codec<null> = {
  type: { kind: 'tuple', of: [] },
  encode() {
    /* zero bytes */
  },
  decode: () => null,
};

export type Fields = Readonly<Record<string, Codec<unknown>>>;
export type StructOf<F extends Fields> = { [N in keyof F]: ValueOf<F[N]> };

export function describeFields(fields: Fields): FieldDesc[] {
  return Object.entries(fields).map(([name, codec]) => ({ name, type: codec.type, typeName: null }));
}

/** Fields in declaration order; `path` is the type's name in metadata, like `pallet_subtensor::pallet::AxonInfo`. */
export function struct<F extends Fields>(path: string, fields: F): Codec<StructOf<F>> {
  const entries = Object.entries(fields);
  return {
    type: { kind: 'composite', path: splitPath(path), params: [], fields: describeFields(fields) },
    encode(value, out) {
      for (const [name, codec] of entries) codec.encode(value[name], out);
    },
    // Built from exactly the entries of F, each by its own codec.
    decode: (input) => Object.fromEntries(entries.map(([name, codec]) => [name, codec.decode(input)])) as StructOf<F>,
  };
}

/** A struct with one unnamed field. */
export function newtype<T>(path: string, inner: Codec<T>, typeName: string | null = null): Codec<T> {
  return { ...inner, type: wrapper(splitPath(path), [], inner.type, typeName) };
}

/** Variants without fields, as names. */
export function nameEnum<const N extends string>(path: string, names: Readonly<Record<N, number>>): Codec<N> {
  const byIndex = new Map<number, N>();
  // Object.entries widens the keys of a Record<N, number> to string.
  for (const [name, index] of Object.entries(names) as [N, number][]) byIndex.set(index, name);
  return {
    type: {
      kind: 'variant',
      path: splitPath(path),
      params: [],
      variants: [...byIndex].map(([index, name]) => ({ name, index, fields: [] })),
    },
    encode: (value, out) => out.byte(names[value]),
    decode(input) {
      const name = byIndex.get(input.byte());
      if (name === undefined) throw badScale(`no such ${path}`);
      return name;
    },
  };
}

/** Variants with at most one unnamed field each; `unit` for none. */
export function taggedEnum<const V extends Readonly<Record<string, readonly [index: number, codec: Codec<unknown>]>>>(
  path: string,
  variants: V,
): Codec<{ [N in keyof V & string]: { readonly kind: N; readonly value: ValueOf<V[N][1]> } }[keyof V & string]> {
  type Value = { [N in keyof V & string]: { readonly kind: N; readonly value: ValueOf<V[N][1]> } }[keyof V & string];
  const entries = Object.entries(variants);
  return {
    type: {
      kind: 'variant',
      path: splitPath(path),
      params: [],
      variants: entries.map(([name, [index, codec]]) => ({
        name,
        index,
        fields: codec === unit ? [] : [{ name: null, type: codec.type, typeName: null }],
      })),
    },
    encode(value, out) {
      const variant = variants[value.kind];
      if (variant === undefined) throw badScale(`no such ${path}`);
      out.byte(variant[0]);
      variant[1].encode(value.value, out);
    },
    decode(input) {
      const tag = input.byte();
      const found = entries.find(([, [index]]) => index === tag);
      if (found === undefined) throw badScale(`no such ${path}`);
      const [kind, [, codec]] = found;
      // The codec belongs to this very variant.
      return { kind, value: codec.decode(input) } as Value;
    },
  };
}

export function splitPath(path: string): string[] {
  return path === '' ? [] : path.split('::');
}

const fixedPoint = (path: string, inner: Codec<bigint>): Codec<bigint> => ({
  ...inner,
  type: {
    kind: 'composite',
    path: splitPath(path),
    params: [],
    fields: [{ name: 'bits', type: inner.type, typeName: null }],
  },
});

/** Signed 96.32 fixed point as its raw bits. */
export const i96f32 = fixedPoint('substrate_fixed::FixedI128', i128);
/** Signed 32.32 fixed point as its raw bits. */
export const i32f32 = fixedPoint('substrate_fixed::FixedI64', i64);
/** Unsigned 64.64 fixed point as its raw bits. */
export const u64f64 = fixedPoint('substrate_fixed::FixedU128', u128);
