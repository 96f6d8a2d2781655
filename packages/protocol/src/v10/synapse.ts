import { z } from 'zod';

/** The type a required field has in Python; its empty value is sent as a dummy header. */
export type FieldType = 'str' | 'int' | 'float' | 'bool' | 'list' | 'dict';

/** The part of a synapse class that shows on the wire. */
export interface SynapseShape {
  readonly name: string;
  /** Fields without a default, in declared order. */
  readonly required: Readonly<Record<string, FieldType>>;
}

export const INFERENCE_SYNAPSE = {
  name: 'InferenceSynapse',
  required: { prompt: 'str', request_id: 'str' },
} as const satisfies SynapseShape;

/** The ping: no fields of its own. */
export const PING_SYNAPSE: SynapseShape = { name: 'Synapse', required: {} };

const DUMMIES: Readonly<Record<FieldType, string>> = {
  str: 'IiI=',
  int: 'MA==',
  float: 'MC4w',
  bool: 'ZmFsc2U=',
  list: 'W10=',
  dict: 'e30=',
};

const VALUES: Readonly<Record<FieldType, z.ZodType>> = {
  str: z.string(),
  int: z.int(),
  float: z.number(),
  bool: z.boolean(),
  list: z.array(z.unknown()),
  dict: z.record(z.string(), z.unknown()),
};

/** The header value that stands for a required field: base64 of the JSON of the type's empty value. */
export function inputObjDummy(type: FieldType): string {
  return DUMMIES[type];
}

/** The value in a `bt_header_input_obj_*` header, or undefined when it is undecodable or of another type. */
export function parseInputObj(type: FieldType, header: string): unknown {
  let value: unknown;
  try {
    const bytes = Uint8Array.from(atob(header), (character) => character.charCodeAt(0));
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    // Undecodable headers count as absent, as they do in the SDK.
    return undefined;
  }
  return VALUES[type].safeParse(value).success ? value : undefined;
}
