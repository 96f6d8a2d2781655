import { connect } from 'node:net';
import { eventually } from '@bettertherapy/testkit';
import { signerFromSeed } from '@bettertherapy/wallet';
import { afterEach, describe, expect, it } from 'vitest';
import type { CallerPolicy } from '../../src/index.js';
import { gate } from './gate.js';
import { closeAxons, type RawRequest, send, startAxon, v10Headers, v10Request } from './harness.js';

afterEach(closeAxons);

const deny: CallerPolicy = () => ({ allow: false, code: 'no_permit', message: 'Non-validator hotkey' });

describe('order of refusal', () => {
  const big = JSON.stringify({ prompt: 'x'.repeat(70_000), request_id: 'r' });
  const stranger = signerFromSeed(new Uint8Array(32).fill(77));

  /** Each request has the fault of its name and of every later name; the first must be the one reported. */
  const ladder: [string, number, string, (port: number) => RawRequest][] = [
    ['size', 413, 'body_too_large', (port) => ({ headers: unsigned(port, { timeout: 'x' }), body: big })],
    ['content type', 415, 'bad_content_type', (port) => ({ headers: unsigned(port, { 'content-type': 'text/x' }) })],
    ['shape', 400, 'bad_headers', (port) => ({ headers: { ...badSignature(port), timeout: 'x' }, body: '{' })],
    ['signature', 401, 'bad_signature', (port) => ({ headers: badSignature(port), body: '{' })],
  ];

  function unsigned(port: number, change: Record<string, string>): Record<string, string> {
    const { bt_header_dendrite_signature: _, ...rest } = v10Headers(port);
    return { ...rest, ...change };
  }
  function badSignature(port: number): Record<string, string> {
    return { ...v10Headers(port), bt_header_dendrite_signature: `0x${'11'.repeat(63)}8f` };
  }

  it.each(ladder)('%s comes before everything after it', async (_name, status, code, build) => {
    const axon = await startAxon({}, { policy: deny });
    const reply = await send(axon.port, build(axon.port));
    expect([reply.status, reply.json.code]).toEqual([status, code]);
    expect(axon.refusals).toEqual([code]);
    expect(axon.asked).toEqual([]);
  });

  it('replay comes before permit, permit before rate, rate before the body, the body before the queue', async () => {
    const held = gate();
    let policy: CallerPolicy = deny;
    const axon = await startAxon(
      { rate: { perMinute: 0.001, burst: 3 }, queue: { concurrency: 1, capacity: 0 } },
      { policy: (caller) => policy(caller), answer: held.answer },
    );
    const code = async (request: RawRequest): Promise<unknown> => (await send(axon.port, request)).json.code;
    const replayed = v10Request(axon.port);
    expect(await code(replayed)).toBe('no_permit');
    expect(await code(replayed)).toBe('replayed');
    policy = () => ({ allow: true, priority: 1 });
    const running = send(axon.port, v10Request(axon.port));
    await eventually('the first answer to run', () => held.waiting() === 1);
    expect(await code({ headers: v10Headers(axon.port), body: '{' })).toBe('bad_json');
    expect(await code(v10Request(axon.port))).toBe('queue_full');
    const limited = await send(axon.port, { headers: v10Headers(axon.port), body: '{' });
    expect([limited.status, limited.json.code]).toEqual([429, 'rate_limited']);
    expect(Number(limited.headers['retry-after'])).toBeGreaterThan(0);
    expect(await code({ ...v10Request(axon.port), headers: v10Headers(axon.port, { signer: stranger }) })).toBe(
      'queue_full',
    );
    held.open();
    expect((await running).status).toBe(200);
  });

  it('says when to come back after 503', async () => {
    const held = gate();
    const axon = await startAxon({ queue: { concurrency: 1, capacity: 0 } }, { answer: held.answer });
    const running = send(axon.port, v10Request(axon.port));
    await eventually('the answer to run', () => held.waiting() === 1);
    const reply = await send(axon.port, v10Request(axon.port));
    expect([reply.status, reply.headers['retry-after']]).toEqual([503, '2']);
    held.open();
    await running;
  });

  it('bounds each address before anything is verified', async () => {
    const axon = await startAxon({ addressRate: { perMinute: 0.001, burst: 2 } });
    await send(axon.port, v10Request(axon.port));
    await send(axon.port, v10Request(axon.port));
    const reply = await send(axon.port, v10Request(axon.port));
    expect([reply.status, reply.json.code]).toEqual([429, 'address_rate_limited']);
  });

  it('refuses oversized headers, oversized chunked bodies and broken HTTP with typed replies', async () => {
    const axon = await startAxon();
    const raw = (text: string): Promise<string> =>
      new Promise((resolve, reject) => {
        const socket = connect(axon.port, '127.0.0.1', () => socket.write(text));
        let got = '';
        socket.on('data', (chunk) => {
          got += chunk.toString();
        });
        socket.on('error', reject);
        socket.on('close', () => resolve(got));
      });
    expect(await raw(`POST / HTTP/1.1\r\nhost: x\r\nx-big: ${'y'.repeat(17_000)}\r\n\r\n`)).toMatch(
      /^HTTP\/1.1 431 .*"code":"headers_too_large"/s,
    );
    expect(await raw('NONSENSE\r\n\r\n')).toMatch(/^HTTP\/1.1 400 .*"code":"bad_http"/s);
    const chunk = `4000\r\n${'z'.repeat(0x4000)}\r\n`.repeat(5);
    const head =
      'POST /InferenceSynapse HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked';
    expect(await raw(`${head}\r\n\r\n${chunk}0\r\n\r\n`)).toMatch(/^HTTP\/1.1 413 .*"code":"body_too_large"/s);
    expect((await send(axon.port, { path: '/%ZZ' })).json.code).toBe('bad_http');
    expect((await send(axon.port, v10Request(axon.port))).status).toBe(200);
  });

  it('gives up on a request that arrives too slowly', async () => {
    const axon = await startAxon({ receiveDeadlineMs: 300 });
    const text = await new Promise<string>((resolve) => {
      const socket = connect(axon.port, '127.0.0.1', () => {
        socket.write(
          'POST /InferenceSynapse HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{',
        );
      });
      let got = '';
      socket.on('data', (chunk) => {
        got += chunk.toString();
      });
      socket.on('close', () => resolve(got));
    });
    expect(text).toMatch(/^HTTP\/1.1 408 .*"code":"slow_request"/s);
  });
});
