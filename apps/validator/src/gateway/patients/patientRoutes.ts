import { addressName } from '@bettertherapy/transport';
import { z } from 'zod';
import { apiError } from '../http/errors.js';
import { type Route, route } from '../http/route.js';
import { DISCLAIMER } from '../notices.js';
import type { GatewayParts } from '../parts.js';
import { erasePatient } from './erase.js';
import { patientView, viewPatient } from './views.js';

/** Names the caller's own id; a route of patients is reached by nobody else. */
export function patientIdOf(caller: { readonly patientId: string | null }): string {
  if (caller.patientId !== null) return caller.patientId;
  throw apiError('insufficient_scope', 'This route needs a patient token.');
}

/** A patient without a name: made, read, exported, deleted. */
export function patientRoutes(parts: GatewayParts): Route[] {
  const { store, clock, limits } = parts;
  const own = (caller: { readonly patientId: string | null }) => {
    const all = store.patients.export(patientIdOf(caller));
    if (all) return all;
    throw apiError('invalid_api_key', 'This patient has been deleted.');
  };
  return [
    route(
      {
        method: 'POST',
        url: '/v1/patients',
        summary: 'Become a patient: the token is all that is needed, and is shown this once',
        tag: 'patient',
        access: 'public',
        replies: {
          201: {
            description: 'A new patient',
            schema: z.object({ patient_id: z.string(), token: z.string(), disclaimer: z.string() }),
          },
        },
      },
      ({ caller, request }) => {
        // A program that the operator gave a key to speaks for many, and its key has a rate.
        if (!caller.roles.some((role) => role === 'chat' || role === 'operator')) {
          limits.takeNewPatient(addressName(request.ip));
        }
        const { id, token } = store.patients.create(clock.wallMs());
        return { status: 201, body: { patient_id: id, token, disclaimer: DISCLAIMER } };
      },
    ),
    route(
      {
        method: 'GET',
        url: '/v1/patients/me',
        summary: 'What is known of the patient',
        tag: 'patient',
        access: ['patient'],
        replies: { 200: { description: 'The patient', schema: patientView } },
      },
      ({ caller }) => ({ status: 200, body: viewPatient(own(caller).patient) }),
    ),
    route(
      {
        method: 'DELETE',
        url: '/v1/patients/me',
        summary: 'Delete the patient and everything that was said, asked and rated, for good',
        tag: 'patient',
        access: ['patient'],
        replies: { 204: { description: 'It is gone' } },
      },
      async ({ caller, signal }) => {
        await erasePatient(patientIdOf(caller), parts, signal);
        return { status: 204 };
      },
    ),
    route(
      {
        method: 'GET',
        url: '/v1/patients/me/export',
        summary: 'Everything that is kept of the patient',
        tag: 'patient',
        access: ['patient'],
        replies: { 200: { description: 'All of it; nothing of it is kept for the export' } },
      },
      ({ caller, reply }) => {
        reply.header('content-disposition', 'attachment; filename="bettertherapy.json"');
        return { status: 200, body: own(caller) };
      },
    ),
    route(
      {
        method: 'PUT',
        url: '/v1/patients/me/consent',
        summary: 'Say whether what was written may be trained on; no unless said',
        tag: 'patient',
        access: ['patient'],
        body: z.strictObject({ training: z.boolean() }),
        replies: { 200: { description: 'As it is now', schema: patientView } },
      },
      ({ caller, body }) => {
        store.patients.setConsent(patientIdOf(caller), body.training, clock.wallMs());
        return { status: 200, body: viewPatient(own(caller).patient) };
      },
    ),
  ];
}
