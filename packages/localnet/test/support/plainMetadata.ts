import type { Metadata } from '@polkadot/types';

/** Metadata as plain data that can be compared: types are written out, so that ids do not matter. */
export interface PlainMetadata {
  readonly version: number;
  readonly pallets: readonly PlainPallet[];
  readonly apis: readonly {
    readonly name: string;
    readonly methods: readonly { readonly name: string; readonly shape: string }[];
  }[];
  readonly extensions: readonly string[];
}

interface Indexed {
  readonly name: string;
  readonly index: number;
  readonly shape: string;
}

interface PlainPallet {
  readonly name: string;
  readonly index: number;
  readonly calls: readonly Indexed[];
  readonly events: readonly Indexed[];
  readonly errors: readonly Indexed[];
  readonly storage: readonly {
    readonly name: string;
    readonly shape: string;
    readonly modifier: string;
    readonly fallback: string;
  }[];
  readonly constants: readonly { readonly name: string; readonly type: string }[];
}

/** Deep enough to tell types apart; deeper ones only repeat. */
const DEPTH = 8;
/** Enums over all pallets differ, because this chain has fewer. */
const OUTER = new Set(['RuntimeCall', 'RuntimeEvent', 'RuntimeError']);

type Lookup = Metadata['asLatest']['lookup'];
type Fields = ReturnType<Lookup['getSiType']>['def']['asComposite']['fields'];

function writeFields(lookup: Lookup, fields: Fields, depth: number): string {
  return fields
    .map((field) => `${field.name.unwrapOr('')}:${writeType(lookup, field.type.toNumber(), depth)}`)
    .join(', ');
}

function writeType(lookup: Lookup, id: number, depth: number): string {
  const { def, path } = lookup.getSiType(id);
  const name = path.map(String).join('::');
  if (depth === 0 || OUTER.has(path.at(-1)?.toString() ?? '')) return name;
  if (def.isPrimitive) return def.asPrimitive.type.toLowerCase();
  if (def.isCompact) return `Compact<${writeType(lookup, def.asCompact.type.toNumber(), depth - 1)}>`;
  if (def.isSequence) return `Vec<${writeType(lookup, def.asSequence.type.toNumber(), depth - 1)}>`;
  if (def.isArray)
    return `[${writeType(lookup, def.asArray.type.toNumber(), depth - 1)};${def.asArray.len.toString()}]`;
  if (def.isTuple) return `(${def.asTuple.map((item) => writeType(lookup, item.toNumber(), depth - 1)).join(', ')})`;
  if (def.isComposite) return `${name}{${writeFields(lookup, def.asComposite.fields, depth - 1)}}`;
  if (!def.isVariant) return name;
  const variants = def.asVariant.variants.map(
    (variant) =>
      `${variant.index.toString()}${variant.name.toString()}(${writeFields(lookup, variant.fields, depth - 1)})`,
  );
  return `${name}[${variants.sort().join('|')}]`;
}

function variantsOf(lookup: Lookup, id: number | undefined): Indexed[] {
  if (id === undefined) return [];
  return lookup.getSiType(id).def.asVariant.variants.map((variant) => ({
    name: variant.name.toString(),
    index: variant.index.toNumber(),
    shape: writeFields(lookup, variant.fields, DEPTH),
  }));
}

export function describeMetadata(metadata: Metadata): PlainMetadata {
  const latest = metadata.asLatest;
  const { lookup } = latest;
  return {
    version: metadata.version,
    pallets: latest.pallets.map((pallet) => ({
      name: pallet.name.toString(),
      index: pallet.index.toNumber(),
      calls: variantsOf(lookup, pallet.calls.isSome ? pallet.calls.unwrap().type.toNumber() : undefined),
      events: variantsOf(lookup, pallet.events.isSome ? pallet.events.unwrap().type.toNumber() : undefined),
      errors: variantsOf(lookup, pallet.errors.isSome ? pallet.errors.unwrap().type.toNumber() : undefined),
      storage: (pallet.storage.isSome ? [...pallet.storage.unwrap().items] : []).map((item) => ({
        name: item.name.toString(),
        modifier: item.modifier.toString(),
        fallback: item.fallback.toHex(),
        shape: item.type.isPlain
          ? writeType(lookup, item.type.asPlain.toNumber(), DEPTH)
          : [
              item.type.asMap.hashers.map(String).join(),
              writeType(lookup, item.type.asMap.key.toNumber(), DEPTH),
              writeType(lookup, item.type.asMap.value.toNumber(), DEPTH),
            ].join(' '),
      })),
      constants: pallet.constants.map((constant) => ({
        name: constant.name.toString(),
        type: writeType(lookup, constant.type.toNumber(), DEPTH),
      })),
    })),
    apis: latest.apis.map((api) => ({
      name: api.name.toString(),
      methods: api.methods.map((method) => ({
        name: method.name.toString(),
        shape: `${method.inputs
          .map((input) => `${input.name.toString()}: ${writeType(lookup, input.type.toNumber(), DEPTH)}`)
          .join(', ')} -> ${writeType(lookup, method.output.toNumber(), DEPTH)}`,
      })),
    })),
    extensions: extensionsOf(metadata),
  };
}

/** Read from the version the bytes have, because its conversion to the latest loses the implicit types. */
function extensionsOf(metadata: Metadata): string[] {
  const { lookup } = metadata.asLatest;
  const write = (identifier: string, type: number, implicit: number): string =>
    `${identifier} ${writeType(lookup, type, 2)} ${writeType(lookup, implicit, 2)}`;
  if (metadata.version === 16) {
    return metadata.asV16.extrinsic.transactionExtensions.map((extension) =>
      write(extension.identifier.toString(), extension.type.toNumber(), extension.implicit.toNumber()),
    );
  }
  const { signedExtensions } = metadata.version === 15 ? metadata.asV15.extrinsic : metadata.asV14.extrinsic;
  return signedExtensions.map((extension) =>
    write(extension.identifier.toString(), extension.type.toNumber(), extension.additionalSigned.toNumber()),
  );
}
