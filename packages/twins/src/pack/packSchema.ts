import { twinIdSchema, twinVersionSchema } from '@bettertherapy/protocol';
import { z } from 'zod';
import { CRISIS_REGIONS } from '../safety/crisisHelp.js';
import { avatarProblem } from './avatar.js';
import { packText } from './text.js';

/** Bytes of a pack's canonical JSON. */
export const MAX_PACK_BYTES = 512 * 1024;

const list = <T>(item: z.ZodType<T>, min: number, max: number) => z.array(item).min(min).max(max);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hex digits');

const itemId = z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'must be lower-case letters, digits and dashes');

/** Where a note's knowledge comes from. `url` is null where no address is known for certain. */
export const sourceSchema = z.strictObject({
  title: packText(200),
  publisher: packText(120),
  year: z.int().min(1900).max(2100),
  url: z
    .string()
    .max(500)
    .regex(/^https:\/\/[\x21-\x7e]+$/, 'must be an https address')
    .refine((text) => URL.canParse(text), 'must be an address')
    .nullable(),
});

const noteSchema = z.strictObject({ id: itemId, title: packText(160), text: packText(2000), source: sourceSchema });
const dialogueSchema = z.strictObject({ id: itemId, question: packText(2000), answer: packText(3000) });
const ruleSchema = z.strictObject({ when: packText(400), say: packText(800) });

const adapterSchema = z.strictObject({
  sha256,
  baseModel: packText(120),
  bytes: z
    .int()
    .min(1)
    .max(8 * 1024 ** 3),
  url: sourceSchema.shape.url,
});

const contentShape = {
  schema: z.literal(1),
  id: twinIdSchema,
  name: packText(80),
  title: packText(120),
  specialty: packText(80),
  summary: packText(400),
  /** True when the pack stands for no real, licensed person. */
  demonstration: z.boolean(),
  licence: z.strictObject({
    body: packText(160),
    jurisdiction: packText(80),
    /** Of the licence number's text; null only in a demonstration, which has none. */
    numberSha256: sha256.nullable(),
  }),
  languages: list(z.string().regex(/^[a-z]{2,3}(?:-[A-Z]{2})?$/, 'must be a language like en or en-GB'), 1, 20),
  avatar: z.string().superRefine((uri, context) => {
    const problem = avatarProblem(uri);
    if (problem !== null) context.addIssue({ code: 'custom', message: problem });
  }),
  scope: z.strictObject({ in: list(packText(200), 1, 40), out: list(packText(200), 1, 40) }),
  voice: z.strictObject({
    tone: list(packText(60), 1, 12),
    do: list(packText(200), 0, 20),
    dont: list(packText(200), 0, 20),
  }),
  systemPrompt: packText(6000),
  starters: list(packText(160), 1, 8),
  knowledge: list(noteSchema, 0, 200),
  dialogues: list(dialogueSchema, 0, 300),
  rules: z.strictObject({
    refusal: list(ruleSchema, 0, 40),
    referral: list(ruleSchema, 0, 40),
    /** May add to the help that is always shown; there is nothing in it that could take help away. */
    crisis: z.strictObject({ regions: list(z.enum(CRISIS_REGIONS), 0, 20), note: packText(600).nullable() }),
  }),
  adapter: adapterSchema.nullable(),
};

/** A pack before it has a version: what a draft must become to be submitted. */
export const packContentSchema = z.strictObject(contentShape).superRefine(checkWhole);
export const packSchema = z.strictObject({ ...contentShape, version: twinVersionSchema }).superRefine(checkWhole);

export type PackContent = z.infer<typeof packContentSchema>;
export type TwinPack = z.infer<typeof packSchema>;
export type TwinSource = z.infer<typeof sourceSchema>;
export type TwinNote = z.infer<typeof noteSchema>;
export type TwinDialogue = z.infer<typeof dialogueSchema>;
export type TwinAdapter = z.infer<typeof adapterSchema>;

/** The adapter that a draft names; null when it names none, or nothing that could be one. */
export function adapterIn(draft: Readonly<Record<string, unknown>> | null): TwinAdapter | null {
  return adapterSchema.safeParse(draft?.adapter).data ?? null;
}

type Whole = Pick<PackContent, 'knowledge' | 'dialogues' | 'demonstration' | 'licence'>;

function checkWhole(pack: Whole, context: z.core.$RefinementCtx<Whole>): void {
  const seen = new Set<string>();
  for (const part of ['knowledge', 'dialogues'] as const) {
    pack[part].forEach((item, at) => {
      if (seen.has(item.id)) {
        context.addIssue({ code: 'custom', message: 'is used twice; ids must differ', path: [part, at, 'id'] });
      }
      seen.add(item.id);
    });
  }
  if (!pack.demonstration && pack.licence.numberSha256 === null) {
    context.addIssue({
      code: 'custom',
      message: 'must be given unless the pack is a demonstration',
      path: ['licence', 'numberSha256'],
    });
  }
}
