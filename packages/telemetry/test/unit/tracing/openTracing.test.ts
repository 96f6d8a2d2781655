import { execFileSync } from 'node:child_process';
import process from 'node:process';
import { type LogFields, type Logger, noTracer, silentLogger, systemClock } from '@bettertherapy/core';
import { eventually, freePort, OtlpCollector, repositoryRoot } from '@bettertherapy/testkit';
import { afterEach, describe, expect, it } from 'vitest';
import { TelemetryFailures } from '../../../src/failures.js';
import { openTracing } from '../../../src/tracing/openTracing.js';

const collector = new OtlpCollector();
afterEach(() => collector.close());

function parts() {
  const failures = new TelemetryFailures();
  const lines: string[] = [];
  const say = (message: string, fields?: LogFields): void => void lines.push(`${message} ${JSON.stringify(fields)}`);
  const log: Logger = { ...silentLogger, debug: say, info: say, warn: say };
  return { clock: systemClock, log, failures, lines, count: () => new Map(failures.entries()).get('traces') ?? 0 };
}

const options = (url: string | null, headers: readonly string[] = []) => {
  return { app: 'miner', version: '0', url, headers, sampleRatio: 1 };
};

/** Modules of OpenTelemetry's SDK in a process that opened tracing with this address; prom-client brings the bare API. */
function loadedWith(url: string | null): string[] {
  const program = `
    import { createRequire } from 'node:module';
    import { openTracing, TelemetryFailures } from './packages/telemetry/dist/index.js';
    import { silentLogger as log, systemClock as clock } from './packages/core/dist/index.js';
    const options = { app: 'miner', version: '0', url: ${JSON.stringify(url)}, headers: [], sampleRatio: 1 };
    const tracing = await openTracing(options, { log, clock, failures: new TelemetryFailures() });
    tracing.tracer.span('x', {}, () => 1);
    const { cache } = createRequire(import.meta.url);
    console.log(JSON.stringify(Object.keys(cache).filter((file) => /opentelemetry\\/(sdk|exporter|core|resources|context)/.test(file))));
    process.exit(0);`;
  const args = ['--input-type=module', '-e', program];
  const found: unknown = JSON.parse(execFileSync(process.execPath, args, { cwd: repositoryRoot, encoding: 'utf8' }));
  return Array.isArray(found) ? found.map(String) : [];
}

describe('tracing', () => {
  it('is off without an address, and then nothing of the SDK is in the process', async () => {
    expect((await openTracing(options(null), parts())).tracer).toBe(noTracer);
    expect(loadedWith(null)).toEqual([]);
    expect(loadedWith('http://127.0.0.1:9').length).toBeGreaterThan(0);
  });

  it('sends OTLP as JSON, with the headers that were given', async () => {
    await collector.start();
    const given = parts();
    const tracing = await openTracing(
      options(`${collector.url}/v1/traces`, ['authorization=Bearer%20word', 'x=1']),
      given,
    );
    tracing.tracer.span('root', { attributes: { 'bt.round.number': 4 } }, () =>
      tracing.tracer.span('child', { kind: 'client' }, (span) => span.fail('timeout')),
    );
    await tracing.close();
    const [child, root] = collector.spans;
    expect(root).toMatchObject({
      ...{ name: 'root', service: 'bettertherapy-miner', parentSpanId: null, failed: false },
      attributes: { 'bt.round.number': 4 },
    });
    expect(child).toMatchObject({ name: 'child', kind: 'client', traceId: root?.traceId, failed: true });
    expect(child?.parentSpanId).toBe(root?.spanId);
    expect(collector.headers).toMatchObject({ authorization: 'Bearer word', x: '1' });
    expect(given.lines.join('\n')).not.toContain('word');
    expect(given.count()).toBe(0);
  });

  it('ends in time, without a word of error, when nobody is there to take the last spans', async () => {
    const given = parts();
    const tracing = await openTracing(options(`http://127.0.0.1:${await freePort()}/v1/traces`), given);
    tracing.tracer.span('root', {}, () => undefined);
    await tracing.close();
    await eventually('the count', () => given.count() > 0, { deadlineMs: 10_000 });
  });

  it('stays off with settings that no request can be made of, and says so', async () => {
    const given = parts();
    const tracing = await openTracing(options('http://127.0.0.1:4318', ['authorization=%zz']), given);
    expect(tracing.tracer).toBe(noTracer);
    expect(given.count()).toBe(1);
    expect(given.lines[0]).toContain('traces are off');
  });
});
