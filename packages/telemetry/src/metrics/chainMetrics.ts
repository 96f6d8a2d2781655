import type { MetricSet } from './metricSet.js';

/** The head of the chain and what this process did on it. */
export function chainMetrics(set: MetricSet) {
  const head = set.level({ name: 'bt_chain_head_block', help: 'Newest block seen' });
  const age = set.level({ name: 'bt_chain_head_age_seconds', help: 'Age of the newest block seen' });
  const connected = set.level({ name: 'bt_chain_connected', help: '1 when connected to a node' });
  const reconnects = set.counter({ name: 'bt_chain_reconnects_total', help: 'New connections to a node' });
  const submitted = set.counter({
    name: 'bt_chain_extrinsics_total',
    help: 'Extrinsics sent',
    labels: ['call', 'outcome'],
  });
  const calls = set.timing({
    name: 'bt_chain_call_seconds',
    help: 'Duration of calls to the node',
    labels: ['call', 'outcome'],
  });
  const syncs = set.counter({
    name: 'bt_metagraph_syncs_total',
    help: 'Reads of the metagraph',
    labels: ['outcome'],
  });
  const registered = set.level({ name: 'bt_hotkey_registered', help: '1 when the hotkey is registered on the subnet' });
  return {
    head: (block: number, ageMs: number): void => {
      head.set({}, block);
      age.set({}, ageMs / 1000);
    },
    connected: (yes: boolean): void => connected.set({}, yes ? 1 : 0),
    reconnected: (): void => reconnects.inc({}),
    submitted: (call: string, outcome: string): void => submitted.inc({ call, outcome }),
    callFinished: (call: string, outcome: string, durationMs: number): void =>
      calls.observe({ call, outcome }, durationMs / 1000),
    metagraphSynced: (outcome: 'ok' | 'error'): void => syncs.inc({ outcome }),
    registered: (yes: boolean): void => registered.set({}, yes ? 1 : 0),
  };
}
