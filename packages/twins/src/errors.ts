export const TwinErrorCode = {
  /** The persona file is missing or cannot be read. */
  PersonaUnreadable: 'TWIN_PERSONA_UNREADABLE',
  /** The persona file is empty, too long, or not text. */
  PersonaInvalid: 'TWIN_PERSONA_INVALID',
  /** A pack lacks something, or holds what a pack may not hold; `details.problems` lists each place. */
  PackInvalid: 'TWIN_PACK_INVALID',
  /** A pack is larger than packs may be. */
  PackTooLarge: 'TWIN_PACK_TOO_LARGE',
  /** The content is not what its sha256 says. */
  HashMismatch: 'TWIN_HASH_MISMATCH',
  /** The signature is not the signer's. */
  BadSignature: 'TWIN_BAD_SIGNATURE',
  /** The signer is not one whose packs are taken here. */
  ForeignSigner: 'TWIN_FOREIGN_SIGNER',
  /** A signed index is malformed. */
  IndexInvalid: 'TWIN_INDEX_INVALID',
  /** A signed index is older than the last one, too old, or from the future. */
  IndexStale: 'TWIN_INDEX_STALE',
  /** There is no twin, or no such version of it. */
  Unknown: 'TWIN_UNKNOWN',
  /** A twin of that id is there already. */
  Exists: 'TWIN_EXISTS',
  /** The step is not one that follows from the state the twin is in. */
  IllegalStep: 'TWIN_ILLEGAL_STEP',
} as const;
export type TwinErrorCode = (typeof TwinErrorCode)[keyof typeof TwinErrorCode];
