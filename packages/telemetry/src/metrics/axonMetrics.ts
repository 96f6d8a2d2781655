import type { MetricSet } from './metricSet.js';

/** Requests at an axon; the shape the transport package reports to. */
export function axonMetrics(set: MetricSet) {
  const refused = set.counter({ name: 'bt_axon_refusals_total', help: 'Requests refused', labels: ['code'] });
  const answered = set.timing({
    name: 'bt_axon_answer_seconds',
    help: 'From the first byte of a request to its answer',
    labels: ['protocol'],
  });
  const waiting = set.level({ name: 'bt_axon_queue_depth', help: 'Accepted requests waiting for their turn' });
  const running = set.level({ name: 'bt_axon_answers_running', help: 'Requests being answered' });
  return {
    requestRefused: (code: string): void => refused.inc({ code }),
    requestAnswered: (protocol: string, seconds: number): void => answered.observe({ protocol }, seconds),
    queueChanged: (depth: number, active: number): void => {
      waiting.set({}, depth);
      running.set({}, active);
    },
  };
}

/** Questions a dendrite asked; the shape the transport package reports to. */
export function dendriteMetrics(set: MetricSet) {
  const seconds = set.timing({
    name: 'bt_dendrite_query_seconds',
    help: 'From the question to the reply or the failure',
    labels: ['protocol', 'status'],
  });
  return {
    queryFinished: (protocol: string, statusCode: number, took: number): void =>
      seconds.observe({ protocol, status: statusCode }, took),
  };
}
