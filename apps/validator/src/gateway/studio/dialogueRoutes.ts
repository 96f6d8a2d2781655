import { CONSENT_SCOPES, type DialogueRow } from '@bettertherapy/store';
import { z } from 'zod';
import { apiError } from '../http/errors.js';
import { type Route, route } from '../http/route.js';
import { note, ownerOf } from './access.js';
import { MOST_CONSENTS, MOST_DIALOGUES_KEPT, NO_ROOM_FOR_DIALOGUES, requireRoom } from './bounds.js';
import { consentJson, withdrawConsent } from './consents.js';
import { dialogueSchema, inspectDialogues, MAX_DIALOGUES, readDialogues } from './importDialogues.js';
import type { StudioParts } from './parts.js';
import { made, ok, studioSpec, twinParams } from './routeParts.js';

const IMPORT_BYTES = 2 * 1024 * 1024;
const consentParams = twinParams.extend({ consent: z.string().min(1).max(64) });

/** Dialogues a doctor brings along, and the consents they rest on. */
export function dialogueRoutes(parts: StudioParts): Route[] {
  const { store, clock, newId, limits, mask } = parts;
  return [
    route(
      {
        ...studioSpec(
          'POST',
          '/twins/:id/dialogues/inspect',
          'Reads a CSV or JSONL file and shows what would be masked; saves nothing',
        ),
        params: twinParams,
        body: z.strictObject({ format: z.enum(['csv', 'jsonl']), text: z.string().min(1).max(1_500_000) }),
        bodyLimit: IMPORT_BYTES,
      },
      async ({ caller, params, body, signal }) => {
        ownerOf(caller, params.id, store);
        const { dialogues, problems } = readDialogues(body.format, body.text);
        const inspected = await limits.within(caller, () => inspectDialogues(dialogues, mask, signal));
        return ok({ dialogues: inspected, problems });
      },
    ),
    route(
      {
        ...studioSpec('POST', '/twins/:id/dialogues', 'Saves dialogues, masked, on a consent', true),
        params: twinParams,
        body: z.strictObject({
          dialogues: z.array(dialogueSchema).min(1).max(MAX_DIALOGUES),
          consent_id: z.string().min(1).max(64),
        }),
        bodyLimit: IMPORT_BYTES,
      },
      async ({ caller, params: { id }, body, signal }) => {
        const doctor = ownerOf(caller, id, store);
        const inspected = await limits.within(caller, () => inspectDialogues(body.dialogues, mask, signal));
        const consent = store.dialogues.consents(id).find((one) => one.id === body.consent_id);
        if (!consent || consent.withdrawnMs !== null) {
          throw apiError('conflict', 'This consent is not there or was withdrawn. Record one first.', {
            param: 'consent_id',
          });
        }
        requireRoom(NO_ROOM_FOR_DIALOGUES, {
          have: store.dialogues.count(id),
          more: body.dialogues.length,
          most: MOST_DIALOGUES_KEPT,
        });
        const nowMs = clock.wallMs();
        const rows = inspected.map(({ masked, spans }) => {
          const base = { id: newId().toLowerCase(), twinId: id, doctorId: doctor.id, createdMs: nowMs };
          return { ...base, ...masked, masked: spans.length, consentId: consent.id };
        });
        store.dialogues.import(rows);
        note(store, {
          doctor,
          action: 'import',
          twinId: id,
          details: { dialogues: rows.length, consent: consent.id },
          nowMs,
        });
        return made({ data: rows.map((row) => dialogueJson({ ...row, origin: 'import', withdrawnMs: null })) });
      },
    ),
    route(
      { ...studioSpec('GET', '/twins/:id/dialogues', 'Reviewed dialogues, newest first'), params: twinParams },
      ({ caller, params }) => {
        ownerOf(caller, params.id, store);
        return ok({ data: store.dialogues.ofTwin(params.id).map(dialogueJson) });
      },
    ),
    route(
      { ...studioSpec('GET', '/twins/:id/consents', 'Consents, withdrawn ones included'), params: twinParams },
      ({ caller, params }) => {
        ownerOf(caller, params.id, store);
        return ok({ data: store.dialogues.consents(params.id).map(consentJson) });
      },
    ),
    route(
      {
        ...studioSpec('POST', '/twins/:id/consents', 'Records a consent of those whose dialogues are used', true),
        params: twinParams,
        body: z.strictObject({ scope: z.enum(CONSENT_SCOPES), statement: z.string().trim().min(10).max(2000) }),
      },
      ({ caller, params: { id }, body }) => {
        const doctor = ownerOf(caller, id, store);
        requireRoom(`A twin may have ${MOST_CONSENTS} consents. Use one that stands.`, {
          have: store.dialogues.consents(id).length,
          most: MOST_CONSENTS,
        });
        const nowMs = clock.wallMs();
        const row = store.dialogues.give({
          id: newId().toLowerCase(),
          twinId: id,
          doctorId: doctor.id,
          ...body,
          givenMs: nowMs,
        });
        note(store, { doctor, action: 'consent', twinId: id, details: { consent: row.id, scope: row.scope }, nowMs });
        return made(consentJson({ ...row, dialogues: 0 }));
      },
    ),
    route(
      {
        ...studioSpec(
          'POST',
          '/twins/:id/consents/:consent/withdraw',
          'Withdraws a consent: its dialogues leave the twin at once',
        ),
        params: consentParams,
      },
      ({ caller, params: { id, consent } }) => {
        const doctor = ownerOf(caller, id, store);
        const done = withdrawConsent({ twinId: id, consentId: consent }, parts);
        if (!done) throw apiError('not_found', 'There is no such consent that stands.');
        const { dialogues, publishedVersion, withdrawnVersions } = done;
        const nowMs = clock.wallMs();
        note(store, {
          doctor,
          action: 'consent_withdrawn',
          twinId: id,
          details: { consent, dialogues, publishedVersion },
          nowMs,
        });
        return ok({ dialogues, published_version: publishedVersion, withdrawn_versions: withdrawnVersions });
      },
    ),
  ];
}

function dialogueJson({ id, question, answer, origin, masked, consentId, createdMs }: DialogueRow) {
  return { id, question, answer, origin, masked, consent_id: consentId, created_ms: createdMs };
}
