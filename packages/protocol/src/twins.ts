import { z } from 'zod';
import { type BodyResult, parseJsonBytes } from './json.js';

/** Which twin is asked, and in which version. */
export interface TwinRef {
  readonly id: string;
  readonly version: number;
}

/** Letters, digits and inner dashes: an id is part of addresses. */
export const twinIdSchema = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/, 'must be lower-case letters, digits and inner dashes, at most 64');
export const twinVersionSchema = z.int().min(1).max(1_000_000);

/** A twin in a request. Unknown keys are ignored, as in the rest of a body. */
export const twinRefSchema = z.object({ id: twinIdSchema, version: twinVersionSchema });

/** Where an axon says which twins it serves: GET, unsigned. */
export const SERVED_TWINS_PATH = '/v1/twins';
/** Twins one axon may list. */
export const MAX_SERVED_TWINS = 256;
/** Bytes of that list. */
export const MAX_SERVED_BYTES = 64 * 1024;

/** A twin that an axon says it serves. */
export interface ServedTwin extends TwinRef {
  /** Of the pack's canonical JSON. */
  readonly sha256: string;
}

const servedSchema = z.object({
  twins: z.array(twinRefSchema.extend({ sha256: z.string().regex(/^[0-9a-f]{64}$/) })).max(MAX_SERVED_TWINS),
});

/** The JSON of an axon's list; what is beyond {@link MAX_SERVED_TWINS} is left out. */
export function encodeServedTwins(twins: readonly ServedTwin[]): string {
  const listed = twins.slice(0, MAX_SERVED_TWINS).map(({ id, version, sha256 }) => ({ id, version, sha256 }));
  return JSON.stringify({ twins: listed });
}

/** Reads an axon's list. Never throws. */
export function parseServedTwins(bytes: Uint8Array): BodyResult<readonly ServedTwin[]> {
  const json = parseJsonBytes(bytes);
  if (!json.ok) return json;
  const parsed = servedSchema.safeParse(json.value);
  return parsed.success ? { ok: true, value: parsed.data.twins } : { ok: false, why: 'bad_shape' };
}
