import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { LlmErrorCode, llmError } from '../errors.js';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
/** A path inside a repository or archive; never a way out of it. */
const innerPath = z
  .string()
  .regex(/^[\w.-]+(\/[\w.-]+)*$/)
  .refine((path) => !path.split('/').includes('..'));

const source = z.discriminatedUnion('kind', [
  /** A file in a repository of the model hub, at a branch or commit. */
  z.strictObject({
    kind: z.literal('hub'),
    repo: z.string().regex(/^[\w.-]+\/[\w.-]+$/),
    revision: z.string().regex(/^[\w.-]+$/),
    file: innerPath,
  }),
  /** A file that a Python package carries inside its wheel. */
  z.strictObject({
    kind: z.literal('wheel'),
    package: z.string().regex(/^[A-Za-z0-9][\w.-]*$/),
    version: z.string().regex(/^[0-9][\w.]*$/),
    member: innerPath,
  }),
]);

const entry = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9._-]*$/),
  /** serve: miners; judge: validators; try: trying out and tests. */
  purpose: z.array(z.enum(['serve', 'judge', 'try'])).min(1),
  family: z.string(),
  parameters: z.string(),
  quantisation: z.string(),
  contextTrained: z.int().positive(),
  licence: z.string(),
  /** True when the hub wants a token of an account that accepted the licence. */
  gated: z.boolean(),
  /** Tried in order. */
  sources: z.array(source).min(1),
  /** Bytes, exact when `verified`; else null. */
  size: z.int().positive().nullable(),
  /** For advice where `size` is null. */
  approximateSize: z.int().positive(),
  sha256: sha256.nullable(),
  /** What a machine that serves or judges with it should have, in GB; `vram` null where it runs without a GPU. As in the README. */
  hardware: z.strictObject({ ram: z.int().positive(), vram: z.int().positive().nullable() }).optional(),
  /** False: nobody has checked size and hash yet, so the first download is trusted and its hash remembered. */
  verified: z.boolean(),
});

const manifest = z
  .strictObject({ version: z.literal(1), models: z.array(entry).min(1) })
  .refine(({ models }) => new Set(models.map(({ id }) => id)).size === models.length, 'ids must differ')
  .refine(
    ({ models }) => models.every((m) => !m.verified || (m.sha256 !== null && m.size !== null)),
    'a verified model has size and sha256',
  );

export type ModelSource = z.infer<typeof source>;
export type HubSource = Extract<ModelSource, { kind: 'hub' }>;
export type WheelSource = Extract<ModelSource, { kind: 'wheel' }>;
export type ManifestEntry = z.infer<typeof entry>;
export type ModelManifest = z.infer<typeof manifest>;

/** Reads models/manifest.json. @throws CodedError LLM_MANIFEST_INVALID */
export async function loadManifest(path: string): Promise<ModelManifest> {
  let parsed: ReturnType<typeof manifest.safeParse>;
  try {
    parsed = manifest.safeParse(JSON.parse(await readFile(path, 'utf8')));
  } catch (cause) {
    throw invalid('it cannot be read', cause);
  }
  if (!parsed.success) throw invalid(z.prettifyError(parsed.error));
  return parsed.data;
}

function invalid(why: string, cause?: unknown): Error {
  return llmError(LlmErrorCode.ManifestInvalid, `the model manifest is not usable: ${why}`, {
    remedy: 'Restore models/manifest.json from the repository.',
    cause,
  });
}
