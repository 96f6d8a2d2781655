import type { MetricSet } from './metricSet.js';

/** What a miner's answers were like. */
export function answerMetrics(set: MetricSet) {
  const seconds = set.timing({
    name: 'bt_answer_make_seconds',
    help: 'From the accepted request to the answer',
    labels: ['outcome'],
  });
  const words = set.timing({
    name: 'bt_answer_words',
    help: 'Words in an answer',
    buckets: [10, 25, 50, 75, 100, 120, 150, 200, 300],
  });
  const retries = set.counter({ name: 'bt_answer_retries_total', help: 'Second tries after an empty answer' });
  const crises = set.counter({
    name: 'bt_answer_crisis_total',
    help: 'Questions in which the risk rules saw a crisis',
    labels: ['kind'],
  });
  const lines = set.counter({
    name: 'bt_answer_crisis_lines_added_total',
    help: 'Answers to which crisis help had to be added because the model gave none',
  });
  const adapters = set.counter({
    name: 'bt_answer_adapter_total',
    help: 'Answers of twins whose pack names a LoRA adapter: with it, or with the base model alone and why',
    labels: ['state'],
  });
  return {
    adapterUsed: (state: string): void => adapters.inc({ state }),
    finished: (outcome: string, durationMs: number): void => seconds.observe({ outcome }, durationMs / 1000),
    words: (count: number): void => words.observe({}, count),
    retried: (): void => retries.inc({}),
    crisisSeen: (kind: string): void => crises.inc({ kind }),
    crisisLineAdded: (): void => lines.inc({}),
  };
}

/** What a miner fetched of the adapters of its twins. */
export function adapterMetrics(set: MetricSet) {
  const fetches = set.counter({
    name: 'bt_adapter_fetches_total',
    help: 'LoRA adapters of twins fetched from gateways',
    labels: ['outcome'],
  });
  return { adapterFetched: (outcome: 'ok' | 'error'): void => fetches.inc({ outcome }) };
}
