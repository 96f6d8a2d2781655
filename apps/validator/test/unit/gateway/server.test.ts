import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { silentLogger, systemClock } from '@bettertherapy/core';
import { temporaryFolder } from '@bettertherapy/testkit';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Room } from '../../../src/disk/diskGate.js';
import { apiKeyReader } from '../../../src/gateway/http/caller.js';
import { API_ERRORS } from '../../../src/gateway/http/errors.js';
import { Limits } from '../../../src/gateway/http/limits.js';
import { route } from '../../../src/gateway/http/route.js';
import { GatewayServer } from '../../../src/gateway/server.js';
import { freshStore, onEnd } from '../fixture.js';
import { generousLimits } from './fixture.js';

/** A server with routes of the test's own. */
async function serverWith(
  limits = generousLimits,
  {
    trustProxy = false,
    webDir = '/nowhere',
    room = () => 'enough',
  }: { trustProxy?: boolean; webDir?: string; room?: () => Room } = {},
) {
  const { store } = freshStore();
  const server = new GatewayServer(
    {
      host: '127.0.0.1',
      port: 0,
      maxBodyBytes: 2_000,
      origins: ['https://clinic.example'],
      trustProxy,
      webDir,
      drainMs: 1_000,
    },
    {
      clock: systemClock,
      log: silentLogger,
      limits: new Limits(limits, { clock: systemClock }),
      readers: [apiKeyReader((key) => store.apiKeys.find(key, systemClock.wallMs()))],
      room,
      metrics: null,
      refused: null,
    },
  );
  const replies = { 200: { description: 'ok' } };
  server.register(
    route(
      {
        method: 'POST',
        url: '/v1/echo/:id',
        summary: 'echo',
        tag: 'test',
        access: ['chat'],
        params: z.object({ id: z.string().max(5) }),
        body: z.strictObject({ n: z.int() }),
        replies,
      },
      ({ params, body, caller }) => ({ status: 200, body: { ...params, ...body, caller: caller.name } }),
    ),
  );
  server.register(
    route({ method: 'GET', url: '/v1/open', summary: 'open', tag: 'test', access: 'public', replies }, () => ({
      status: 200,
      body: {},
    })),
  );
  server.register(
    route({ method: 'GET', url: '/v1/broken', summary: 'broken', tag: 'test', access: 'public', replies }, () => {
      throw new Error('a secret of the inside');
    }),
  );
  await server.start();
  onEnd(() => server.close());
  const key = (scope: 'chat' | 'operator') =>
    store.apiKeys.create({
      name: 't',
      scopes: [scope],
      doctor: null,
      ratePerMinute: null,
      concurrency: null,
      createdMs: 0,
      expiresMs: null,
    }).key;
  const post = (token: string | null, body: string, path = '/v1/echo/a', type = 'application/json') =>
    fetch(`${server.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': type, ...(token === null ? {} : { authorization: token }) },
      body,
    });
  return { server, store, key, post };
}

describe('the gateway server', () => {
  it('passes checked input and the caller to the handler', async () => {
    const { key, post } = await serverWith();
    const response = await post(`Bearer ${key('chat')}`, '{"n":3}');
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ id: 'a', n: 3, caller: expect.stringMatching(/^key:[0-9a-f]{16}$/) });
  });

  it('refuses what would have to be kept while the disk is nearly full, and goes on by itself', async () => {
    let room: Room = 'low';
    const { server, key, post } = await serverWith(generousLimits, { room: () => room });
    const refused = await post(`Bearer ${key('chat')}`, '{"n":3}');
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '30']);
    expect(await refused.json()).toMatchObject({ error: { code: 'overloaded' } });
    expect((await fetch(`${server.url}/v1/open`)).status).toBe(200);
    room = 'enough';
    expect((await post(`Bearer ${key('chat')}`, '{"n":3}')).status).toBe(200);
  });

  it.each([
    ['no key', null, '{"n":3}', '/v1/echo/a', 401, 'missing_api_key', null],
    [
      'a key that does not exist',
      `Bearer bt_${'0'.repeat(16)}_${'0'.repeat(64)}`,
      '{"n":3}',
      '/v1/echo/a',
      401,
      'invalid_api_key',
      null,
    ],
    ['another scheme', 'Basic abc', '{"n":3}', '/v1/echo/a', 401, 'invalid_api_key', null],
    ['a key of another scope', 'operator', '{"n":3}', '/v1/echo/a', 403, 'insufficient_scope', null],
    ['a body that is no JSON', 'chat', '{"n":', '/v1/echo/a', 400, 'invalid_request', null],
    ['a wrong field', 'chat', '{"n":"x"}', '/v1/echo/a', 400, 'invalid_request', 'n'],
    ['a field nobody knows', 'chat', '{"n":1,"m":2}', '/v1/echo/a', 400, 'invalid_request', null],
    ['a wrong path part', 'chat', '{"n":1}', '/v1/echo/abcdef', 400, 'invalid_request', 'id'],
    [
      'a body that is too large',
      'chat',
      `{"n":1,"p":"${'x'.repeat(3_000)}"}`,
      '/v1/echo/a',
      413,
      'request_too_large',
      null,
    ],
    ['an unknown path', 'chat', '{}', '/v1/nothing', 404, 'not_found', null],
  ])('refuses %s in the shape of OpenAI', async (_name, token, body, path, status, code, param) => {
    const { key, post } = await serverWith();
    const bearer = token === 'chat' || token === 'operator' ? `Bearer ${key(token)}` : token;
    const response = await post(bearer, body, path);
    expect(response.status).toBe(status);
    expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(await response.json()).toEqual({
      error: { code, param, type: API_ERRORS[code as keyof typeof API_ERRORS][1], message: expect.any(String) },
    });
  });

  it('refuses a body that is not JSON by its type', async () => {
    const { key, post } = await serverWith();
    const response = await post(`Bearer ${key('chat')}`, '<n>3</n>', '/v1/echo/a', 'text/xml');
    expect(response.status).toBe(415);
    expect(await response.json()).toMatchObject({ error: { code: 'unsupported_media_type' } });
  });

  it('tells nothing of an inner fault', async () => {
    const { server } = await serverWith();
    const response = await fetch(`${server.url}/v1/broken`);
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('secret');
  });

  it('gives a request the id it came with, and a new one when that could not be logged', async () => {
    const { server } = await serverWith();
    const ask = async (id: string) =>
      (await fetch(`${server.url}/v1/open`, { headers: { 'x-request-id': id } })).headers.get('x-request-id');
    expect(await ask('trace-1.2:3')).toBe('trace-1.2:3');
    expect(await ask('has spaces in it')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('refuses a caller that asks too fast, with the seconds to wait', async () => {
    const { key, post } = await serverWith({ ...generousLimits, ratePerMinute: 8 });
    const bearer = `Bearer ${key('chat')}`;
    const statuses = [];
    for (let n = 0; n < 3; n += 1) statuses.push(await post(bearer, '{"n":1}'));
    expect(statuses.map((response) => response.status)).toEqual([200, 200, 429]);
    expect(Number(statuses[2]?.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect((await post(`Bearer ${key('chat')}`, '{"n":1}')).status).toBe(200);
  });

  it('refuses an address that asks too fast before it looks at keys', async () => {
    const { post } = await serverWith({ ...generousLimits, addressRatePerMinute: 4 });
    expect((await post(null, '{}')).status).toBe(401);
    expect((await post(null, '{}')).status).toBe(429);
  });

  it('counts by the address that the proxy in front saw, whatever the client says of itself', async () => {
    const { server } = await serverWith({ ...generousLimits, addressRatePerMinute: 4 }, { trustProxy: true });
    const visit = async (forwarded: string) =>
      (await fetch(`${server.url}/v1/open`, { headers: { 'x-forwarded-for': forwarded } })).status;
    expect(await visit('203.0.113.1, 198.51.100.7')).toBe(200);
    expect(await visit('203.0.113.2, 198.51.100.7')).toBe(429);
    expect(await visit('203.0.113.2, 198.51.100.8')).toBe(200);
  });

  it('repeats nothing of a field that it does not know', async () => {
    const { key, post } = await serverWith();
    const response = await post(`Bearer ${key('chat')}`, '{"n":1,"my name is Ada Example":2}');
    expect(response.status).toBe(400);
    expect(await response.text()).not.toContain('Ada');
  });

  it('keeps browsers from guessing at the type of any reply', async () => {
    const { server } = await serverWith();
    for (const path of ['/v1/open', '/v1/broken', '/v1/nothing', '/']) {
      const { headers } = await fetch(`${server.url}${path}`);
      expect(headers.get('x-content-type-options'), path).toBe('nosniff');
    }
  });

  it('lets pages of the named origins call, and no others', async () => {
    const { server } = await serverWith();
    const preflight = (origin: string) =>
      fetch(`${server.url}/v1/echo/a`, {
        method: 'OPTIONS',
        headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' },
      });
    const allowed = await preflight('https://clinic.example');
    expect([allowed.status, allowed.headers.get('access-control-allow-origin')]).toEqual([
      204,
      'https://clinic.example',
    ]);
    expect((await preflight('https://evil.example')).headers.get('access-control-allow-origin')).toBeNull();
  });

  it('lets its pages load nothing from elsewhere, run nothing written into them, and be framed by nobody', async () => {
    const folder = temporaryFolder('web');
    onEnd(() => folder.remove());
    writeFileSync(join(folder.path, 'index.html'), '<!doctype html><title>built</title>');
    const { server } = await serverWith(generousLimits, { webDir: folder.path });
    for (const path of ['/', '/operator/rounds', '/sessions/x']) {
      const { status, headers } = await fetch(`${server.url}${path}`);
      const policy = headers.get('content-security-policy') ?? '';
      expect([path, status, headers.get('x-frame-options'), headers.get('referrer-policy')]).toEqual([
        path,
        200,
        'DENY',
        'no-referrer',
      ]);
      expect(policy).toContain("default-src 'self'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toMatch(/unsafe|https?:|\*/);
    }
  });

  it('says that its pages are not built, also when they are built while it runs', async () => {
    const folder = temporaryFolder();
    onEnd(() => folder.remove());
    const { server } = await serverWith(generousLimits, { webDir: folder.path });
    writeFileSync(join(folder.path, 'index.html'), '<!doctype html>');
    const response = await fetch(`${server.url}/`);
    expect([response.status, await response.text()]).toEqual([200, expect.stringContaining('not built')]);
  });

  it('ends a key at the moment it is revoked', async () => {
    const { key, post, store } = await serverWith();
    const text = key('chat');
    expect((await post(`Bearer ${text}`, '{"n":1}')).status).toBe(200);
    store.apiKeys.revoke(text.split('_')[1] ?? '', 1);
    expect((await post(`Bearer ${text}`, '{"n":1}')).status).toBe(401);
  });
});
