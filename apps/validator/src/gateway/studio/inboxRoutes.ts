import { z } from 'zod';
import { type Route, route } from '../http/route.js';
import { note, ownerOf } from './access.js';
import { MOST_DIALOGUES_KEPT, NO_ROOM_FOR_DIALOGUES, requireRoom } from './bounds.js';
import { correctAnswer, inboxJson } from './inbox.js';
import type { StudioParts } from './parts.js';
import { made, ok, studioSpec, twinParams } from './routeParts.js';

const INBOX = 200;

/** Answers that patients were unhappy with, and the doctor's better ones. */
export function inboxRoutes(parts: StudioParts): Route[] {
  const { store, clock, limits, mask } = parts;
  return [
    route(
      {
        ...studioSpec('GET', '/twins/:id/inbox', 'Answers voted down or reported, identifiers masked, newest first'),
        params: twinParams,
      },
      async ({ caller, params, signal }) => {
        ownerOf(caller, params.id, store);
        const lines = store.inbox.ofTwin(params.id, INBOX);
        return ok({ data: await limits.within(caller, () => inboxJson(lines, mask, signal)) });
      },
    ),
    route(
      {
        ...studioSpec(
          'POST',
          '/twins/:id/inbox/:answer/correct',
          'A better answer: becomes a reviewed dialogue and a gold question',
          true,
        ),
        params: twinParams.extend({ answer: z.string().min(1).max(64) }),
        body: z.strictObject({
          answer: z.string().trim().min(1).max(2400),
          question: z.string().trim().min(1).max(2000).optional(),
          mistake: z.string().trim().min(1).max(200).optional(),
        }),
      },
      async ({ caller, params: { id, answer }, body, signal }) => {
        const doctor = ownerOf(caller, id, store);
        requireRoom(NO_ROOM_FOR_DIALOGUES, { have: store.dialogues.count(id), most: MOST_DIALOGUES_KEPT });
        const { dialogueId, goldId } = await correctAnswer(
          { twinId: id, doctorId: doctor.id, answerId: answer, input: body },
          parts,
          signal,
        );
        note(store, {
          doctor,
          action: 'correct',
          twinId: id,
          details: { answer, dialogue: dialogueId, gold: goldId },
          nowMs: clock.wallMs(),
        });
        return made({ dialogue_id: dialogueId, gold_id: goldId });
      },
    ),
  ];
}
