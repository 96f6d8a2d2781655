import type { MetricSet } from './metricSet.js';

/** Requests at an axon; the shape the transport package reports to. */
export function axonMetrics(set: MetricSet) {
  const received = set.counter({ name: 'bt_axon_requests_total', help: 'Requests received', labels: ['protocol'] });
  const refused = set.counter({ name: 'bt_axon_refusals_total', help: 'Requests refused', labels: ['code'] });
  const answered = set.timing({
    name: 'bt_axon_answer_seconds',
    help: 'From the first byte of a request to its answer',
    labels: ['protocol'],
  });
  const queue = set.level({ name: 'bt_axon_queue_depth', help: 'Accepted requests waiting for their turn' });
  return {
    requestReceived: (protocol = 'unknown'): void => received.inc({ protocol }),
    requestRefused: (code: string): void => refused.inc({ code }),
    requestAnswered: (protocol: string, durationMs: number): void => answered.observe({ protocol }, durationMs / 1000),
    queueDepth: (depth: number): void => queue.set({}, depth),
  };
}
