import { CodedError, type Hotkey, parseHotkey } from '@bettertherapy/core';
import { twinIdSchema, twinVersionSchema, type VerifySignature } from '@bettertherapy/protocol';
import { z } from 'zod';
import { TwinErrorCode } from '../errors.js';
import { canonicalJson, sha256Hex } from './canonical.js';
import { checkSignature, MAX_ENVELOPE_BYTES, signerOf, type TwinSigner } from './envelope.js';

/** Versions one index may list. */
export const MAX_INDEX_ENTRIES = 512;
/** Bytes of an index as sent. */
export const MAX_INDEX_BYTES = 256 * 1024;
/** How far a publisher's clock may be ahead of ours. */
const SKEW_MS = 5 * 60_000;
/** An index is signed anew for whoever asks; an older one is a recording. */
const MAX_AGE_MS = 60 * 60_000;

const entrySchema = z.strictObject({
  id: twinIdSchema,
  version: twinVersionSchema,
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  state: z.enum(['published', 'withdrawn']),
  /** Of the envelope as it is served. */
  bytes: z.int().min(1).max(MAX_ENVELOPE_BYTES),
});

const indexSchema = z.strictObject({
  schema: z.literal(1),
  publisher: z.string().max(64),
  issuedMs: z.int().min(0),
  entries: z.array(entrySchema).max(MAX_INDEX_ENTRIES),
});
const signedIndexSchema = z.strictObject({
  index: indexSchema,
  signature: z.string().regex(/^[0-9a-f]{128}$/),
});

export type TwinIndexEntry = z.infer<typeof entrySchema>;
export interface TwinIndex {
  readonly schema: 1;
  readonly publisher: Hotkey;
  /** Unix milliseconds. */
  readonly issuedMs: number;
  readonly entries: readonly TwinIndexEntry[];
}
/** What a publisher's index route gives. */
export interface SignedTwinIndex {
  readonly index: TwinIndex;
  readonly signature: string;
}

/** The bytes that a publisher signs for an index. */
export function indexSigningMessage(index: TwinIndex): Uint8Array {
  return new TextEncoder().encode(`bettertherapy/twin-index/1:${sha256Hex(canonicalJson(index))}`);
}

/** Signs the list of what its signer has published. @throws CodedError CORE_BAD_ADDRESS */
export function sealIndex(entries: readonly TwinIndexEntry[], issuedMs: number, signer: TwinSigner): SignedTwinIndex {
  const index: TwinIndex = { schema: 1, publisher: parseHotkey(signer.address), issuedMs, entries };
  return { index, signature: Buffer.from(signer.sign(indexSigningMessage(index))).toString('hex') };
}

/**
 * An index of unknown origin: shape, publisher, signature, age. `lastIssuedMs` is of the newest index taken from this
 * publisher before, so that nobody can bring withdrawn twins back by playing an old index again.
 * @throws CodedError TWIN_INDEX_INVALID, TWIN_FOREIGN_SIGNER, TWIN_BAD_SIGNATURE, TWIN_INDEX_STALE
 */
export function openIndex(
  value: unknown,
  parts: {
    readonly verify: VerifySignature;
    readonly allows: (publisher: Hotkey) => boolean;
    readonly nowMs: number;
    readonly lastIssuedMs: (publisher: Hotkey) => number | null;
  },
): TwinIndex {
  const parsed = signedIndexSchema.safeParse(value);
  if (!parsed.success) throw refused(TwinErrorCode.IndexInvalid, 'this is not an index of twins');
  const publisher = signerOf(parsed.data.index.publisher);
  if (!parts.allows(publisher)) {
    throw refused(TwinErrorCode.ForeignSigner, 'the index is of a hotkey whose twins are not taken here', {
      publisher,
    });
  }
  const index: TwinIndex = { ...parsed.data.index, publisher };
  checkSignature(indexSigningMessage(index), { signer: publisher, signature: parsed.data.signature }, parts.verify);
  const names = new Set(index.entries.map(({ id, version }) => `${id}@${version}`));
  if (names.size !== index.entries.length) throw refused(TwinErrorCode.IndexInvalid, 'the index names a version twice');
  const { nowMs } = parts;
  const last = parts.lastIssuedMs(publisher);
  if (index.issuedMs > nowMs + SKEW_MS) throw refused(TwinErrorCode.IndexStale, 'the index is from the future');
  if (index.issuedMs < nowMs - MAX_AGE_MS) throw refused(TwinErrorCode.IndexStale, 'the index is too old');
  if (last !== null && index.issuedMs < last) {
    throw refused(TwinErrorCode.IndexStale, 'the index is older than one taken before');
  }
  return index;
}

function refused(
  code: TwinErrorCode,
  message: string,
  details: Readonly<Record<string, unknown>> = {},
): CodedError<TwinErrorCode> {
  return new CodedError(code, message, {
    remedy: 'Check --twin.index and --twin.publishers, and that the clocks of both machines are right.',
    details,
  });
}
