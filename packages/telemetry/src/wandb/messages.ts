import { z } from 'zod';

/** What wandb's history can hold: one number per name. */
export const scalarsSchema = z.record(z.string(), z.number());
export type Scalars = Readonly<z.infer<typeof scalarsSchema>>;

/** What describes a run; no secrets, nothing a patient wrote. */
export const runConfigSchema = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]));
export type RunConfig = Readonly<z.infer<typeof runConfigSchema>>;

/** Lines of one run for the upload process. */
export const uploadJobSchema = z.strictObject({
  baseUrl: z.string(),
  apiKey: z.string(),
  project: z.string(),
  /** Null: the key's own. */
  entity: z.string().nullable(),
  runId: z.string(),
  runName: z.string(),
  notes: z.string().nullable(),
  config: runConfigSchema,
  /** When the run began, Unix ms. */
  startedMs: z.number(),
  /** Lines that the server has of this run already: the place of the first line here. */
  offset: z.int().min(0),
  lines: z.array(z.object({ atMs: z.number(), scalars: scalarsSchema })).min(1),
});
export type UploadJob = Readonly<z.infer<typeof uploadJobSchema>>;

/** What the upload process says before it ends. `reason` holds no secret. */
export const uploadReportSchema = z.discriminatedUnion('ok', [
  z.strictObject({ ok: z.literal(true), url: z.string() }),
  z.strictObject({ ok: z.literal(false), reason: z.string(), tooLarge: z.boolean() }),
]);
export type UploadReport = Readonly<z.infer<typeof uploadReportSchema>>;
