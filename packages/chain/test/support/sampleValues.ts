import type { Metadata } from '@polkadot/types';

type Lookup = Metadata['asLatest']['lookup'];
type TypeId = Parameters<Lookup['getSiType']>[0];

const ACCOUNT = '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY';
/** Fits the smallest integer and is no default. */
const NUMBER = 37;
const LIST_LENGTH = 2;

/** A value of any type of the metadata, in the form that our client takes; no part of it is the type's default. */
export function sampleOf(lookup: Lookup, id: TypeId): unknown {
  const { def, path } = lookup.getSiType(id);
  const name = path.at(-1)?.toString() ?? '';
  if (name === 'AccountId32') return ACCOUNT;
  if (def.isPrimitive) return def.asPrimitive.isBool ? true : def.asPrimitive.isStr ? 'text' : NUMBER;
  if (def.isCompact) return sampleOf(lookup, def.asCompact.type);
  if (def.isSequence) return listOf(lookup, def.asSequence.type, LIST_LENGTH);
  if (def.isArray) return listOf(lookup, def.asArray.type, def.asArray.len.toNumber());
  if (def.isTuple) return def.asTuple.map((item) => sampleOf(lookup, item));
  if (def.isComposite) return fieldsOf(lookup, [...def.asComposite.fields]);
  if (!def.isVariant) throw new Error(`no sample of ${name}`);
  const variants = [...def.asVariant.variants];
  const chosen = variants.find((variant) => variant.name.toString() === 'Some') ?? variants.at(-1);
  if (chosen === undefined) return null;
  if (chosen.name.toString() === 'Some') return fieldsOf(lookup, [...chosen.fields]);
  return { [chosen.name.toString()]: chosen.fields.length === 0 ? null : fieldsOf(lookup, [...chosen.fields]) };
}

type Fields = ReturnType<Lookup['getSiType']>['def']['asComposite']['fields'];

function fieldsOf(lookup: Lookup, fields: Fields[number][]): unknown {
  const [only] = fields;
  if (only !== undefined && fields.length === 1 && only.name.isNone) return sampleOf(lookup, only.type);
  if (fields.every((field) => field.name.isNone)) return fields.map((field) => sampleOf(lookup, field.type));
  return Object.fromEntries(fields.map((field) => [field.name.unwrapOr('').toString(), sampleOf(lookup, field.type)]));
}

function listOf(lookup: Lookup, item: TypeId, length: number): unknown {
  const { def } = lookup.getSiType(item);
  if (def.isPrimitive && def.asPrimitive.isU8) return `0x${'ab'.repeat(length)}`;
  return Array.from({ length }, () => sampleOf(lookup, item));
}
