import { canonicalJson } from '@bettertherapy/twins';
import { z } from 'zod';
import { apiError } from '../http/errors.js';
import { type Route, route } from '../http/route.js';
import { refusing } from '../http/twinErrors.js';
import { note, ownerOf } from './access.js';
import { MOST_VERSIONS, requireRoom } from './bounds.js';
import { draftPack, wholeDraft } from './drafts.js';
import type { StudioParts } from './parts.js';
import { ok, studioSpec, twinParams } from './routeParts.js';
import { safetyGiven, safetyRules } from './safetyRules.js';

const versionBody = z.strictObject({ version: z.int().min(1) });

/** From draft to patients and back: submit, publish, roll back, withdraw. */
export function publishRoutes(parts: StudioParts): Route[] {
  const { store, registry, clock, limits } = parts;
  return [
    route(
      {
        ...studioSpec('POST', '/twins/:id/submit', 'Draft → reviewed: the text is fixed and gets a version number'),
        params: twinParams,
      },
      async ({ caller, params: { id }, signal }) => {
        const doctor = ownerOf(caller, id, store);
        const checked = canonicalJson(wholeDraft(id, store)?.draft ?? null);
        await limits.within(caller, () => requireSafe(id, parts, signal));
        const whole = wholeDraft(id, store);
        // What is submitted is what was looked at, though the draft could be saved meanwhile.
        if (canonicalJson(whole?.draft ?? null) !== checked) {
          throw apiError('conflict', 'The draft was changed while it was checked. Submit it again.');
        }
        requireRoom(`A twin may have ${MOST_VERSIONS} versions. Go on with a new twin.`, {
          have: store.twins.versions(id).length,
          most: MOST_VERSIONS,
        });
        if (whole !== null) refusing(() => registry.saveDraft(id, whole.draft));
        const { version, sha256 } = refusing(() => registry.submit(id));
        const added = whole?.added ?? 0;
        note(store, {
          doctor,
          action: 'submit',
          twinId: id,
          details: { version, sha256, added },
          nowMs: clock.wallMs(),
        });
        return ok({ version, sha256, dialogues_added: added });
      },
    ),
    route(
      {
        ...studioSpec(
          'POST',
          '/twins/:id/publish',
          'Reviewed → published under the validator’s hotkey; patients get it from now on',
        ),
        params: twinParams,
        body: versionBody.partial(),
      },
      ({ caller, params: { id }, body }) => {
        const doctor = ownerOf(caller, id, store);
        const version = body.version ?? newestReviewed(id, parts);
        requireConsents(id, version, parts);
        const { sha256, signer } = refusing(() => registry.publish(id, version));
        note(store, { doctor, action: 'publish', twinId: id, details: { version, sha256 }, nowMs: clock.wallMs() });
        return ok({ version, sha256, signer });
      },
    ),
    route(
      {
        ...studioSpec('POST', '/twins/:id/rollback', 'Gives patients an earlier published version'),
        params: twinParams,
        body: versionBody,
      },
      ({ caller, params: { id }, body: { version } }) => {
        const doctor = ownerOf(caller, id, store);
        requireConsents(id, version, parts);
        const before = store.twins.get(id)?.currentVersion ?? null;
        refusing(() => registry.rollBack(id, version));
        note(store, { doctor, action: 'rollback', twinId: id, details: { version, before }, nowMs: clock.wallMs() });
        return ok({ version, before });
      },
    ),
    route(
      {
        ...studioSpec('POST', '/twins/:id/withdraw', 'Takes the whole twin from patients; its versions stay withdrawn'),
        params: twinParams,
        body: z.strictObject({ reason: z.string().trim().min(1).max(500) }),
      },
      ({ caller, params: { id }, body }) => {
        const doctor = ownerOf(caller, id, store);
        refusing(() => registry.withdraw(id, body.reason));
        const nowMs = clock.wallMs();
        note(store, { doctor, action: 'withdraw', twinId: id, details: { reason: body.reason }, nowMs });
        return ok({ withdrawn_ms: nowMs });
      },
    ),
  ];
}

/** @throws CodedError conflict, invalid_request: what has to be put right first */
async function requireSafe(id: string, parts: StudioParts, signal: AbortSignal): Promise<void> {
  const { store } = parts;
  const { pack, problems } = draftPack(id, store);
  const [problem] = problems;
  if (pack === null) {
    throw apiError('invalid_request', `The draft is not complete: ${problem?.path ?? ''} ${problem?.message ?? ''}`, {
      param: problem?.path,
    });
  }
  const failed = safetyRules(pack, await safetyGiven({ pack, problems }, parts, signal)).filter((one) => !one.ok);
  if (failed.length === 0) return;
  const names = failed.map(({ title, details }) => `${title} (${details.slice(0, 3).join(', ')})`).join('; ');
  throw apiError('conflict', `The safety suite fails: ${names}.`, { param: failed[0]?.id });
}

function newestReviewed(id: string, { store }: StudioParts): number {
  const found = store.twins.versions(id).find(({ state }) => state === 'reviewed');
  if (found) return found.version;
  throw apiError('conflict', 'There is no reviewed version to publish. Submit the draft first.');
}

/** @throws CodedError conflict for a version with a dialogue whose consent was withdrawn */
function requireConsents(id: string, version: number, { store, registry }: StudioParts): void {
  const gone = new Set(store.dialogues.withdrawnIds(id));
  const pack = refusing(() => registry.catalogue.pack(id, version));
  if (!pack.dialogues.some((dialogue) => gone.has(dialogue.id))) return;
  throw apiError(
    'conflict',
    `Version ${version} holds a dialogue whose consent was withdrawn, so patients cannot get it again.`,
  );
}
