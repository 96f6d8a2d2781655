/** What the judge reports; bound to Prometheus by the app. */
export interface JudgeMetrics {
  answerJudged(outcome: 'scored' | 'gated' | 'undecided', durationMs: number): void;
  /** `reason` is a gate reason; the set is bounded. */
  gateClosed(reason: string): void;
  capApplied(code: string): void;
  modelCalls(count: number): void;
  controlFailed(control: string): void;
}
