import { Readable } from 'node:stream';
import type { TwinAdapter } from '@bettertherapy/twins';
import { z } from 'zod';
import { apiError } from '../http/errors.js';
import { type Route, route } from '../http/route.js';
import { refusing } from '../http/twinErrors.js';
import { note, ownerOf } from './access.js';
import { PIECE_BYTES, uploadSchema } from './adapterUploads.js';
import type { StudioParts } from './parts.js';
import { made, ok, studioSpec, twinParams } from './routeParts.js';

const uploadParams = twinParams.extend({ upload: uploadSchema });

/** The weights of a twin's own: which LoRA adapter its next version has, an upload of another, and none. */
export function adapterRoutes(parts: StudioParts): Route[] {
  const { store, registry, adapters, limits, clock } = parts;
  return [
    route(
      {
        ...studioSpec(
          'GET',
          '/twins/:id/adapter',
          'The LoRA adapter of the next version, and of the one that patients get',
        ),
        params: twinParams,
      },
      async ({ caller, params: { id }, signal }) => {
        ownerOf(caller, id, store);
        return ok(await adaptersOf(id, parts, signal));
      },
    ),
    route(
      {
        ...studioSpec('POST', '/twins/:id/adapter/uploads', 'Begins the upload of an adapter (GGUF)', true),
        params: twinParams,
        body: z.strictObject({ bytes: z.int().min(1) }),
      },
      async ({ caller, params: { id }, body: { bytes } }) => {
        const doctor = ownerOf(caller, id, store);
        const upload = await adapters.begin(id, bytes, store.doctors.twinsOf(doctor.id));
        return made({ upload, piece_bytes: PIECE_BYTES });
      },
    ),
    route(
      {
        ...studioSpec('PUT', '/twins/:id/adapter/uploads/:upload', 'The piece of the file that begins at byte `at`'),
        params: uploadParams,
        query: z.strictObject({ at: z.coerce.number().int().min(0) }),
        bytes: true,
      },
      async ({ caller, params: { id, upload }, query: { at }, request: { body }, signal }) => {
        ownerOf(caller, id, store);
        if (!(body instanceof Readable)) throw apiError('invalid_request', 'The piece has no bytes.');
        return ok({ have: await adapters.write({ twinId: id, upload }, at, body, signal) });
      },
    ),
    route(
      {
        ...studioSpec('PUT', '/twins/:id/adapter', 'Checks what was uploaded and names it in the draft'),
        params: twinParams,
        body: z.strictObject({ upload: uploadSchema, base: z.string().trim().min(1).max(120).optional() }),
      },
      async ({ caller, params: { id }, body: { upload, base = null }, signal }) => {
        const doctor = ownerOf(caller, id, store);
        const { sha256, facts, baseModel } = await limits.within(caller, () =>
          adapters.finish({ twinId: id, upload }, base, signal),
        );
        const adapter = { sha256, baseModel, bytes: facts.bytes, url: null };
        const problems = refusing(() => registry.changeDraft(id, (draft) => ({ ...draft, adapter })));
        note(store, {
          doctor,
          action: 'attach_adapter',
          twinId: id,
          details: { sha256, base: baseModel, bytes: facts.bytes },
          nowMs: clock.wallMs(),
        });
        await adapters.sweep();
        return ok({ ...(await adaptersOf(id, parts, signal)), problems });
      },
    ),
    route(
      {
        ...studioSpec('DELETE', '/twins/:id/adapter', 'The next version has no adapter; those before keep theirs'),
        params: twinParams,
      },
      async ({ caller, params: { id }, signal }) => {
        const doctor = ownerOf(caller, id, store);
        const sha256 = registry.catalogue.nextAdapter(id)?.sha256 ?? null;
        if (sha256 !== null) {
          refusing(() => registry.changeDraft(id, (draft) => ({ ...draft, adapter: null })));
          note(store, { doctor, action: 'detach_adapter', twinId: id, details: { sha256 }, nowMs: clock.wallMs() });
          await adapters.sweep();
        }
        return ok(await adaptersOf(id, parts, signal));
      },
    ),
  ];
}

async function adaptersOf(id: string, parts: StudioParts, signal: AbortSignal) {
  const { catalogue } = parts.registry;
  return {
    next: await adapterView(catalogue.nextAdapter(id), parts, signal),
    published: await adapterView(catalogue.currentOf(id)?.pack.adapter ?? null, parts, signal),
    most_bytes: parts.adapters.mostBytes,
  };
}

/** What the pack says, and what the file says of itself while it is here. */
async function adapterView(adapter: TwinAdapter | null, { adapters }: StudioParts, signal: AbortSignal) {
  if (adapter === null) return null;
  const facts = await adapters.facts(adapter.sha256, signal);
  return {
    sha256: adapter.sha256,
    base_model: adapter.baseModel,
    bytes: adapter.bytes,
    url: adapter.url,
    here: facts !== null,
    name: facts?.name ?? null,
    rank: facts?.rank ?? null,
    trained_on: facts?.datasets ?? [],
    description: facts?.description ?? null,
  };
}
