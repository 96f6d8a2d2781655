import { twinIdSchema } from '@bettertherapy/protocol';
import type { Store, TwinRow } from '@bettertherapy/store';
import { z } from 'zod';
import { apiError } from '../http/errors.js';
import { type Route, route } from '../http/route.js';
import { refusing } from '../http/twinErrors.js';
import { doctorOf, note, ownerOf } from './access.js';
import { requireRoom } from './bounds.js';
import { contentAt, draftPack, withBook } from './drafts.js';
import type { StudioParts } from './parts.js';
import { previewAnswer } from './preview.js';
import { made, ok, studioSpec, twinParams } from './routeParts.js';
import { safetyQuestions } from './safetyQuestions.js';
import { safetyGiven, safetyRules } from './safetyRules.js';

const DRAFT_BYTES = 1024 * 1024;
const AUDIT_LINES = 100;
/** A draft is any JSON object; what is wrong with it comes back with the reply. */
const draftBody = z.record(z.string(), z.json());

/** A doctor's twins: listed, made, written, checked, tried. */
export function twinRoutes(parts: StudioParts): Route[] {
  const { store, registry, limits, clock, mostTwins } = parts;
  return [
    route(studioSpec('GET', '/twins', 'The twins of the doctor'), ({ caller }) => {
      const doctor = doctorOf(caller, store);
      return ok({ data: store.doctors.twinsOf(doctor.id).flatMap((id) => twinLine(id, store)) });
    }),
    route(
      {
        ...studioSpec('POST', '/twins', 'A new twin', true),
        body: z.strictObject({ id: twinIdSchema, name: z.string().trim().min(1).max(80) }),
      },
      ({ caller, body }) => {
        const doctor = doctorOf(caller, store);
        // A twin that is somebody else's, or nobody's but there, is not to be had.
        const mine = store.doctors.owns(doctor.id, body.id);
        if (!mine && (store.twins.get(body.id) || store.doctors.isOwned(body.id))) {
          throw apiError('conflict', 'A twin of this id is there already. Choose another id.', { param: 'id' });
        }
        requireRoom(`You have ${mostTwins} twins, and more are not allowed. Use one of them, or ask the operator.`, {
          have: store.doctors.twinsOf(doctor.id).filter((id) => id !== body.id && store.twins.get(id)).length,
          most: mostTwins,
        });
        refusing(() => registry.create(body.id, body.name));
        const nowMs = clock.wallMs();
        store.doctors.give({ twinId: body.id, doctorId: doctor.id, nowMs });
        note(store, { doctor, action: 'create', twinId: body.id, nowMs });
        return made({ id: body.id, name: body.name });
      },
    ),
    route(
      {
        ...studioSpec('GET', '/twins/:id', 'One twin: its draft, its versions, what was done to it'),
        params: twinParams,
      },
      ({ caller, params }) => {
        ownerOf(caller, params.id, store);
        return ok(twinDetail(params.id, parts));
      },
    ),
    route(
      {
        ...studioSpec(
          'PUT',
          '/twins/:id/draft',
          'Saves the draft as it is and says what keeps it from being submitted',
        ),
        params: twinParams,
        body: draftBody,
        bodyLimit: DRAFT_BYTES,
      },
      ({ caller, params, body }) => {
        const doctor = ownerOf(caller, params.id, store);
        // A form that was opened before an adapter was attached must not take it out again.
        const draft = 'adapter' in body ? body : { ...body, adapter: registry.catalogue.nextAdapter(params.id) };
        const problems = refusing(() => registry.saveDraft(params.id, draft));
        note(store, {
          doctor,
          action: 'draft',
          twinId: params.id,
          details: { problems: problems.length },
          nowMs: clock.wallMs(),
        });
        return ok({ draft: store.twins.get(params.id)?.draft ?? null, problems });
      },
    ),
    route(
      {
        ...studioSpec(
          'POST',
          '/twins/:id/draft/check',
          'Runs the safety suite on the draft, and asks the model as this twin',
        ),
        params: twinParams,
      },
      async ({ caller, params, signal }) => {
        const doctor = ownerOf(caller, params.id, store);
        const checks = await limits.within(caller, () => checkDraft(params.id, parts, signal));
        const failed = checks.filter((one) => !one.ok).length;
        note(store, { doctor, action: 'check', twinId: params.id, details: { failed }, nowMs: clock.wallMs() });
        return ok({ checks });
      },
    ),
    route(
      {
        ...studioSpec('POST', '/twins/:id/preview', 'Answers a question as versions of the twin, side by side'),
        params: twinParams,
        body: z.strictObject({
          question: z.string().trim().min(1).max(2000),
          versions: z
            .array(z.union([z.literal('draft'), z.int().min(1)]))
            .min(1)
            .max(3),
        }),
      },
      async ({ caller, params, body, signal }) => {
        ownerOf(caller, params.id, store);
        const packs = body.versions.map((version) => ({ version, pack: contentAt(params.id, version, parts) }));
        const answers = await limits.within(caller, async () => {
          const all = [];
          for (const { version, pack } of packs) {
            all.push(await previewAnswer({ twinId: params.id, version, pack, question: body.question }, parts, signal));
          }
          return all;
        });
        return ok({ answers });
      },
    ),
  ];
}

function twinLine(id: string, store: Store) {
  const twin = store.twins.get(id);
  if (!twin) return [];
  const versions = store.twins.versions(id);
  const states = [...(twin.draft === null ? [] : ['draft']), ...new Set(versions.map(({ state }) => state))];
  return [
    {
      id,
      name: twin.name,
      states,
      published_version: twin.currentVersion,
      draft_version: draftVersion(twin, versions[0]?.version ?? 0),
      withdrawn_ms: twin.withdrawnMs,
      updated_ms: twin.updatedMs,
    },
  ];
}

/** The number that the draft gets when it is submitted; null without a draft. */
function draftVersion({ draft }: TwinRow, newest: number): number | null {
  return draft === null ? null : newest + 1;
}

function twinDetail(id: string, { store, registry }: StudioParts) {
  const twin = store.twins.get(id);
  return {
    id,
    name: twin?.name ?? id,
    draft: twin?.draft ?? null,
    newest: registry.catalogue.newestContent(id),
    versions: store.twins.versions(id).map(({ version, state, sha256, createdMs, publishedMs, withdrawnMs }) => {
      return { version, state, sha256, created_ms: createdMs, published_ms: publishedMs, withdrawn_ms: withdrawnMs };
    }),
    published: twin?.currentVersion ?? null,
    withdrawn: twin?.withdrawnMs == null ? null : { at_ms: twin.withdrawnMs, reason: twin.withdrawnReason },
    audit: store.audit.ofTwin(id, AUDIT_LINES).map(({ atMs, actor, action, details }) => {
      return { at_ms: atMs, actor, action, details };
    }),
  };
}

/** The rules first; the model is asked only when the draft has the form of a pack. */
async function checkDraft(id: string, parts: StudioParts, signal: AbortSignal) {
  const { store } = parts;
  const { pack, problems } = draftPack(id, store);
  if (pack === null) {
    const details = problems.map(({ path, message }) => `${path}: ${message}`);
    const plain = 'Some parts are missing or have the wrong form; the other checks follow when they are right.';
    return [{ id: 'complete', title: 'Nothing is missing', ok: false, plain, details, blocking: true }];
  }
  const rules = safetyRules(pack, await safetyGiven({ pack, problems }, parts, signal));
  const asked = await withBook({ twinId: id, pack }, parts, (books) => safetyQuestions(pack, books, parts, signal));
  return [...rules, ...asked];
}
