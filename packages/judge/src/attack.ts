import { z } from 'zod';

/**
 * One line of an attack collection (`attacks.jsonl`): a text that a miner may put into an answer to influence the judge.
 * Collections are for tests and for the weekly self-check; they are never shown to miners.
 */
export const attackSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/),
  /** The trick: instruction, claim, role-marker, verdict, priming, boundary, obfuscated, foreign, social, stuffing, innocent … */
  family: z.string().regex(/^[a-z]+(?:-[a-z]+)*$/),
  /** ISO 639-1 of the attack text. */
  lang: z.string().regex(/^[a-z]{2}$/),
  text: z.string().min(1).max(4000),
  /** false: an innocent sentence that looks like an attack ("your PHQ-9 score"); it must not be flagged. */
  hostile: z.boolean().default(true),
  note: z.string().optional(),
});
export type Attack = z.output<typeof attackSchema>;
