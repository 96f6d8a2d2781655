import { describe, expect, it } from 'vitest';
import { checkRatingToken, RATING_TOKEN_MS, ratingToken } from '../../../src/gateway/patients/ratingToken.js';

const scope = { sessionId: 's', answerId: 'a', patientId: 'p' };
const token = ratingToken('secret', scope, 1_000);

describe('a rating token', () => {
  it.each([
    ['is good for its answer', 'secret', scope, token, 2_000, 'good'],
    ['is over after a day', 'secret', scope, token, 1_000 + RATING_TOKEN_MS, 'expired'],
    ['is nothing for another answer', 'secret', { ...scope, answerId: 'b' }, token, 2_000, 'forged'],
    ['is nothing for another patient', 'secret', { ...scope, patientId: 'q' }, token, 2_000, 'forged'],
    ['is nothing in another session', 'secret', { ...scope, sessionId: 't' }, token, 2_000, 'forged'],
    ['is nothing to another validator', 'other', scope, token, 2_000, 'forged'],
    [
      'cannot be made to last longer',
      'secret',
      scope,
      token.replace(/^btr_[0-9a-z]+/, 'btr_zzzzzzzzzz'),
      2_000,
      'forged',
    ],
    ['is not an empty text', 'secret', scope, '', 2_000, 'forged'],
  ] as const)('%s', (_name, secret, of, text, nowMs, expected) => {
    expect(checkRatingToken(secret, of, text, nowMs)).toBe(expected);
  });

  it('is the same for the same answer, so that a page loaded anew can still rate', () => {
    expect(ratingToken('secret', scope, 1_000)).toBe(token);
  });
});
