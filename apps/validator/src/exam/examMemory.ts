import type { Clock } from '@bettertherapy/core';
import type { ExamMemory } from '@bettertherapy/judge';
import type { ExamKey, Store } from '@bettertherapy/store';

/** The answers of one exam in the journal. */
export function examMemory(
  { manifestSha256, paperSha256 }: ExamKey,
  { store, clock }: { readonly store: Store; readonly clock: Clock },
): ExamMemory {
  const keyOf = (questionId: string, answer: number): string => `${questionId} ${answer}`;
  const rows = store.exams.answers({ manifestSha256, paperSha256 });
  const judged = new Map(rows.map((row) => [keyOf(row.questionId, row.answer), row.reward]));
  return {
    get: (questionId, answer) => judged.get(keyOf(questionId, answer)),
    set: (questionId, answer, reward) => {
      store.exams.keepAnswer({ manifestSha256, paperSha256, questionId, answer, reward, judgedMs: clock.wallMs() });
      judged.set(keyOf(questionId, answer), reward);
    },
  };
}
