import { encodeSs58 } from '@bettertherapy/core';
import {
  Bool,
  BTreeMap,
  BTreeSet,
  Compact,
  Enum,
  GenericAccountId,
  GenericEvent,
  Int,
  Null,
  Option,
  Raw,
  Struct,
  Text,
  Tuple,
  UInt,
  Vec,
  VecFixed,
} from '@polkadot/types';
import type { Codec } from '@polkadot/types/types';

/**
 * A decoded value as plain data: every integer a `bigint`, accounts as SS58 text, byte strings and hashes as
 * `Uint8Array`, `None` as null, enums as `{ type, value }`, structs keyed in camelCase, events as
 * `{ section, method, data }`.
 */
export type Plain =
  | null
  | boolean
  | bigint
  | string
  | Uint8Array
  | readonly Plain[]
  | { readonly [key: string]: Plain };

/** Turns a codec of any runtime type into {@link Plain}. */
export function toPlain(codec: Codec): Plain {
  if (codec instanceof Option) return codec.isSome ? toPlain(codec.unwrap()) : null;
  if (codec instanceof Compact) return toPlain(codec.unwrap());
  if (codec instanceof UInt || codec instanceof Int) return BigInt(codec.toString());
  if (codec instanceof Bool) return codec.isTrue;
  if (codec instanceof Null) return null;
  if (codec instanceof Text) return codec.toString();
  if (codec instanceof GenericAccountId) return encodeSs58(Uint8Array.from(codec));
  // `Raw` is what every byte string and fixed-size hash derives from.
  if (codec instanceof Raw) return Uint8Array.from(codec);
  if (codec instanceof Enum) return { type: codec.type, value: toPlain(codec.value) };
  if (codec instanceof GenericEvent) return eventToPlain(codec);
  if (codec instanceof Struct) {
    const fields: Record<string, Plain> = {};
    for (const [key, value] of codec.entries()) fields[String(key)] = toPlain(value);
    return fields;
  }
  if (codec instanceof Tuple || codec instanceof Vec || codec instanceof VecFixed) {
    return Array.from(codec, (item: Codec) => toPlain(item));
  }
  if (codec instanceof BTreeMap) return [...codec.entries()].map(([key, value]) => [toPlain(key), toPlain(value)]);
  if (codec instanceof BTreeSet) return [...codec.values()].map((item: Codec) => toPlain(item));
  return codec.toU8a();
}

function eventToPlain(event: GenericEvent): Plain {
  return { section: event.section, method: event.method, data: event.data.map((value) => toPlain(value)) };
}
