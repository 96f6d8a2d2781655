import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { GatewayError, requestJson } from '../../src/edge/http.js';

interface Refusal {
  readonly status: number;
  readonly code: string;
  /** Seconds; fractions are ours alone, so that the test need not wait. */
  readonly retryAfter?: string;
}

const limited = (retryAfter: string): Refusal => ({ status: 429, code: 'rate_limit_exceeded', retryAfter });

let server: Server;
afterEach(() => new Promise((closed) => server.close(closed)));

/** Refuses in turn, then answers how often it was asked. */
async function gateway(refusals: readonly Refusal[]): Promise<string> {
  let asked = 0;
  server = createServer((_request, response) => {
    const refusal = refusals[asked];
    asked += 1;
    response.setHeader('connection', 'close');
    if (refusal?.retryAfter) response.setHeader('retry-after', refusal.retryAfter);
    response.writeHead(refusal?.status ?? 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(refusal ? { error: { message: 'no', code: refusal.code } } : { asked }));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

describe('a request that meets the limit', () => {
  it.each([
    ['once', [limited('0.01')], 2],
    ['three times', [limited('0.01'), limited('0.01'), limited('0.01')], 4],
  ])('%s waits as long as it is told and asks again', async (_name, refusals, asked) => {
    expect(await requestJson(await gateway(refusals), { method: 'POST', body: {} })).toEqual({ asked });
  });

  it.each<[string, readonly Refusal[]]>([
    ['four times', Array.from({ length: 4 }, () => limited('0.01'))],
    ['for longer than a reader waits', [limited('11')]],
    ['of questions in progress', [{ status: 429, code: 'concurrency_exceeded', retryAfter: '0.01' }]],
    ['while the gateway is overloaded', [{ status: 503, code: 'overloaded', retryAfter: '0.01' }]],
  ])('%s is told of it', async (_name, refusals) => {
    const told = requestJson(await gateway(refusals));
    await expect(told).rejects.toBeInstanceOf(GatewayError);
    await expect(told).rejects.toMatchObject({ code: refusals[0]?.code, status: refusals[0]?.status });
  });

  it('waits no longer than its own deadline', async () => {
    const told = requestJson(await gateway([limited('9')]), { deadlineMs: 20 });
    await expect(told).rejects.toMatchObject({ code: 'unreachable' });
  });
});
