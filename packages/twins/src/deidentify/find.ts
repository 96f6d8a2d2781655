import type { Candidate, IdentifierKind } from './kinds.js';

/** All matches of a global expression as candidates: the group `id` when the expression has one, else the whole match. */
export function findAll(
  text: string,
  kind: IdentifierKind,
  expression: RegExp,
  accept: (found: string, match: RegExpExecArray) => boolean = () => true,
): Candidate[] {
  const found: Candidate[] = [];
  for (const match of text.matchAll(expression)) {
    const part = match.groups?.id ?? match[0];
    const span = match.indices?.groups?.id;
    const start = span === undefined ? match.index : span[0];
    if (part !== '' && accept(part, match)) found.push({ start, end: start + part.length, kind });
  }
  return found;
}
