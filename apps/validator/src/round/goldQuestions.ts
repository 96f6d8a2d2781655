import { type Question, questionSchema } from '@bettertherapy/judge';
import type { Store } from '@bettertherapy/store';

/** What the id of each begins with; none of the bank does. */
export const GOLD_PREFIX = 'gold-';

/**
 * Questions made of doctors' corrections, asked beside those of the bank. They are this validator's own: the judge's
 * manifest names the bank it began with, and the journal keeps each entry word for word with the round that asked it.
 */
export function goldQuestions(dialogues: Store['dialogues']): Question[] {
  return dialogues.goldQuestions().map((entry) => questionSchema.parse(entry));
}
