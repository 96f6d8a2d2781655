import { sha256 } from '@bettertherapy/store';
import { z } from 'zod';
import { apiError } from '../http/errors.js';
import { type Route, route } from '../http/route.js';
import type { GatewayParts } from '../parts.js';
import { patientIdOf } from './patientRoutes.js';
import { checkRatingToken } from './ratingToken.js';
import { RATING_REASONS, ratingView, viewRating } from './views.js';

const idParam = z.object({ id: z.string().max(64) });
const ratingBody = z
  .strictObject({
    token: z.string().max(128).nullish(),
    stars: z.int().min(1).max(5).nullish(),
    thumb: z.enum(['up', 'down']).nullish(),
    reason: z.enum(RATING_REASONS).nullish(),
    text: z.string().max(2_000).nullish(),
  })
  .refine(({ stars, thumb }) => (stars ?? thumb ?? null) !== null, { error: 'give stars or a thumb', path: ['stars'] });

const REPORT_REASONS = ['unsafe', 'wrong', 'abusive', 'private', 'not_a_doctor', 'other', ...RATING_REASONS] as const;
const reportBody = z.strictObject({
  reason: z.enum([...new Set(REPORT_REASONS)] as [string, ...string[]]),
  text: z.string().max(2_000).nullish(),
});

/** What patients think of answers. */
export function ratingRoutes(parts: GatewayParts): Route[] {
  const { store, clock, secret, metrics, newId } = parts;

  /** The caller's own answer. @throws CodedError not_found for anybody else's */
  const ownAnswer = (caller: { readonly patientId: string | null }, id: string) => {
    const patientId = patientIdOf(caller);
    const answer = store.patientAnswers.withPatient(id);
    if (answer?.patientId === patientId && answer.sessionId !== null) {
      return { answer, patientId, sessionId: answer.sessionId };
    }
    throw apiError('not_found', 'There is no such answer.', { param: 'id' });
  };

  return [
    route(
      {
        method: 'PUT',
        url: '/v1/answers/:id/rating',
        summary: 'Rate an answer, with the token that came with it; change the rating later without',
        tag: 'patient',
        access: ['patient'],
        params: idParam,
        body: ratingBody,
        replies: { 200: { description: 'The rating as it stands', schema: ratingView } },
      },
      ({ caller, params, body }) => {
        const { answer, patientId, sessionId } = ownAnswer(caller, params.id);
        const { stars = null, thumb = null, reason = null, text = null } = body;
        const nowMs = clock.wallMs();
        const given = { stars, thumb, reason, text, answerId: answer.id, patientId, sessionId, nowMs };
        const changed = store.ratings.change(given);
        if (changed) {
          metrics?.ratingGiven('changed');
          return { status: 200, body: viewRating(changed) };
        }
        if (answer.sessionCrisis) throw apiError('conflict', 'No ratings are taken in a conversation about a crisis.');
        if (answer.miner === null)
          throw apiError('conflict', 'No doctor’s twin gave this answer, so there is nothing to rate.');
        const token = body.token ?? '';
        const check = checkRatingToken(secret, { sessionId, answerId: answer.id, patientId }, token, nowMs);
        if (check === 'expired') throw apiError('gone', 'An answer can be rated for one day.', { param: 'token' });
        if (check === 'forged') {
          throw apiError('insufficient_scope', 'The token does not belong to this answer.', { param: 'token' });
        }
        const added = store.ratings.add({ ...given, tokenSha256: sha256(token) });
        if (!added) throw apiError('gone', 'This token has been used.', { param: 'token' });
        metrics?.ratingGiven('new');
        return { status: 200, body: viewRating(added) };
      },
    ),
    route(
      {
        method: 'DELETE',
        url: '/v1/answers/:id/rating',
        summary: 'Withdraw a rating; it stops counting',
        tag: 'patient',
        access: ['patient'],
        params: idParam,
        replies: { 204: { description: 'It is withdrawn' } },
      },
      ({ caller, params }) => {
        const { answer, patientId } = ownAnswer(caller, params.id);
        if (!store.ratings.withdraw(answer.id, patientId, clock.wallMs())) {
          throw apiError('not_found', 'There is no rating to withdraw.', { param: 'id' });
        }
        metrics?.ratingGiven('withdrawn');
        return { status: 204 };
      },
    ),
    route(
      {
        method: 'POST',
        url: '/v1/answers/:id/report',
        summary: 'Tell the twin’s doctor that an answer is not right',
        tag: 'patient',
        access: ['patient'],
        params: idParam,
        body: reportBody,
        replies: { 201: { description: 'It was sent', schema: z.object({ report_id: z.string() }) } },
      },
      ({ caller, params, body }) => {
        const { answer, patientId } = ownAnswer(caller, params.id);
        if (store.ratings.reports(answer.id).length >= MOST_REPORTS) {
          throw apiError('conflict', 'This answer has been reported already.');
        }
        const id = newId();
        const { reason, text = null } = body;
        store.ratings.report({ id, answerId: answer.id, patientId, reason, text, createdMs: clock.wallMs() });
        return { status: 201, body: { report_id: id } };
      },
    ),
  ];
}

/** Of one answer. */
const MOST_REPORTS = 5;
