import { z } from 'zod';

/** What an option says about itself beyond its type. */
export interface OptionMeta {
  /** One line for `--help`; no full stop at the end. */
  readonly help: string;
  /** Environment names other than the generated one, e.g. those of the Bittensor SDK. */
  readonly env?: readonly string[] | undefined;
  /** Never shown in dumps. */
  readonly secret?: boolean | undefined;
  /** What `--help` shows as the default when the schema's own would not read well. */
  readonly defaultText?: string | undefined;
  /** Word for the value in `--help`: `<port>`. */
  readonly placeholder?: string | undefined;
}

const registry = z.registry<OptionMeta>();

/** Marks a leaf of an app's schema as an option. Call it last: zod modifiers make new schemas. */
export function option<S extends z.ZodType>(schema: S, meta: OptionMeta): S {
  registry.add(schema, meta);
  return schema;
}

export type OptionKind = 'boolean' | 'number' | 'text' | 'list';

/** One option of an app, as read out of its schema. */
export interface OptionSpec {
  /** Dotted name as operators type it, without dashes: `subtensor.chain_endpoint`. */
  readonly flag: string;
  /** Where the value sits in the parsed config: `['subtensor', 'chainEndpoint']`. */
  readonly path: readonly string[];
  readonly kind: OptionKind;
  /** Allowed words of an enumeration. */
  readonly choices: readonly string[] | null;
  /** The schema's default; undefined when the option must be given. */
  readonly defaultValue: unknown;
  readonly required: boolean;
  /** An empty text clears it. */
  readonly nullable: boolean;
  /** Environment names, strongest first. */
  readonly env: readonly string[];
  readonly meta: OptionMeta;
}

/** The options of a schema whose leaves were made with {@link option}, in declaration order. */
export function listOptions(app: string, schema: z.ZodObject): OptionSpec[] {
  return walk(app, schema, []);
}

function walk(app: string, schema: z.ZodObject, path: readonly string[]): OptionSpec[] {
  return Object.entries(schema.shape).flatMap(([key, child]) => {
    const at = [...path, key];
    if (child instanceof z.ZodObject) return walk(app, child, at);
    // Every value of a ZodObject's shape is a full zod schema; zod's own type for it is the core one.
    return [describeLeaf(app, child as z.ZodType, at)];
  });
}

function describeLeaf(app: string, schema: z.ZodType, path: readonly string[]): OptionSpec {
  const flag = path.map(snakeCase).join('.');
  const meta = registry.get(schema);
  if (meta === undefined) throw new TypeError(`the schema leaf ${flag} was not made with option()`);
  let inner: z.ZodType = schema;
  let defaultValue: unknown;
  let required = true;
  let nullable = false;
  for (;;) {
    if (inner instanceof z.ZodDefault) {
      defaultValue = inner.def.defaultValue;
      required = false;
    } else if (inner instanceof z.ZodOptional) required = false;
    else if (inner instanceof z.ZodNullable) nullable = true;
    else break;
    // The wrapped schema of a classic zod wrapper is itself a classic zod schema.
    inner = inner.def.innerType as z.ZodType;
  }
  const generated = `BT_${app}_${flag}`.toUpperCase().replace(/[^A-Z0-9]+/g, '_');
  return {
    flag,
    path,
    kind: kindOf(inner, flag),
    choices: inner instanceof z.ZodEnum ? inner.options.map(String) : null,
    defaultValue,
    required,
    nullable,
    env: [generated, ...(meta.env ?? [])],
    meta,
  };
}

function kindOf(schema: z.ZodType, flag: string): OptionKind {
  if (schema instanceof z.ZodBoolean) return 'boolean';
  if (schema instanceof z.ZodNumber) return 'number';
  if (schema instanceof z.ZodArray) return 'list';
  if (schema instanceof z.ZodString || schema instanceof z.ZodEnum || schema instanceof z.ZodStringFormat)
    return 'text';
  // `--health.port auto`: a word or a number, told apart by the schema after coercion.
  if (schema instanceof z.ZodUnion) return 'text';
  throw new TypeError(`option ${flag} has a type that no flag can carry`);
}

function snakeCase(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
