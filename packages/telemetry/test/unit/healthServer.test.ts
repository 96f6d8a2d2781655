import { createServer } from 'node:http';
import { silentLogger, systemClock } from '@bettertherapy/core';
import { HealthServer, LogLevels, MetricSet, Readiness, TelemetryFailures } from '@bettertherapy/telemetry';
import { request } from 'undici';
import { afterEach, describe, expect, it } from 'vitest';

const open: HealthServer[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

function make(port: number | null) {
  const failures = new TelemetryFailures();
  const readiness = new Readiness(['chain', 'model']);
  const metrics = new MetricSet({ app: 'test', version: '1', processMetrics: false }, { failures });
  const levels = new LogLevels('info', { chain: 'warn' });
  for (const name of ['chain', 'judge']) levels.meet(name);
  const server = new HealthServer(
    { port, app: 'test', version: '1' },
    { metrics, readiness, failures, clock: systemClock, log: silentLogger, levels },
  );
  open.push(server);
  return { server, readiness, failures, get: (path: string) => fetch(`http://127.0.0.1:${server.port}${path}`) };
}

describe('HealthServer', () => {
  it('is alive before it is ready, and ready when every part is', async () => {
    const { server, readiness, get } = make(0);
    await server.start();
    expect((await get('/health')).status).toBe(200);
    readiness.set('chain', true, 'connected');
    const early = await get('/ready');
    expect(early.status).toBe(503);
    expect(await early.json()).toEqual({
      ready: false,
      parts: { chain: { ok: true, state: 'connected' }, model: { ok: false, state: 'starting' } },
    });
    readiness.set('model', true, 'loaded');
    expect((await get('/ready')).status).toBe(200);
  });

  it('serves metrics as Prometheus text', async () => {
    const { server, get } = make(0);
    await server.start();
    const reply = await get('/metrics');
    expect(reply.headers.get('content-type')).toContain('text/plain');
    expect(await reply.text()).toContain('bt_build_info');
  });

  it('changes levels of the log while the app runs, and puts them back', async () => {
    const { server, get } = make(0);
    await server.start();
    const put = async (body: string, headers: Record<string, string> = {}) => {
      const url = `http://127.0.0.1:${server.port}/log-levels`;
      const { statusCode, body: reply } = await request(url, {
        method: 'PUT',
        headers: { 'content-type': 'application/json', ...headers },
        body,
      });
      return [statusCode, await reply.json()];
    };
    const start = { '*': 'info', chain: 'warn', judge: 'info' };
    expect(await (await get('/log-levels')).json()).toEqual(start);
    expect(await put('{"judge":"debug"}')).toEqual([200, { ...start, judge: 'debug' }]);
    expect(await put('{"*":"error"}')).toEqual([200, { '*': 'error', chain: 'warn', judge: 'error' }]);
    for (const bad of [
      '{"judge":"trace"}',
      '{"nobody":"debug"}',
      '[]',
      '"debug"',
      `{"${'x'.repeat(2_000)}":"debug"}`,
    ]) {
      expect((await put(bad))[0]).toBeGreaterThanOrEqual(400);
    }
    expect((await put('{}', { 'content-type': 'text/plain' }))[0]).toBe(400);
    expect((await put('{}', { host: 'rebound.example' }))[0]).toBe(403);
    expect(await put('{}')).toEqual([200, start]);
  });

  it('serves nothing when turned off', async () => {
    const { server } = make(null);
    await server.start();
    expect(server.port).toBeNull();
  });

  it('a taken port is counted and does not stop the app', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const address = other.address();
    const { server, failures } = make(typeof address === 'object' && address !== null ? address.port : null);
    await server.start();
    expect(server.port).toBeNull();
    expect(failures.entries()).toEqual([['health', 1]]);
    await new Promise((resolve) => other.close(resolve));
  });

  it('closes more than once', async () => {
    const { server } = make(0);
    await server.start();
    await server.close();
    await server.close();
    expect(server.port).toBeNull();
  });
});
