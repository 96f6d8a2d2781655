import {
  type Codec,
  describeFields,
  encodeWith,
  type FieldDesc,
  type Fields,
  type StructOf,
  type ValueOf,
  type VariantDesc,
} from '../scale/index.js';
import type { StorageFacts } from './storage.js';

/** A dispatchable function: its real index, and its arguments in order. */
export interface CallDecl<F extends Fields = Fields> {
  readonly pallet: string;
  readonly name: string;
  readonly index: number;
  readonly args: F;
}
export type ArgsOf<D> = D extends CallDecl<infer F> ? StructOf<F> : never;

type CallRows = Readonly<Record<string, readonly [index: number, args: Fields]>>;
type Calls<R extends CallRows> = { readonly [N in keyof R]: CallDecl<R[N][1]> };

/** `name: [index, { argument: type, … }]` */
export function callsOf<const R extends CallRows>(pallet: string, rows: R): Calls<R> {
  const bound = Object.entries(rows).map(([name, [index, args]]) => [name, { pallet, name, index, args }]);
  // Same names, each with the argument table of its own row.
  return Object.fromEntries(bound) as Calls<R>;
}

type EventRow = readonly [index: number, fields: Fields | readonly Codec<unknown>[]];
type EventRows = Readonly<Record<string, EventRow>>;

/** An event: its real index, and its fields, named or by position. */
export interface EventDecl<V> {
  readonly pallet: string;
  readonly name: string;
  readonly index: number;
  readonly fields: readonly FieldDesc[];
  encode(value: V): Uint8Array;
}
type EventValue<P> = P extends readonly Codec<unknown>[]
  ? { readonly [I in keyof P]: ValueOf<P[I]> }
  : P extends Fields
    ? StructOf<P>
    : never;
type Events<R extends EventRows> = { readonly [N in keyof R]: EventDecl<EventValue<R[N][1]>> };

/** `Name: [index, [type, …]]` for fields by position, `Name: [index, { field: type, … }]` for named ones. */
export function eventsOf<const R extends EventRows>(pallet: string, rows: R): Events<R> {
  const bound = Object.entries(rows).map(([name, [index, fields]]) => [name, eventDecl(pallet, name, index, fields)]);
  // Same names, each encoding the fields of its own row.
  return Object.fromEntries(bound) as Events<R>;
}

function eventDecl(pallet: string, name: string, index: number, fields: EventRow[1]): EventDecl<unknown> {
  if (isList(fields)) {
    const described = fields.map((codec) => ({ name: null, type: codec.type, typeName: null }));
    const encode = (value: unknown): Uint8Array => encodeAll(fields.map((codec, i) => [codec, at(value, i)]));
    return { pallet, name, index, fields: described, encode };
  }
  const entries = Object.entries(fields);
  const encode = (value: unknown): Uint8Array => encodeAll(entries.map(([field, codec]) => [codec, at(value, field)]));
  return { pallet, name, index, fields: describeFields(fields), encode };
}

function isList(fields: EventRow[1]): fields is readonly Codec<unknown>[] {
  return Array.isArray(fields);
}

/** Event values are tuples or records, as EventValue states for every declared event. */
function at(value: unknown, key: string | number): unknown {
  return (value as Record<string | number, unknown>)[key];
}

function encodeAll(pairs: readonly (readonly [Codec<unknown>, unknown])[]): Uint8Array {
  const parts = pairs.map(([codec, part]) => encodeWith(codec, part));
  return Buffer.concat(parts);
}

export interface ConstantFacts {
  readonly name: string;
  readonly codec: Codec<unknown>;
  readonly encoded: Uint8Array;
}

type ConstantRows = Readonly<Record<string, { readonly codec: Codec<unknown>; readonly value: unknown }>>;

export function constant<T>(codec: Codec<T>, value: T): { readonly codec: Codec<T>; readonly value: T } {
  return { codec, value };
}

export interface Pallet {
  readonly name: string;
  readonly index: number;
  /** The crate's name in type paths, like `pallet_subtensor`. */
  readonly crate: string;
  readonly storage: readonly StorageFacts[];
  readonly calls: readonly CallDecl[] | null;
  readonly events: readonly EventDecl<unknown>[] | null;
  readonly errors: readonly string[] | null;
  readonly constants: readonly ConstantFacts[];
}

/** Gathers a pallet's tables for the metadata and the dispatcher. */
export function definePallet(
  name: string,
  index: number,
  crate: string,
  parts: {
    readonly storage?: Readonly<Record<string, StorageFacts>>;
    readonly calls?: Readonly<Record<string, CallDecl>>;
    readonly events?: Readonly<Record<string, EventDecl<never>>>;
    readonly errors?: readonly string[];
    readonly constants?: ConstantRows;
  },
): Pallet {
  return {
    name,
    index,
    crate,
    storage: Object.values(parts.storage ?? {}),
    calls: parts.calls === undefined ? null : Object.values(parts.calls),
    // Encoders are only called through their typed declarations; the metadata reads names and fields.
    events: parts.events === undefined ? null : (Object.values(parts.events) as EventDecl<unknown>[]),
    errors: parts.errors ?? null,
    constants: Object.entries(parts.constants ?? {}).map(([constantName, { codec, value }]) => ({
      name: constantName,
      codec,
      encoded: encodeWith(codec, value),
    })),
  };
}

/** Fields of a call as metadata wants them. */
export function describeCall(call: CallDecl, index: number): VariantDesc {
  return { name: call.name, index, fields: describeFields(call.args) };
}
