import { connect } from 'node:net';
import { systemClock } from '@bettertherapy/core';
import { eventually } from '@bettertherapy/testkit';
import { signerFromSeed, signerFromUri } from '@bettertherapy/wallet';
import { afterEach, describe, expect, it } from 'vitest';
import { type AnswerFn, type CallerPolicy, MemoryNonceStore } from '../../src/index.js';
import {
  alice,
  btauthRequest,
  closeAxons,
  nonceAt,
  QUESTION,
  type RawRequest,
  send,
  startAxon,
  v10Headers,
  v10Request,
} from './harness.js';

afterEach(closeAxons);

/** An answer that waits until it is let go. */
function gate(): { answer: AnswerFn; open: () => void; waiting: () => number; aborted: () => number } {
  const waiters: (() => void)[] = [];
  let aborted = 0;
  return {
    answer: ({ signal }) =>
      new Promise((resolve, reject) => {
        waiters.push(() => resolve({ output: 'late' }));
        signal.addEventListener('abort', () => {
          aborted += 1;
          reject(signal.reason);
        });
      }),
    open: () => {
      for (const go of waiters.splice(0)) go();
    },
    waiting: () => waiters.length,
    aborted: () => aborted,
  };
}

const deny: CallerPolicy = () => ({ allow: false, code: 'no_permit', message: 'Non-validator hotkey' });

describe('an honest request', () => {
  it('is answered in v10 with its own lines back', async () => {
    const axon = await startAxon();
    const request = v10Request(axon.port);
    const reply = await send(axon.port, request);
    expect(reply.status).toBe(200);
    expect(reply.json).toMatchObject({ prompt: 'p', request_id: 'r', output: 'answer to p' });
    for (const field of ['nonce', 'uuid', 'hotkey', 'signature']) {
      expect(reply.headers[`bt_header_dendrite_${field}`]).toBe(request.headers?.[`bt_header_dendrite_${field}`]);
    }
  });

  it.each(['/v1/inference', '/InferenceSynapse'])('is answered in btauth/1 on %s without v10 lines', async (path) => {
    const axon = await startAxon();
    const reply = await send(axon.port, btauthRequest({ path }));
    expect(reply.status).toBe(200);
    expect(reply.json).toMatchObject({ request_id: 'r', output: 'answer to p' });
    expect(Object.keys(reply.headers).filter((name) => name.startsWith('bt_'))).toEqual([]);
  });

  it('carries caller, priority and the smaller deadline to the answer', async () => {
    const seen: { caller: string; priority: number; deadlineMs: number }[] = [];
    const axon = await startAxon(
      { answerDeadlineMs: 9_000 },
      {
        policy: () => ({ allow: true, priority: 7 }),
        answer: async ({ caller, priority, deadlineMs }) => {
          seen.push({ caller, priority, deadlineMs });
          return { output: 'x' };
        },
      },
    );
    await send(axon.port, v10Request(axon.port));
    await send(axon.port, v10Request(axon.port, { timeout: '3.0' }));
    await send(axon.port, btauthRequest({ body: JSON.stringify({ prompt: 'p', request_id: 'r', timeout: 2 }) }));
    expect(seen.map(({ caller, priority }) => [caller, priority])).toEqual(Array(3).fill([alice.address, 7]));
    const [own = 0, header = 0, body = 0] = seen.map(({ deadlineMs }) => deadlineMs);
    for (const [left, limit] of [
      [own, 9_000],
      [header, 3_000],
      [body, 2_000],
    ] as const) {
      expect(left).toBeLessThanOrEqual(limit);
      expect(left).toBeGreaterThan(0);
    }
  });
});

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

describe('authentication', () => {
  const cases: [string, number, string, (port: number) => RawRequest][] = [
    [
      'nothing signed',
      401,
      'no_signature',
      () => ({ headers: { 'content-type': 'application/json' }, body: QUESTION }),
    ],
    [
      'both protocols at once',
      401,
      'two_protocols',
      (port) => ({ headers: { ...v10Headers(port), ...btauthRequest().headers }, body: QUESTION }),
    ],
    ['v10 on the btauth/1 route', 401, 'no_signature', (port) => ({ ...v10Request(port), path: '/v1/inference' })],
    [
      'another receiver',
      401,
      'wrong_receiver',
      (port) => v10Request(port, { receiver: signerFromUri('//Charlie').address }),
    ],
    ['a nonce 17 s old', 401, 'stale', (port) => v10Request(port, { nonceNs: nonceAt(17_000) })],
    [
      'a nonce 17 s old under a long timeout',
      401,
      'stale',
      (port) => v10Request(port, { nonceNs: nonceAt(17_000), timeout: '500.0' }),
    ],
    ['a nonce 11 s ahead', 401, 'from_the_future', (port) => v10Request(port, { nonceNs: nonceAt(-11_000) })],
    ['an empty signature', 401, 'no_signature', (port) => with_(port, { bt_header_dendrite_signature: '' })],
    [
      'a signature without 0x',
      401,
      'malformed_auth',
      (port) => with_(port, { bt_header_dendrite_signature: '11'.repeat(64) }),
    ],
    [
      'a hotkey that is no address',
      401,
      'bad_key',
      (port) => with_(port, { bt_header_dendrite_hotkey: 'notanaddress' }),
    ],
    ['a uuid with a space', 400, 'bad_headers', (port) => with_(port, { bt_header_dendrite_uuid: 'a b' })],
    ['another uuid', 401, 'bad_signature', (port) => with_(port, { bt_header_dendrite_uuid: 'x' })],
    ['another hash', 401, 'bad_signature', (port) => with_(port, { computed_body_hash: 'ab'.repeat(32) })],
    ['btauth/1 with another body', 401, 'bad_signature', () => ({ ...btauthRequest(), body: `${QUESTION} ` })],
    ['btauth/1 on another path', 401, 'bad_signature', () => ({ ...btauthRequest(), path: '/v1/inference?x=1' })],
    ['btauth/1 for another receiver', 401, 'wrong_receiver', () => btauthRequest({ receiver: alice.address })],
    ['btauth/1 11 s old', 401, 'stale', () => btauthRequest({ nonceNs: nonceAt(11_000) })],
    ['btauth/1 3 s ahead', 401, 'stale', () => btauthRequest({ nonceNs: nonceAt(-3_000) })],
    ['btauth/1 of version 2', 401, 'malformed_auth', () => twist({ 'x-bittensor-version': '2' })],
    ['btauth/1 with an ed25519 key', 401, 'bad_signature', () => twist({ 'x-bittensor-crypto': 'ed25519' })],
    ['btauth/1 on the ping', 404, 'not_found', () => btauthRequest({ path: '/Synapse' })],
  ];
  function with_(port: number, change: Record<string, string>): RawRequest {
    return { headers: { ...v10Headers(port), ...change }, body: QUESTION };
  }
  function twist(change: Record<string, string>): RawRequest {
    const request = btauthRequest();
    return { ...request, headers: { ...request.headers, ...change } };
  }

  it.each(cases)('refuses %s', async (_name, status, code, build) => {
    const axon = await startAxon();
    const reply = await send(axon.port, build(axon.port));
    expect([reply.status, reply.json.code]).toEqual([status, code]);
    expect(axon.asked).toEqual([]);
  });

  it('repeats nothing of an unproved request', async () => {
    const axon = await startAxon();
    const marker = 'find-me-4711';
    const probes: RawRequest[] = [
      { path: `/${marker}` },
      {
        path: '/InferenceSynapse',
        headers: { ...v10Headers(axon.port), bt_header_dendrite_uuid: marker },
        body: marker,
      },
      { headers: { ...v10Headers(axon.port), timeout: marker }, body: marker },
      { headers: { ...v10Headers(axon.port), 'content-type': marker }, body: marker },
    ];
    for (const probe of probes) {
      const reply = await send(axon.port, probe);
      expect(reply.status).toBeGreaterThanOrEqual(400);
      expect(JSON.stringify([reply.headers, reply.text])).not.toContain(marker);
    }
  });

  it('refuses every single-bit change of a signature', async () => {
    const axon = await startAxon();
    for (let bit = 0; bit < 512; bit += 37) {
      const headers = v10Headers(axon.port);
      const signature = Buffer.from((headers.bt_header_dendrite_signature ?? '').slice(2), 'hex');
      signature[bit >> 3] = (signature[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      headers.bt_header_dendrite_signature = `0x${signature.toString('hex')}`;
      expect((await send(axon.port, { headers, body: QUESTION })).json.code).toBe('bad_signature');
    }
  });
});

describe('replay', () => {
  it('is refused in both protocols, also for a known caller with an old nonce', async () => {
    const axon = await startAxon();
    const older = v10Request(axon.port, { uuid: 'u' });
    const v10 = v10Request(axon.port, { uuid: 'u' });
    const btauth = btauthRequest();
    expect((await send(axon.port, v10)).status).toBe(200);
    expect((await send(axon.port, btauth)).status).toBe(200);
    for (const again of [v10, btauth, older]) expect((await send(axon.port, again)).json.code).toBe('replayed');
    expect(axon.asked).toHaveLength(2);
  });

  it('lets exactly one of 16 copies through that arrive at once', async () => {
    const axon = await startAxon();
    const request = btauthRequest();
    const replies = await Promise.all(Array.from({ length: 16 }, () => send(axon.port, request)));
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(axon.asked).toHaveLength(1);
  });

  it('is refused after a restart, with a store that survives and with one that does not', async () => {
    const clock = systemClock;
    const durable = new MemoryNonceStore({ maxEntries: 100, firstStart: true }, { clock });
    for (const nonces of [durable, new MemoryNonceStore({ maxEntries: 100 }, { clock })]) {
      const first = await startAxon({}, { nonces: durable });
      const request = v10Request(first.port);
      expect((await send(first.port, request)).status).toBe(200);
      await first.server.close();
      const second = await startAxon({}, { nonces });
      const reply = await send(second.port, request);
      expect(reply.status).toBeGreaterThanOrEqual(400);
      expect(['replayed', 'not_ready']).toContain(reply.json.code);
      expect(second.asked).toEqual([]);
    }
  });

  it('answers 503 while a forgetful axon cannot tell new requests from old ones, and recovers by itself', async () => {
    let offsetMs = 0;
    const clock = { ...systemClock, wallMs: () => systemClock.wallMs() + offsetMs };
    const axon = await startAxon({}, { clock, nonces: new MemoryNonceStore({ maxEntries: 100 }, { clock }) });
    const early = await send(axon.port, v10Request(axon.port));
    expect([early.status, early.json.code, early.headers['retry-after']]).toEqual([503, 'not_ready', '5']);
    offsetMs = 11_000;
    const later = await send(axon.port, v10Request(axon.port, { nonceNs: nonceAt(-11_000) }));
    expect(later.status).toBe(200);
    expect((await send(axon.port, v10Request(axon.port))).json.code).toBe('replayed');
  });

  it('refuses with 503 rather than forget when the store is full, and strangers cannot fill it', async () => {
    const nonces = new MemoryNonceStore({ maxEntries: 2, firstStart: true }, { clock: systemClock });
    const axon = await startAxon(
      {},
      {
        nonces,
        policy: (caller) =>
          caller === alice.address
            ? { allow: true, priority: 1 }
            : { allow: false, code: 'unregistered', message: 'Unrecognized hotkey' },
      },
    );
    for (let seed = 1; seed <= 5; seed += 1) {
      const signer = signerFromSeed(new Uint8Array(32).fill(seed));
      expect((await send(axon.port, v10Request(axon.port, { signer }))).status).toBe(403);
    }
    expect(nonces.size).toBe(0);
    for (const uuid of ['a', 'b']) expect((await send(axon.port, v10Request(axon.port, { uuid }))).status).toBe(200);
    expect((await send(axon.port, v10Request(axon.port, { uuid: 'c' }))).json.code).toBe('not_ready');
  });

  it('answers 503 when the store fails', async () => {
    const axon = await startAxon({}, { nonces: { accept: () => Promise.reject(new Error('disk full')) } });
    const reply = await send(axon.port, v10Request(axon.port));
    expect([reply.status, reply.json.code]).toEqual([503, 'not_ready']);
    expect(axon.asked).toEqual([]);
  });
});

describe('answering', () => {
  it('runs 64 callers at once through a queue ordered by priority', async () => {
    const held = gate();
    const order: number[] = [];
    let next = 0;
    const axon = await startAxon(
      { queue: { concurrency: 1, capacity: 64 } },
      {
        policy: () => ({ allow: true, priority: next++ }),
        answer: async (request) => {
          if (request.priority === 0) return held.answer(request);
          order.push(request.priority);
          return { output: 'x' };
        },
      },
    );
    const first = send(axon.port, v10Request(axon.port, { uuid: 'first' }));
    await eventually('the first to run', () => held.waiting() === 1);
    const rest = Array.from({ length: 63 }, (_, at) => send(axon.port, v10Request(axon.port, { uuid: `u${at}` })));
    await eventually('all to wait', () => next === 64);
    held.open();
    expect((await Promise.all([first, ...rest])).map(({ status }) => status)).toEqual(Array(64).fill(200));
    expect(order).toEqual([...order].sort((a, b) => b - a));
    expect(order).toHaveLength(63);
  });

  it('ends at the deadline with 408 and tells the answer to stop', async () => {
    const held = gate();
    const axon = await startAxon({}, { answer: held.answer });
    const reply = await send(axon.port, v10Request(axon.port, { timeout: '0.2' }));
    expect([reply.status, reply.json.message]).toEqual([408, 'Response timeout after: 0.2s']);
    expect(held.aborted()).toBe(1);
  });

  it('stops the answer when the caller goes away, waiting or running', async () => {
    const held = gate();
    const axon = await startAxon({ queue: { concurrency: 1, capacity: 4 } }, { answer: held.answer });
    const callers = [new AbortController(), new AbortController()];
    const gone = callers.map(({ signal }, at) =>
      send(axon.port, { ...v10Request(axon.port, { uuid: `u${at}` }), signal }).catch(() => 'gone'),
    );
    await eventually('the first to run', () => held.waiting() === 1);
    for (const caller of callers) caller.abort();
    expect(await Promise.all(gone)).toEqual(['gone', 'gone']);
    await eventually('the answer to be stopped', () => held.aborted() >= 1);
    const after = send(axon.port, v10Request(axon.port, { uuid: 'after' }));
    await eventually('the next to run', () => {
      held.open();
      return axon.asked.length >= 2;
    });
    held.open();
    expect((await after).status).toBe(200);
  });

  it('turns a failing answer into a 500 of constant size with an id, and nothing of the cause', async () => {
    const axon = await startAxon({}, { answer: () => Promise.reject(new Error('secret path /x')) });
    const replies = await Promise.all([
      send(axon.port, v10Request(axon.port, { uuid: 'a' })),
      send(axon.port, v10Request(axon.port, { uuid: 'b' })),
    ]);
    for (const reply of replies) {
      expect(reply.status).toBe(500);
      expect(reply.json.message).toMatch(/^Internal Server Error #[0-9a-f-]{36}$/);
      expect(reply.text).not.toContain('secret');
    }
    expect(new Set(replies.map(({ text }) => text.length)).size).toBe(1);
  });
});

describe('draining', () => {
  it('finishes what runs, refuses what comes with 503 and Connection: close, then closes', async () => {
    const held = gate();
    const axon = await startAxon({}, { answer: held.answer });
    const running = send(axon.port, v10Request(axon.port));
    await eventually('the answer to run', () => held.waiting() === 1);
    const drained = axon.server.drain(20_000);
    const late = await send(axon.port, v10Request(axon.port));
    expect([late.status, late.json.code, late.headers.connection]).toEqual([503, 'draining', 'close']);
    expect(late.headers['retry-after']).toBe('10');
    held.open();
    await drained;
    const reply = await running;
    expect([reply.status, reply.headers.connection]).toEqual([200, 'close']);
    await axon.server.close();
    await axon.server.close();
    await expect(send(axon.port, v10Request(axon.port))).rejects.toThrow(/ECONNREFUSED/);
  });

  it('gives up waiting at its deadline and stops what still runs', async () => {
    const held = gate();
    const axon = await startAxon({}, { answer: held.answer });
    const running = send(axon.port, v10Request(axon.port)).catch(() => 'cut');
    await eventually('the answer to run', () => held.waiting() === 1);
    await axon.server.drain(50);
    await axon.server.close();
    expect(await running).toBe('cut');
    expect(held.aborted()).toBe(1);
  });

  it('says which address it could not take', async () => {
    const axon = await startAxon();
    await expect(startAxon({ port: axon.port })).rejects.toMatchObject({ code: 'TRANSPORT_CANNOT_LISTEN' });
  });
});
