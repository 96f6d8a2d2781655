/** What is asked of a judge before it is used for weights, see `--judge.exam`. */
export const EXAM_LEVELS = ['require', 'warn', 'off'] as const;
export type ExamLevel = (typeof EXAM_LEVELS)[number];
