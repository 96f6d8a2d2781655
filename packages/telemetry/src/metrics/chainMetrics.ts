import type { MetricSet } from './metricSet.js';

/** The chain client's requests and extrinsics, the metagraph, and this hotkey on the subnet. */
export function chainMetrics(set: MetricSet) {
  const head = set.level({ name: 'bt_chain_head_block', help: 'Newest block seen' });
  const connected = set.level({ name: 'bt_chain_connected', help: '1 when connected to a node' });
  const sessions = set.counter({
    name: 'bt_chain_sessions_total',
    help: 'Sessions with a node that began or ended',
    labels: ['change'],
  });
  const requests = set.timing({
    name: 'bt_chain_request_seconds',
    help: 'Duration of requests to the node',
    labels: ['method', 'outcome'],
  });
  const extrinsics = set.timing({
    name: 'bt_chain_extrinsic_seconds',
    help: 'From sending an extrinsic to its outcome',
    labels: ['call', 'outcome'],
  });
  const syncs = set.counter({ name: 'bt_metagraph_syncs_total', help: 'Reads of the metagraph', labels: ['outcome'] });
  const registered = set.level({ name: 'bt_hotkey_registered', help: '1 when the hotkey is registered on the subnet' });
  const published = set.level({ name: 'bt_axon_published', help: '1 when the chain has the address we serve at' });
  return {
    requestDone: (method: string, outcome: string, durationMs: number): void =>
      requests.observe({ method, outcome }, durationMs / 1000),
    connectionChanged: (up: boolean): void => {
      connected.set({}, up ? 1 : 0);
      sessions.inc({ change: up ? 'began' : 'ended' });
    },
    headSeen: (block: number): void => head.set({}, block),
    extrinsicDone: (call: string, outcome: string, durationMs: number): void =>
      extrinsics.observe({ call, outcome }, durationMs / 1000),
    metagraphSynced: (outcome: 'ok' | 'error'): void => syncs.inc({ outcome }),
    registered: (yes: boolean): void => registered.set({}, yes ? 1 : 0),
    axonPublished: (yes: boolean): void => published.set({}, yes ? 1 : 0),
  };
}
