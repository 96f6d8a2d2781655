import type { MetricSet } from './metricSet.js';

/** Transactions of the database; the shape the store package reports to. */
export function storeMetrics(set: MetricSet) {
  const seconds = set.timing({
    name: 'bt_store_transaction_seconds',
    help: 'Duration of database transactions',
    labels: ['name'],
    buckets: [0.0005, 0.002, 0.01, 0.05, 0.25, 1, 5],
  });
  const free = set.level({ name: 'bt_disk_free_bytes', help: 'Free where the database lies' });
  const room = set.level({
    name: 'bt_disk_short',
    help: '0 while there is room where the database lies, 1 while little is left, 2 since a write failed',
  });
  const log = set.level({ name: 'bt_store_log_bytes', help: 'Length of the write-ahead log of the database' });
  return {
    transactionCommitted: (name: string, tookMs: number): void => seconds.observe({ name }, tookMs / 1000),
    diskFree: (bytes: number): void => free.set({}, bytes),
    diskRoom: (state: 'enough' | 'low' | 'full'): void => room.set({}, ['enough', 'low', 'full'].indexOf(state)),
    logSize: (bytes: number): void => log.set({}, bytes),
  };
}
