import { z } from 'zod';

/** Whatever JSON the layer above wrote; its own schema reads it there. */
export const anyJson: z.ZodType<JsonValue> = z.json() as z.ZodType<JsonValue>;
export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };

export const jsonRecord = z.record(z.string(), anyJson);
export type JsonRecord = z.infer<typeof jsonRecord>;

export const levelsSchema = z.array(z.number().min(0).max(1));

/** Slope of the reward per ln(words), spread of ln(words) within questions, answers it was made from. */
export const lengthFitSchema = z.object({ slope: z.number(), sd: z.number().nonnegative(), samples: z.int() });

/** Of the moving average: its α, and the most that patients' questions may weigh. */
export const foldSettingsSchema = z.object({ alpha: z.number(), organicShare: z.number().min(0).max(1) });
export type FoldSettings = z.infer<typeof foldSettingsSchema>;

export const u16List = z.array(z.int().min(0).max(65_535));

/** One miner's line in a weight intent: who, from what score, which share. */
export const weightEntrySchema = z.object({
  hotkey: z.string(),
  registeredAtBlock: z.int(),
  uid: z.int().min(0).max(65_535),
  score: z.number(),
  share: z.number(),
});
export type WeightEntry = z.infer<typeof weightEntrySchema>;

/** One turn of a conversation. */
export const turnSchema = z.object({ role: z.enum(['user', 'assistant']), text: z.string() });
export type Turn = z.infer<typeof turnSchema>;

/** What an answer leans on, as the patient is shown it. */
export const sourceSchema = z.object({
  id: z.string(),
  title: z.string(),
  publisher: z.string(),
  year: z.int().nullable(),
  url: z.string().nullable(),
});
export type AnswerSource = z.infer<typeof sourceSchema>;
