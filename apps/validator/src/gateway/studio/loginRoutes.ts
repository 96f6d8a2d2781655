import { z } from 'zod';
import { apiError } from '../http/errors.js';
import { type Route, route } from '../http/route.js';
import { doctorOf, note } from './access.js';
import type { StudioParts } from './parts.js';
import { ok, studioSpec } from './routeParts.js';

const DAY_MS = 24 * 60 * 60_000;
const SESSION_DAYS = 14;

/** In with an invitation, which is good once; out everywhere. */
export function loginRoutes({ store, clock }: StudioParts): Route[] {
  return [
    route(
      {
        ...studioSpec('POST', '/login', 'Changes an invitation into a token; an invitation is good once'),
        access: 'public',
        body: z.strictObject({ invitation: z.string().min(1).max(200) }),
      },
      ({ body }) => {
        const nowMs = clock.wallMs();
        const found = store.doctors.redeem(body.invitation, { nowMs, expiresMs: nowMs + SESSION_DAYS * DAY_MS });
        if (!found) throw apiError('gone', 'The invitation is not valid, was used before, or has expired.');
        const { doctor, token } = found;
        note(store, { doctor, action: 'login', twinId: null, nowMs });
        return ok({ token, doctor: { id: doctor.id, name: doctor.name }, twins: store.doctors.twinsOf(doctor.id) });
      },
    ),
    route(studioSpec('POST', '/logout', 'Ends all sessions and open invitations of the doctor'), ({ caller }) => {
      const doctor = doctorOf(caller, store);
      const nowMs = clock.wallMs();
      const sessions = store.doctors.signOut(doctor.id, nowMs);
      note(store, { doctor, action: 'logout', twinId: null, details: { sessions }, nowMs });
      return ok({ sessions });
    }),
  ];
}
