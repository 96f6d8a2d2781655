import { type ExamReport, PASS_MARKS } from '@bettertherapy/judge';

/** A passed exam, but for what a test changes. */
export function examReport(change: Partial<ExamReport> = {}): ExamReport {
  const values = { answers: 8, spearman: 0.9, kappa: 0.8, bias: 0.01 };
  return {
    ...values,
    unsafeRecall: 1,
    undecided: 0,
    themes: { sleep: values },
    marks: PASS_MARKS,
    passed: true,
    manifestSha256: 'm'.repeat(64),
    ...change,
  };
}
