import { MetricSet, minerMetrics, TelemetryFailures, validatorMetrics } from '@bettertherapy/telemetry';
import { describe, expect, it } from 'vitest';

function open() {
  const failures = new TelemetryFailures();
  return { failures, set: new MetricSet({ app: 'test', version: '1', processMetrics: false }, { failures }) };
}

describe('MetricSet', () => {
  it('counts by label', async () => {
    const { set } = open();
    const refused = set.counter({ name: 'bt_test_total', help: 'x', labels: ['code'] });
    refused.inc({ code: 'busy' });
    refused.inc({ code: 'busy' }, 2);
    expect((await set.render()).text).toMatch(/bt_test_total\{code="busy",app="test"\} 3/);
  });

  it('label values past the bound are counted together', async () => {
    const { set } = open();
    const many = set.counter({ name: 'bt_many_total', help: 'x', labels: ['peer'] });
    for (let i = 0; i < 1000; i += 1) many.inc({ peer: i });
    const rows = (await set.render()).text.split('\n').filter((row) => row.startsWith('bt_many_total{'));
    expect(rows).toHaveLength(301);
    expect(rows.find((row) => row.includes('peer="other"'))).toMatch(/ 700$/);
  });

  it('a value prom-client refuses is counted, not thrown', async () => {
    const { set, failures } = open();
    const counter = set.counter({ name: 'bt_test_total', help: 'x' });
    expect(() => counter.inc({}, -1)).not.toThrow();
    expect(failures.entries()).toEqual([['metrics', 1]]);
    expect((await set.render()).text).toMatch(/bt_telemetry_failures\{part="metrics",app="test"\} 1/);
  });
});

describe('the metrics of the apps', () => {
  it.each([
    ['miner', minerMetrics],
    ['validator', validatorMetrics],
  ] as const)('all of the %s follow the naming rule', async (_name, make) => {
    const { set } = open();
    make(set);
    const { text } = await set.render();
    const names = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = '', type = '']) => ({ name, type }));
    expect(names.length).toBeGreaterThan(8);
    for (const { name, type } of names) {
      expect(name).toMatch(/^bt_[a-z_]+$/);
      if (type === 'counter') expect(name).toMatch(/_total$/);
    }
  });

  it('the miner reports model calls in seconds', async () => {
    const { set } = open();
    minerMetrics(set).model.callFinished('chat', 'ok', 1500);
    expect((await set.render()).text).toMatch(/bt_model_call_seconds_sum\{app="test",call="chat",outcome="ok"\} 1\.5/);
  });
});
