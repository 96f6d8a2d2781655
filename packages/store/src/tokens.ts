import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** A bearer token `<prefix><id>_<secret>`; only `secretSha256` is ever stored. */
export interface NewToken {
  readonly id: string;
  /** Shown once. */
  readonly token: string;
  readonly secretSha256: string;
}

/** The secret is 32 random bytes, so its plain hash cannot be guessed back and a slow one would protect nothing. */
export function newToken(prefix: string): NewToken {
  const id = randomBytes(8).toString('hex');
  const secret = randomBytes(32).toString('hex');
  return { id, token: `${prefix}${id}_${secret}`, secretSha256: sha256(secret) };
}

const SHAPE = /^([a-z]+_)([0-9a-f]{16})_([0-9a-f]{64})$/;

/** The parts of a token with this prefix; null for anything else. */
export function parseToken(prefix: string, text: string): Omit<NewToken, 'token'> | null {
  const [, found, id, secret] = SHAPE.exec(text) ?? [];
  return found === prefix && id !== undefined && secret !== undefined ? { id, secretSha256: sha256(secret) } : null;
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Compares two hashes in constant time. */
export function sameHash(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}
