import { eventually } from '@bettertherapy/testkit';
import { afterEach, describe, expect, it } from 'vitest';
import { gate } from './gate.js';
import { alice, btauthRequest, closeAxons, send, startAxon, v10Request } from './harness.js';

afterEach(closeAxons);

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
    const callers = [new AbortController(), new AbortController()] as const;
    const ask = (at: 0 | 1) =>
      send(axon.port, { ...v10Request(axon.port, { uuid: `u${at}` }), signal: callers[at].signal }).catch(() => 'gone');
    const running = ask(0);
    await eventually('one to run', () => held.waiting() === 1);
    const waiting = ask(1);
    await eventually('one to wait', () => axon.queue.waiting === 1);
    // The waiting one first: else it may get the turn of the running one before its own end is seen.
    callers[1].abort();
    await eventually('nobody to wait', () => axon.queue.waiting === 0);
    callers[0].abort();
    expect(await Promise.all([running, waiting])).toEqual(['gone', 'gone']);
    await eventually('the answer to be stopped', () => held.aborted() === 1);
    const after = send(axon.port, v10Request(axon.port, { uuid: 'after' }));
    await eventually('the next to run', () => axon.asked.length === 2 && held.waiting() === 2);
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
