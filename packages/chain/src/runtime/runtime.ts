import { expandMetadata, Metadata, TypeRegistry } from '@polkadot/types';
import type { Codec } from '@polkadot/types/types';
import { stringCamelCase, u8aToHex } from '@polkadot/util';
import { ChainErrorCode, chainError } from '../errors.js';
import { type Plain, toPlain } from './plain.js';
import { RuntimeApis } from './runtimeApis.js';
import { StorageItem } from './storageItem.js';

export interface RuntimeVersion {
  readonly specName: string;
  readonly specVersion: number;
  readonly transactionVersion: number;
}

/** A call of the runtime, encoded. */
export interface EncodedCall {
  readonly pallet: string;
  readonly name: string;
  /** Pallet index, call index, arguments. */
  readonly bytes: Uint8Array;
}

/** Arguments in the order of the call, or by name (`netuid` or `net_uid` style, either spelling). */
export type CallArguments = readonly unknown[] | Readonly<Record<string, unknown>>;

/** An error that a pallet declares. */
export interface PalletError {
  readonly pallet: string;
  readonly name: string;
  readonly docs: string;
}

/**
 * One version of the node's runtime, as its own metadata describes it: nothing here is known in advance. Names are
 * taken in either spelling (`serve_axon`, `serveAxon`).
 */
export class Runtime {
  readonly apis: RuntimeApis;

  private constructor(
    readonly version: RuntimeVersion,
    /** The bytes this was made from, to notice that a reconnect found the same. */
    readonly metadata: Uint8Array,
    readonly registry: TypeRegistry,
    private readonly decorated: ReturnType<typeof expandMetadata>,
    parsed: Metadata,
  ) {
    this.apis = new RuntimeApis(registry, parsed);
  }

  /** @throws CodedError CHAIN_DECODE when the bytes are not metadata we can read. */
  static decode(metadata: Uint8Array, version: RuntimeVersion): Runtime {
    try {
      const registry = new TypeRegistry();
      const parsed = new Metadata(registry, u8aToHex(metadata));
      // The extensions of subtensor's own encode to nothing; `true` keeps the library from printing that.
      registry.setMetadata(parsed, undefined, undefined, true);
      return new Runtime(version, metadata, registry, expandMetadata(registry, parsed), parsed);
    } catch (cause) {
      throw chainError(ChainErrorCode.Decode, 'the metadata of the node cannot be read', {
        remedy: 'The node is much newer or older than this program; update BetterTherapy or choose another endpoint.',
        details: { specVersion: version.specVersion, bytes: metadata.length },
        cause,
      });
    }
  }

  hasCall(pallet: string, name: string): boolean {
    return this.decorated.tx[stringCamelCase(pallet)]?.[stringCamelCase(name)] !== undefined;
  }

  /** @throws CodedError CHAIN_UNSUPPORTED when there is no such call, CHAIN_BAD_ARGUMENTS when they do not fit. */
  encodeCall(pallet: string, name: string, args: CallArguments): EncodedCall {
    const creator = this.decorated.tx[stringCamelCase(pallet)]?.[stringCamelCase(name)];
    if (!creator) throw this.unsupported('call', `${pallet}.${name}`);
    const names = creator.meta.args.map((arg) => stringCamelCase(arg.name.toString()));
    const ordered = orderArguments(`${pallet}.${name}`, names, args).map(bytesToHex);
    try {
      return { pallet: stringCamelCase(pallet), name: stringCamelCase(name), bytes: creator(...ordered).toU8a() };
    } catch (cause) {
      throw badArguments(`${pallet}.${name}`, 'a value does not fit its type', names, cause);
    }
  }

  /** A storage item, or null when this runtime has none of that name. */
  storage(pallet: string, item: string): StorageItem | null {
    const entry = this.decorated.query[stringCamelCase(pallet)]?.[stringCamelCase(item)];
    return entry ? new StorageItem(this.registry, entry, `${pallet}.${item}`) : null;
  }

  /** A constant of a pallet, or null when there is none of that name. */
  constant(pallet: string, name: string): Plain {
    const codec = this.decorated.consts[stringCamelCase(pallet)]?.[stringCamelCase(name)];
    return codec ? toPlain(codec) : null;
  }

  /** The error behind the two bytes of a module error; null when the metadata has none there. */
  palletError(palletIndex: number, errorIndex: number): PalletError | null {
    const key = Uint8Array.of(palletIndex, errorIndex);
    let found: ReturnType<TypeRegistry['findMetaError']>;
    try {
      found = this.registry.findMetaError(key);
    } catch (cause) {
      // The registry throws plain assertion errors for "none there"; anything else is a fault of ours.
      if (cause instanceof Error && cause.message.startsWith('findMetaError')) return null;
      throw cause;
    }
    return {
      pallet: stringPascal(found.section),
      name: found.name,
      docs: found.docs.map(String).join(' ').trim(),
    };
  }

  /** Decodes a type of this runtime by its name. */
  decodeType(type: string, bytes: Uint8Array): Codec {
    return this.registry.createTypeUnsafe<Codec>(type, [bytes]);
  }

  unsupported(kind: 'call' | 'storage item' | 'runtime API', name: string): Error {
    return chainError(ChainErrorCode.Unsupported, `this runtime has no ${kind} ${name}`, {
      remedy: 'The node runs another runtime than expected; check --subtensor.network, or update BetterTherapy.',
      details: { kind, name, specName: this.version.specName, specVersion: this.version.specVersion },
    });
  }
}

function orderArguments(call: string, names: readonly string[], args: CallArguments): readonly unknown[] {
  if (isList(args)) {
    if (args.length !== names.length) throw badArguments(call, `${args.length} arguments were given`, names);
    return args;
  }
  const given = new Map(Object.entries(args).map(([key, value]) => [stringCamelCase(key), value]));
  const missing = names.filter((name) => !given.has(name));
  const unknown = [...given.keys()].filter((name) => !names.includes(name));
  if (missing.length > 0) throw badArguments(call, `${missing.join(', ')} missing`, names);
  if (unknown.length > 0) throw badArguments(call, `${unknown.join(', ')} unknown`, names);
  return names.map((name) => given.get(name));
}

/** The library takes a `Uint8Array` for an already encoded value, but hex for a value; we always mean the value. */
function bytesToHex(value: unknown): unknown {
  if (value instanceof Uint8Array) return u8aToHex(value);
  if (Array.isArray(value)) return value.map(bytesToHex);
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, bytesToHex(inner)]));
}

function isList(args: CallArguments): args is readonly unknown[] {
  return Array.isArray(args);
}

function badArguments(call: string, why: string, names: readonly string[], cause?: unknown): Error {
  return chainError(ChainErrorCode.BadArguments, `${call}(${names.join(', ')}): ${why}`, {
    remedy: 'Correct the arguments; nothing was sent.',
    details: { call, expected: names },
    cause,
  });
}

function stringPascal(camel: string): string {
  return camel.slice(0, 1).toUpperCase() + camel.slice(1);
}
