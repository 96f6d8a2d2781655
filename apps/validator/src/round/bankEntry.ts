import { type Question, questionSchema } from '@bettertherapy/judge';
import type { AskedQuestion, JsonRecord } from '@bettertherapy/store';

/** The bank's entry as the journal keeps it, so that a resumed round is judged by the rubric it was planned with. */
export const bankEntry = {
  // A question is plain JSON: its schema has nothing but texts, numbers, flags, lists and objects.
  write: (question: Question): JsonRecord => JSON.parse(JSON.stringify(question)) as JsonRecord,
  read: (row: AskedQuestion): Question => questionSchema.parse(row.bankEntry),
};
