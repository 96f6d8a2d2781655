import { badScale } from '../errors.js';
import { type Codec, decodeWith, encodeWith, fromHex, type Hex, Reader, toHex } from '../scale/index.js';
import { HASH_BYTES, type HasherName, hashKey, type MutableState, type StateView, twox128 } from '../state/index.js';

/** One key of a map: how it is encoded and hashed into the storage key. */
export interface KeyPart<T> {
  readonly hasher: HasherName;
  readonly codec: Codec<T>;
}

type KeysOf<P extends readonly KeyPart<unknown>[]> = {
  -readonly [I in keyof P]: P[I] extends KeyPart<infer T> ? T : never;
};

export const identity = <T>(codec: Codec<T>): KeyPart<T> => ({ hasher: 'Identity', codec });
export const blake = <T>(codec: Codec<T>): KeyPart<T> => ({ hasher: 'Blake2_128Concat', codec });
export const twox = <T>(codec: Codec<T>): KeyPart<T> => ({ hasher: 'Twox64Concat', codec });

/** What metadata says about a storage item. */
export interface StorageFacts {
  readonly name: string;
  readonly optional: boolean;
  readonly parts: readonly KeyPart<unknown>[];
  readonly codec: Codec<unknown>;
  /** The encoded default. */
  readonly fallback: Uint8Array;
}

/** Hashing an account costs far more than finding it; the cache is dropped when it grows past this many keys. */
const CACHE_LIMIT = 20_000;

/** One storage item: reads and writes typed values under the key a real node would use. `V` is null-able when optional. */
export class StorageItem<K extends readonly unknown[], V> implements StorageFacts {
  private cachedPrefix: Hex | null = null;
  private readonly cache = new Map<string, string>();

  constructor(
    readonly pallet: string,
    readonly name: string,
    readonly parts: readonly KeyPart<unknown>[],
    readonly codec: Codec<V>,
    private readonly absent: V,
    readonly optional: boolean,
  ) {}

  get fallback(): Uint8Array {
    return this.optional ? new Uint8Array([0]) : encodeWith(this.codec, this.absent);
  }

  get prefix(): Hex {
    this.cachedPrefix ??= `${toHex(twox128(this.pallet))}${toHex(twox128(this.name)).slice(2)}`;
    return this.cachedPrefix;
  }

  /** The whole key, or a prefix of it when fewer keys are given. */
  key(...keys: Partial<K>): Hex {
    return this.rawKey(keys);
  }

  get(view: StateView, ...keys: K): V {
    return this.valueAt(view, this.rawKey(keys));
  }

  has(view: StateView, ...keys: K): boolean {
    return view.get(this.rawKey(keys)) !== undefined;
  }

  /** The last argument is the value; null removes an optional one. */
  set(state: MutableState, ...keysAndValue: [...K, V]): void {
    const key = this.rawKey(keysAndValue.slice(0, -1));
    // The tuple type puts V last.
    const item = keysAndValue.at(-1) as V;
    state.set(key, this.optional && item === null ? null : encodeWith(this.codec, item));
  }

  remove(state: MutableState, ...keys: K): void {
    state.set(this.rawKey(keys), null);
  }

  /** The last argument makes the new value from the old one. */
  update(state: MutableState, ...keysAndChange: [...K, (old: V) => V]): void {
    const key = this.rawKey(keysAndChange.slice(0, -1));
    // The tuple type puts the function last.
    const change = keysAndChange.at(-1) as (old: V) => V;
    const item = change(this.valueAt(state, key));
    state.set(key, this.optional && item === null ? null : encodeWith(this.codec, item));
  }

  /** All entries below the given first keys, in key order. */
  entries(view: StateView, ...first: Partial<K>): [keys: K, value: V][] {
    return view.keys(this.key(...first)).map((key) => [this.keysFrom(key), this.valueAt(view, key)]);
  }

  private rawKey(keys: readonly unknown[]): Hex {
    let whole: Hex = this.prefix;
    for (const [i, value] of keys.entries()) {
      const part = this.parts[i];
      if (part === undefined) throw badScale(`${this.name} has ${this.parts.length} keys`);
      whole = `${whole}${this.hashed(i, part, value)}`;
    }
    return whole;
  }

  private valueAt(view: StateView, key: Hex): V {
    const raw = view.get(key);
    return raw === undefined ? this.absent : decodeWith(this.codec, raw);
  }

  private keysFrom(key: Hex): K {
    const input = new Reader(fromHex(`0x${key.slice(this.prefix.length)}`));
    const keys: readonly unknown[] = this.parts.map((part) => {
      input.bytes(HASH_BYTES[part.hasher]);
      return part.codec.decode(input);
    });
    // One value per key part, each decoded by that part's codec.
    return keys as K;
  }

  private hashed(index: number, part: KeyPart<unknown>, value: unknown): string {
    if (typeof value === 'object') return hashKey(part.hasher, encodeWith(part.codec, value));
    const name = `${index}:${String(value)}`;
    const known = this.cache.get(name);
    if (known !== undefined) return known;
    if (this.cache.size >= CACHE_LIMIT) this.cache.clear();
    const hashed = hashKey(part.hasher, encodeWith(part.codec, value));
    this.cache.set(name, hashed);
    return hashed;
  }
}

type Declared<I> = (pallet: string, name: string) => I;

export function value<T>(codec: Codec<T>, fallback: NoInfer<T>): Declared<StorageItem<[], T>> {
  return (pallet, name) => new StorageItem<[], T>(pallet, name, [], codec, fallback, false);
}

export function optionalValue<T>(codec: Codec<T>): Declared<StorageItem<[], T | null>> {
  return (pallet, name) => new StorageItem<[], T | null>(pallet, name, [], nullable(codec), null, true);
}

export function map<const P extends readonly KeyPart<unknown>[], T>(
  parts: P,
  codec: Codec<T>,
  fallback: NoInfer<T>,
): Declared<StorageItem<KeysOf<P>, T>> {
  return (pallet, name) => new StorageItem<KeysOf<P>, T>(pallet, name, parts, codec, fallback, false);
}

export function optionalMap<const P extends readonly KeyPart<unknown>[], T>(
  parts: P,
  codec: Codec<T>,
): Declared<StorageItem<KeysOf<P>, T | null>> {
  return (pallet, name) => new StorageItem<KeysOf<P>, T | null>(pallet, name, parts, nullable(codec), null, true);
}

/** Optional items store the bare value; absence is the absence of the key, so null never reaches the codec. */
function nullable<T>(codec: Codec<T>): Codec<T | null> {
  return {
    type: codec.type,
    encode(item, out) {
      if (item === null) throw badScale('null in an optional item');
      codec.encode(item, out);
    },
    decode: (input) => codec.decode(input),
  };
}

type Items<D> = { readonly [N in keyof D]: D[N] extends Declared<infer I> ? I : never };

/** Binds a table of items to their pallet; the table's names are the items' names on chain. */
export function storageOf<D extends Readonly<Record<string, Declared<unknown>>>>(pallet: string, table: D): Items<D> {
  const bound = Object.entries(table).map(([name, declare]) => [name, declare(pallet, name)]);
  // Same names, and each value is what that name's declaration returns.
  return Object.fromEntries(bound) as Items<D>;
}
