import { type expandMetadata, StorageKey, type TypeRegistry } from '@polkadot/types';
import type { Codec } from '@polkadot/types/types';
import { ChainErrorCode, chainError } from '../errors.js';
import { type Plain, toPlain } from './plain.js';

/** The library's own entry: a key maker with its metadata attached. */
type StorageEntry = ReturnType<typeof expandMetadata>['query'][string][string];

/** One storage item of a runtime: makes keys and reads values by the types of the metadata. */
export class StorageItem {
  private readonly type: string;

  constructor(
    private readonly registry: TypeRegistry,
    private readonly entry: StorageEntry,
    readonly name: string,
  ) {
    const { type } = entry.meta;
    this.type = registry.createLookupType(type.isPlain ? type.asPlain : type.asMap.value);
  }

  /** The full key, 0x hex. @throws CodedError CHAIN_BAD_ARGUMENTS */
  key(args: readonly unknown[]): string {
    const expected = this.entry.meta.type.isPlain ? 0 : this.entry.meta.type.asMap.hashers.length;
    if (args.length !== expected) throw this.bad(`takes ${expected} keys, not ${args.length}`);
    try {
      return new StorageKey(this.registry, [this.entry, [...args]]).toHex();
    } catch (cause) {
      throw this.bad('a key does not fit its type', cause);
    }
  }

  /** The value of raw bytes; `null` bytes give the declared default, or null for an optional item. */
  decode(bytes: Uint8Array | null): Plain {
    if (bytes === null && this.entry.meta.modifier.isOptional) return null;
    // `true`: the default without the length prefix of the byte string that carries it.
    const source = bytes ?? this.entry.meta.fallback.toU8a(true);
    try {
      return toPlain(this.registry.createTypeUnsafe<Codec>(this.type, [source], { isPedantic: bytes !== null }));
    } catch (cause) {
      throw chainError(ChainErrorCode.Decode, `${this.name} cannot be decoded`, {
        remedy: 'The runtime changed under this read; repeat it. If it lasts, update BetterTherapy.',
        details: { item: this.name, bytes: source.length },
        cause,
      });
    }
  }

  private bad(why: string, cause?: unknown): Error {
    return chainError(ChainErrorCode.BadArguments, `${this.name} ${why}`, {
      remedy: 'Correct the keys; nothing was read.',
      details: { item: this.name },
      cause,
    });
  }
}
