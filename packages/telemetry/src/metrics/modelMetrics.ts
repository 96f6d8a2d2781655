import type { MetricSet } from './metricSet.js';

/** Language model calls, tokens, queue and worker; the shape the llm package reports to. */
export function modelMetrics(set: MetricSet) {
  const calls = set.timing({
    name: 'bt_model_call_seconds',
    help: 'Duration of model calls, the wait for a slot included',
    labels: ['call', 'outcome'],
  });
  const tokens = set.counter({ name: 'bt_model_tokens_total', help: 'Tokens worked on', labels: ['kind'] });
  const queue = set.level({ name: 'bt_model_queue_depth', help: 'Calls waiting for a slot' });
  const restarts = set.counter({
    name: 'bt_model_worker_restarts_total',
    help: 'Times the model process was started anew',
    labels: ['reason'],
  });
  const rss = set.level({ name: 'bt_model_worker_rss_bytes', help: 'Resident memory of the model process' });
  return {
    callFinished: (call: string, outcome: string, durationMs: number): void =>
      calls.observe({ call, outcome }, durationMs / 1000),
    tokens: (kind: string, count: number): void => tokens.inc({ kind }, count),
    queueDepth: (depth: number): void => queue.set({}, depth),
    workerRestarted: (reason: string): void => restarts.inc({ reason }),
    workerRssBytes: (bytes: number): void => rss.set({}, bytes),
  };
}
