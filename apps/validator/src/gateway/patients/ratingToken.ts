import { createHmac } from 'node:crypto';
import { sameHash } from '@bettertherapy/store';

/** What a rating token is bound to. */
export interface RatingScope {
  readonly sessionId: string;
  readonly answerId: string;
  readonly patientId: string;
}

export const RATING_TOKEN_MS = 24 * 3_600_000;
const SHAPE = /^btr_([0-9a-z]{1,12})_([0-9a-f]{64})$/;

/**
 * The right to rate one answer once: HMAC over session, answer, patient and expiry. The same answer gives the same
 * token, so that a page that was loaded anew can still rate; that it was used is known by its hash.
 */
export function ratingToken(secret: string, scope: RatingScope, answeredMs: number): string {
  const expiry = Math.floor(answeredMs + RATING_TOKEN_MS).toString(36);
  return `btr_${expiry}_${macOf(secret, scope, expiry)}`;
}

export type TokenCheck = 'good' | 'expired' | 'forged';

export function checkRatingToken(secret: string, scope: RatingScope, token: string, nowMs: number): TokenCheck {
  const [, expiry, mac] = SHAPE.exec(token) ?? [];
  if (expiry === undefined || mac === undefined || !sameHash(mac, macOf(secret, scope, expiry))) return 'forged';
  return Number.parseInt(expiry, 36) > nowMs ? 'good' : 'expired';
}

function macOf(secret: string, { sessionId, answerId, patientId }: RatingScope, expiry: string): string {
  return createHmac('sha256', `rating\n${secret}`)
    .update([sessionId, answerId, patientId, expiry].join('\n'))
    .digest('hex');
}
