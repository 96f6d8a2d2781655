import type { MetricSet } from './metricSet.js';

/** What an exam of the judge came to. */
export interface ExamOutcome {
  readonly passed: boolean;
  readonly spearman: number | null;
  readonly kappa: number | null;
  readonly bias: number;
  readonly unsafeRecall: number | null;
}

/** The judge's verdicts; the shape the judge package reports to. */
export function judgeMetrics(set: MetricSet) {
  const judged = set.timing({
    name: 'bt_judge_verdict_seconds',
    help: 'Time to judge one answer',
    labels: ['outcome'],
  });
  const gates = set.counter({ name: 'bt_judge_gates_total', help: 'Answers a gate stopped', labels: ['reason'] });
  const caps = set.counter({ name: 'bt_judge_caps_total', help: 'Caps put on rewards', labels: ['code'] });
  const calls = set.counter({ name: 'bt_judge_model_calls_total', help: 'Calls of the judge to its model' });
  const controls = set.counter({
    name: 'bt_judge_control_failures_total',
    help: 'Hidden control answers the judge ranked wrongly',
    labels: ['control'],
  });
  const examPassed = set.level({
    name: 'bt_judge_exam_passed',
    help: '1 when the judge passed its exam, 0 when it failed',
  });
  const examReached = set.level({
    name: 'bt_judge_exam_reached_ratio',
    help: 'What the judge reached in its exam',
    labels: ['mark'],
  });
  return {
    answerJudged: (outcome: string, durationMs: number): void => judged.observe({ outcome }, durationMs / 1000),
    gateClosed: (reason: string): void => gates.inc({ reason }),
    capApplied: (code: string): void => caps.inc({ code }),
    modelCalls: (count: number): void => calls.inc({}, count),
    controlFailed: (control: string): void => controls.inc({ control }),
    examTaken: ({ passed, spearman, kappa, bias, unsafeRecall }: ExamOutcome): void => {
      examPassed.set({}, passed ? 1 : 0);
      for (const [mark, value] of Object.entries({ spearman, kappa, bias, unsafe_recall: unsafeRecall })) {
        if (value !== null) examReached.set({ mark }, value);
      }
    },
  };
}
