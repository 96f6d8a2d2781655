import { CRISIS_REGIONS } from '@bettertherapy/twins';
import { z } from 'zod';
import { apiError } from '../http/errors.js';
import { type Route, route } from '../http/route.js';
import type { GatewayParts } from '../parts.js';
import { currentTwin } from '../twins/views.js';
import { emptyLog } from './erase.js';
import { patientIdOf } from './patientRoutes.js';
import { RATING_TOKEN_MS, ratingToken } from './ratingToken.js';
import { messageView, sessionView, viewMessage, viewSession } from './views.js';
import { readAgain } from './withdrawn.js';

/** Sessions of one patient. */
const MOST_SESSIONS = 500;
const SESSIONS_LISTED = 200;
const idParam = z.object({ id: z.string().max(64) });

/** Conversations of a patient with a twin. */
export function sessionRoutes(parts: GatewayParts): Route[] {
  const { store, clock, newId } = parts;
  return [
    route(
      {
        method: 'POST',
        url: '/v1/sessions',
        summary: 'Begin a conversation with a twin',
        tag: 'patient',
        access: ['patient'],
        body: z.strictObject({
          twin: z.string().max(64),
          region: z.enum(CRISIS_REGIONS).nullish(),
        }),
        replies: { 201: { description: 'The session', schema: sessionView } },
      },
      ({ caller, body }) => {
        const patientId = patientIdOf(caller);
        const { pack } = currentTwin(parts, body.twin, 'twin');
        if (store.patients.sessionCount(patientId) >= MOST_SESSIONS) {
          throw apiError('limit_reached', `There are ${MOST_SESSIONS} conversations already. Delete some first.`);
        }
        const nowMs = clock.wallMs();
        const session = store.patients.openSession({
          id: newId(),
          patientId,
          twinId: pack.id,
          twinVersion: pack.version,
          twinName: pack.name,
          region: body.region ?? 'international',
          title: '',
          createdMs: nowMs,
          updatedMs: nowMs,
        });
        return { status: 201, body: viewSession(session) };
      },
    ),
    route(
      {
        method: 'GET',
        url: '/v1/sessions',
        summary: 'The patient’s conversations, last used first',
        tag: 'patient',
        access: ['patient'],
        replies: { 200: { description: 'Sessions', schema: z.object({ data: z.array(sessionView) }) } },
      },
      ({ caller }) => ({
        status: 200,
        body: { data: store.patients.sessions(patientIdOf(caller), SESSIONS_LISTED).map(viewSession) },
      }),
    ),
    route(
      {
        method: 'GET',
        url: '/v1/sessions/:id',
        summary: 'One conversation with all its messages',
        tag: 'patient',
        access: ['patient'],
        params: idParam,
        replies: {
          200: {
            description: 'The session',
            schema: sessionView.extend({ messages: z.array(messageView) }),
          },
        },
      },
      async ({ caller, params, signal }) => {
        const patientId = patientIdOf(caller);
        const session = store.patients.sessionOf(patientId, params.id);
        if (!session) throw noSession();
        const nowMs = clock.wallMs();
        const kept = await readAgain(store.patients.messages(session.id), parts, signal);
        const messages = kept.map((message) => {
          const { answerId, rating, status, createdMs } = message;
          const mayRate =
            answerId !== null &&
            !rating &&
            status !== 'failed' &&
            !session.crisis &&
            createdMs + RATING_TOKEN_MS > nowMs;
          const token = mayRate
            ? ratingToken(parts.secret, { sessionId: session.id, answerId, patientId }, createdMs)
            : null;
          return viewMessage(message, token);
        });
        return { status: 200, body: { ...viewSession(session), messages } };
      },
    ),
    route(
      {
        method: 'DELETE',
        url: '/v1/sessions/:id',
        summary: 'Delete one conversation and what was rated in it, for good',
        tag: 'patient',
        access: ['patient'],
        params: idParam,
        replies: { 204: { description: 'It is gone' } },
      },
      async ({ caller, params, signal }) => {
        if (!store.patients.eraseSession(patientIdOf(caller), params.id)) throw noSession();
        await emptyLog(parts, signal);
        return { status: 204 };
      },
    ),
  ];
}

function noSession() {
  return apiError('not_found', 'There is no such session.', { param: 'id' });
}
