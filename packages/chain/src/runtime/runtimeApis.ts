import type { Metadata, TypeRegistry } from '@polkadot/types';
import type { Codec } from '@polkadot/types/types';
import { ChainErrorCode, chainError } from '../errors.js';
import { type Plain, toPlain } from './plain.js';

type LookupId = Parameters<TypeRegistry['createLookupType']>[0];

interface Method {
  readonly inputs: readonly LookupId[];
  readonly output: LookupId;
}

/** A runtime API method: encodes its arguments and decodes its answer by the metadata's types. */
export interface RuntimeApiMethod {
  /** The name for `state_call`: `Api_method`. */
  readonly name: string;
  /** Arguments SCALE-encoded one after another. @throws CodedError CHAIN_BAD_ARGUMENTS */
  encode(args: readonly unknown[]): Uint8Array;
  /** @throws CodedError CHAIN_DECODE, also when bytes are left over. */
  decode(bytes: Uint8Array): Plain;
  /** Field names, snake_case, in order, of the struct that the method answers with (inside an `Option` or not). */
  outputFields(): readonly string[];
}

/** The runtime APIs that the metadata (V15 and later) lists. */
export class RuntimeApis {
  private readonly methods = new Map<string, Method>();

  constructor(
    private readonly registry: TypeRegistry,
    metadata: Metadata,
  ) {
    for (const api of metadata.asLatest.apis) {
      for (const method of api.methods) {
        this.methods.set(`${api.name.toString()}_${method.name.toString()}`, {
          inputs: method.inputs.map((input) => input.type),
          output: method.output,
        });
      }
    }
  }

  has(api: string, method: string): boolean {
    return this.methods.has(`${api}_${method}`);
  }

  /** Null when the runtime has no such method. */
  find(api: string, method: string): RuntimeApiMethod | null {
    const name = `${api}_${method}`;
    const found = this.methods.get(name);
    if (!found) return null;
    return {
      name,
      encode: (args) => this.encode(name, found, args),
      decode: (bytes) => this.decode(name, found, bytes),
      outputFields: () => this.outputFields(found),
    };
  }

  private encode(name: string, method: Method, args: readonly unknown[]): Uint8Array {
    if (args.length !== method.inputs.length) {
      throw badArguments(name, `takes ${method.inputs.length} arguments, not ${args.length}`);
    }
    const parts = method.inputs.map((id, i) => {
      try {
        return this.registry.createTypeUnsafe<Codec>(this.registry.createLookupType(id), [args[i]]).toU8a();
      } catch (cause) {
        throw badArguments(name, `argument ${i + 1} does not fit its type`, cause);
      }
    });
    return Uint8Array.from(Buffer.concat(parts));
  }

  private decode(name: string, method: Method, bytes: Uint8Array): Plain {
    let codec: Codec;
    try {
      codec = this.registry.createTypeUnsafe<Codec>(this.registry.createLookupType(method.output), [bytes]);
    } catch (cause) {
      throw undecodable(name, bytes.length, cause);
    }
    if (codec.encodedLength !== bytes.length) throw undecodable(name, bytes.length);
    return toPlain(codec);
  }

  private outputFields(method: Method): readonly string[] {
    const lookup = this.registry.lookup;
    let type = lookup.getSiType(method.output);
    const some = type.def.isVariant ? type.def.asVariant.variants.find((v) => v.name.toString() === 'Some') : undefined;
    const inside = some?.fields[0];
    if (inside) type = lookup.getSiType(inside.type);
    if (!type.def.isComposite) return [];
    return type.def.asComposite.fields.map((field) => field.name.unwrapOr('').toString());
  }
}

function badArguments(name: string, why: string, cause?: unknown): Error {
  return chainError(ChainErrorCode.BadArguments, `${name} ${why}`, {
    remedy: 'Correct the arguments; nothing was sent.',
    details: { method: name },
    cause,
  });
}

function undecodable(name: string, bytes: number, cause?: unknown): Error {
  return chainError(ChainErrorCode.Decode, `the answer of ${name} does not fit the node's metadata`, {
    remedy: 'The runtime changed under this read; repeat it. If it lasts, update BetterTherapy.',
    details: { method: name, bytes },
    cause,
  });
}
