import { CodedError, silentLogger, systemClock } from '@bettertherapy/core';
import type { Turn } from '@bettertherapy/protocol';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import { Dendrite, TransportErrorCode } from '../../src/index.js';
import { alice, bob, btauthRequest, closeAxons, send, startAxon } from './harness.js';

const dendrite = new Dendrite({ signer: alice }, { clock: systemClock, log: silentLogger, metrics: null });
const others: FastifyInstance[] = [];
afterEach(async () => {
  await closeAxons();
  await Promise.all(others.splice(0).map((app) => app.close()));
});

const twin = { id: 'dr-a', version: 2 };
const served = [{ ...twin, sha256: 'ab'.repeat(32) }];
const target = (port: number, version = 12_001_000) => ({ hotkey: bob.address, ip: '127.0.0.1', port, version });
const terms = { deadlineMs: 5_000 };

describe('a question to a twin', () => {
  it.each([
    ['btauth/1', 12_001_000],
    ['v10', 0],
  ])('reaches the answer with the conversation in %s', async (_name, version) => {
    const seen: unknown[] = [];
    const answer = async ({ twin: asked, messages }: { twin?: unknown; messages?: unknown }) => {
      seen.push([asked, messages]);
      return { output: 'x' };
    };
    const axon = await startAxon({}, { answer });
    const messages: Turn[] = [{ role: 'user', content: 'Why?' }];
    const asked = { prompt: 'Why?', requestId: 'r' };
    expect(await dendrite.query(target(axon.port, version), { ...asked, twin, messages }, terms)).toMatchObject({
      ok: true,
    });
    expect(await dendrite.query(target(axon.port, version), asked, terms)).toMatchObject({ ok: true });
    expect(seen).toEqual([
      [twin, messages],
      [undefined, undefined],
    ]);
  });

  it.each<[string, string | null | undefined, unknown]>([
    ['the adapter', 'ab'.repeat(32), { adapter: 'ab'.repeat(32) }],
    ['that there was none', null, { adapter: null }],
    ['nothing where its pack names none', undefined, {}],
  ])('is told with which weights it was answered: %s', async (_name, adapter, told) => {
    const axon = await startAxon({}, { answer: async () => ({ output: 'x', adapter }) });
    const { process_time, ...rest } = (await send(axon.port, btauthRequest())).json;
    expect(rest).toEqual({ request_id: 'r', output: 'x', ...Object(told) });
    expect(process_time).toBeGreaterThanOrEqual(0);
    expect(await dendrite.query(target(axon.port), { prompt: 'p', requestId: 'q' }, terms)).toMatchObject({ ok: true });
  });

  it.each([
    ['btauth/1', 12_001_000],
    ['v10', 0],
  ])('that is not served is told so in %s, and is no reason to try the other protocol', async (_name, version) => {
    const answer = async () => {
      throw new CodedError(TransportErrorCode.TwinNotServed, 'not here', { remedy: 'Ask another miner.' });
    };
    const axon = await startAxon({}, { answer });
    const reply = await dendrite.query(target(axon.port, version), { prompt: 'p', requestId: 'r', twin }, terms);
    expect(reply).toMatchObject({ ok: false, statusCode: 421, output: null });
    expect(axon.refusals).toEqual(['twin_not_served']);
    expect(axon.asked).toHaveLength(1);
  });
});

describe('the list of twins', () => {
  it('is told to whoever asks, without a signature', async () => {
    const axon = await startAxon({}, { servedTwins: () => served });
    expect(await dendrite.servedTwins(target(axon.port), terms)).toEqual(served);
    expect(axon.asked).toEqual([]);
  });

  it('is empty where no twins are served', async () => {
    const axon = await startAxon();
    expect(await dendrite.servedTwins(target(axon.port), terms)).toEqual([]);
  });

  it('takes nothing but a GET, and not more often than its rate', async () => {
    const axon = await startAxon({ listRate: { perMinute: 1, burst: 2 } }, { servedTwins: () => served });
    expect((await send(axon.port, { method: 'POST', path: '/v1/twins', body: '{}' })).status).toBe(405);
    for (const status of [200, 200, 429]) {
      expect((await send(axon.port, { method: 'GET', path: '/v1/twins' })).status).toBe(status);
    }
    expect(await dendrite.servedTwins(target(axon.port), terms)).toBeNull();
    expect(axon.refusals).toEqual(['method_not_allowed', 'address_rate_limited', 'address_rate_limited']);
  });

  it.each<[string, (app: FastifyInstance) => void]>([
    ['knows no such route', () => undefined],
    ['sends a list that is none', (app) => app.get('/v1/twins', async () => ({ twins: 'all' }))],
    ['floods', (app) => app.get('/v1/twins', async () => `{"twins":[],"x":"${'x'.repeat(200_000)}"}`)],
    ['never answers', (app) => app.get('/v1/twins', () => new Promise(() => undefined))],
    [
      'sends elsewhere',
      (app) => app.get('/v1/twins', async (_request, reply) => reply.redirect('http://127.0.0.1:1/')),
    ],
  ])('of an axon that %s is none', async (_name, route) => {
    const app = Fastify({ forceCloseConnections: true });
    others.push(app);
    route(app);
    await app.listen({ host: '127.0.0.1', port: 0 });
    const address = app.server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    expect(await dendrite.servedTwins(target(port), { deadlineMs: 500 })).toBeNull();
  });

  it('of an axon that is not there is none', async () => {
    expect(await dendrite.servedTwins(target(1), terms)).toBeNull();
  });
});
