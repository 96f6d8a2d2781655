/** Classes of identifiers, after HIPAA's Safe Harbor list as far as text can show them, with their forms elsewhere. */
export const IDENTIFIER_KINDS = [
  'name',
  'place',
  'date',
  'age',
  'phone',
  'fax',
  'email',
  'national_id',
  'record',
  'plan',
  'account',
  'licence',
  'vehicle',
  'device',
  'url',
  'ip',
  'employer',
  'code',
] as const;
export type IdentifierKind = (typeof IDENTIFIER_KINDS)[number];

/** One identifier: `start` and `end` are UTF-16 offsets into the original text, `end` excluded. */
export interface IdentifierSpan {
  readonly start: number;
  readonly end: number;
  readonly kind: IdentifierKind;
  /** What stands in its place; equal identifiers of one text get equal replacements. */
  readonly replacement: string;
}

/** A find before overlaps are settled; offsets into the readable text. */
export interface Candidate {
  readonly start: number;
  readonly end: number;
  readonly kind: IdentifierKind;
}

/** Why a text may still say who it is about after masking. */
export type ResidualReason =
  /** A capitalised word that no list knows: possibly a name or a place. */
  | 'unknown_proper_noun'
  /** A role, event or first that few people share. */
  | 'singular_role'
  /** Age, work, origin and illness together, which few people share. */
  | 'quasi_identifiers'
  /** So many identifiers for so few words that more are likely. */
  | 'dense_identifiers'
  /** A long number that is neither a measure nor masked. */
  | 'long_number'
  /** Mostly written in a script for which the rules know few cues. */
  | 'uncovered_script';
