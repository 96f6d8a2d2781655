export { type Deidentified, deidentify } from './deidentify.js';
export { IDENTIFIER_KINDS, type IdentifierKind, type IdentifierSpan, type ResidualReason } from './kinds.js';
