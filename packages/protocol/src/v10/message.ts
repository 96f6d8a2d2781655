import { utf8ToBytes } from '@noble/hashes/utils.js';

/** What a dendrite signs. A missing uuid or hash takes part as the word None. */
export interface SignedFields {
  readonly nonceNs: bigint;
  readonly dendriteHotkey: string;
  readonly axonHotkey: string;
  readonly uuid: string | null;
  readonly bodyHash: string | null;
}

/** The bytes a dendrite signs: five parts joined with dots. */
export function signingMessage(fields: SignedFields): Uint8Array {
  const { nonceNs, dendriteHotkey, axonHotkey, uuid, bodyHash } = fields;
  return utf8ToBytes(`${nonceNs}.${dendriteHotkey}.${axonHotkey}.${uuid ?? 'None'}.${bodyHash ?? 'None'}`);
}

/** The bytes an axon signs in its error replies: four parts; `nonceNs` and `uuid` are the axon's own. */
export function axonSigningMessage(fields: Omit<SignedFields, 'bodyHash'>): Uint8Array {
  return utf8ToBytes(`${fields.nonceNs}.${fields.dendriteHotkey}.${fields.axonHotkey}.${fields.uuid ?? 'None'}`);
}

/** The 64 bytes of a v10 signature text: `0x` and 128 hex digits in either case; null for anything else. */
export function parseSignature(text: string): Uint8Array | null {
  if (!/^0x[0-9a-fA-F]{128}$/.test(text)) return null;
  const bytes = new Uint8Array(64);
  for (let at = 0; at < 64; at += 1) bytes[at] = Number.parseInt(text.slice(2 + at * 2, 4 + at * 2), 16);
  return bytes;
}
