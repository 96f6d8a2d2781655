import { createHash } from 'node:crypto';

/**
 * The one text of a JSON value: keys sorted by UTF-16 code unit, no spaces, strings and numbers as `JSON.stringify`
 * writes them. What cannot be said in JSON (undefined, NaN, functions) throws a TypeError, because a signature over it
 * would mean nothing.
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number' && Number.isFinite(value)) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value === 'object') {
    const members = Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : Number(a > b)))
      .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`);
    return `{${members.join(',')}}`;
  }
  throw new TypeError(`${typeof value} has no JSON`);
}

/** SHA-256 of the UTF-8 bytes of a text, lower-case hex. */
export function sha256Hex(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}
