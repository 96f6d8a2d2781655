import type { MetricSet } from './metricSet.js';

/** Transactions of the database; the shape the store package reports to. */
export function storeMetrics(set: MetricSet) {
  const seconds = set.timing({
    name: 'bt_store_transaction_seconds',
    help: 'Duration of database transactions',
    labels: ['name'],
    buckets: [0.0005, 0.002, 0.01, 0.05, 0.25, 1, 5],
  });
  return { transactionCommitted: (name: string, tookMs: number): void => seconds.observe({ name }, tookMs / 1000) };
}
