import { systemClock } from '@bettertherapy/core';
import { AXON_VERSION } from '@bettertherapy/protocol';
import { eventually, FakeClock } from '@bettertherapy/testkit';
import { afterEach, describe, expect, it } from 'vitest';
import { NonceClock } from '../../src/index.js';
import { startAxon } from './harness.js';
import { closePeers, GOOD, goodBody, makeDendrite, peer, request, target } from './peers.js';

afterEach(closePeers);

describe('asking our own axon', () => {
  it.each([
    ['v10', 'v10', undefined],
    ['btauth1', 'btauth1', undefined],
    ['auto', 'btauth1', AXON_VERSION],
    ['auto', 'v10', 10_002_000],
    [undefined, 'v10', undefined],
  ] as const)('speaks %s as %s at version %s', async (protocol, spoken, version) => {
    const axon = await startAxon();
    const reply = await makeDendrite().query(target(axon.port, { protocol, version }), request, { deadlineMs: 20_000 });
    expect(reply).toMatchObject({
      ok: true,
      statusCode: 200,
      statusMessage: 'Success',
      output: 'answer to how are you',
      protocol: spoken,
    });
    expect(reply.responseMs).toBeGreaterThan(0);
    expect(reply.axonProcessMs).toBeLessThanOrEqual(reply.responseMs);
  });

  it('reports a refusal with its code and text', async () => {
    const axon = await startAxon(
      {},
      { policy: () => ({ allow: false, code: 'no_permit', message: 'Non-validator hotkey' }) },
    );
    for (const protocol of ['v10', 'btauth1'] as const) {
      const reply = await makeDendrite().query(target(axon.port, { protocol }), request, { deadlineMs: 20_000 });
      expect(reply).toMatchObject({
        ok: false,
        statusCode: 403,
        statusMessage: 'Forbidden. Key is blacklisted: Non-validator hotkey.',
        output: null,
      });
    }
  });

  it('asks 64 at once without a refused nonce, in order, telling each as it arrives', async () => {
    const axon = await startAxon({ queue: { concurrency: 64, capacity: 64 } });
    const calls = Array.from({ length: 64 }, (_, at) => ({
      target: target(axon.port, { protocol: at % 2 === 0 ? 'v10' : 'btauth1' }),
      request: { prompt: `q${at}`, requestId: `r${at}` },
    }));
    const seen: number[] = [];
    const replies = await makeDendrite({ connectionsPerAxon: 64 }).queryMany(calls, {
      deadlineMs: 20_000,
      onReply: (reply, index) => {
        expect(reply.ok).toBe(true);
        seen.push(index);
      },
    });
    expect(replies.map(({ output }) => output)).toEqual(calls.map((_, at) => `answer to q${at}`));
    expect([...seen].sort((a, b) => a - b)).toEqual(calls.map((_, at) => at));
  });

  it('does not look like a leak to Node, with the signal of the caller or without', async () => {
    const warnings: string[] = [];
    const note = (warning: Error): number => warnings.push(`${warning.name}: ${warning.message}`);
    process.on('warning', note);
    const port = await peer((_request, response) => response.writeHead(200, GOOD).end(goodBody()));
    const calls = Array.from({ length: 32 }, () => ({ target: target(port), request }));
    const dendrite = makeDendrite({ connectionsPerAxon: 32 });
    for (const signal of [undefined, new AbortController().signal]) {
      await dendrite.queryMany(calls, { deadlineMs: 20_000, signal });
    }
    // Warnings are emitted on the next tick.
    await systemClock.sleep(0);
    process.off('warning', note);
    expect(warnings).toEqual([]);
  });

  it('waits for its turn within the concurrency and shares one deadline', async () => {
    let running = 0;
    let most = 0;
    const port = await peer((_request, response) => {
      running += 1;
      most = Math.max(most, running);
      systemClock.after(30, () => {
        running -= 1;
        response.writeHead(200, GOOD).end(goodBody());
      });
    });
    const calls = Array.from({ length: 12 }, () => ({ target: target(port), request }));
    const dendrite = makeDendrite({ concurrency: 3, connectionsPerAxon: 8 });
    const replies = await dendrite.queryMany(calls, { deadlineMs: 10_000 });
    expect(replies.every(({ ok }) => ok)).toBe(true);
    expect(most).toBe(3);
    const silent = await peer(() => undefined);
    const late = await dendrite.queryMany(
      Array.from({ length: 6 }, () => ({ target: target(silent), request })),
      { deadlineMs: 100 },
    );
    expect(late.map(({ statusCode }) => statusCode)).toEqual(Array(6).fill(408));
  });
});

describe('choosing the protocol', () => {
  it('falls back to v10 when the route is unknown, remembers it, and counts the whole time', async () => {
    const paths: string[] = [];
    const port = await peer((incoming, response) => {
      paths.push(incoming.url ?? '');
      if (incoming.url === '/v1/inference') response.writeHead(404, { 'content-type': 'text/html' }).end('no');
      else response.writeHead(200, GOOD).end(goodBody());
    });
    const dendrite = makeDendrite();
    const advertised = target(port, { version: AXON_VERSION });
    for (let round = 0; round < 2; round += 1) {
      const reply = await dendrite.query(advertised, request, { deadlineMs: 20_000 });
      expect(reply).toMatchObject({ ok: true, protocol: 'v10' });
    }
    expect(paths).toEqual(['/v1/inference', '/InferenceSynapse', '/InferenceSynapse']);
  });

  it.each([401, 403, 429, 500, 503])('does not fall back on %d', async (status) => {
    const paths: string[] = [];
    const port = await peer((incoming, response) => {
      paths.push(incoming.url ?? '');
      response.writeHead(status, { 'content-type': 'application/json' }).end('{"message":"no"}');
    });
    const reply = await makeDendrite().query(target(port, { version: AXON_VERSION }), request, { deadlineMs: 20_000 });
    expect([reply.statusCode, reply.protocol]).toEqual([status, 'btauth1']);
    expect(paths).toEqual(['/v1/inference']);
  });

  it('does not fall back when btauth/1 was asked for by name', async () => {
    const port = await peer((_request, response) => response.writeHead(404).end());
    const reply = await makeDendrite().query(target(port, { protocol: 'btauth1' }), request, { deadlineMs: 20_000 });
    expect([reply.statusCode, reply.protocol]).toEqual([404, 'btauth1']);
  });
});

describe('ending early', () => {
  it("rejects with the caller's own reason, alone and in a fan-out, and frees the axon", async () => {
    let closed = 0;
    let asked = 0;
    const port = await peer((incoming) => {
      asked += 1;
      incoming.socket.on('close', () => (closed += 1));
    });
    const dendrite = makeDendrite();
    for (const many of [false, true]) {
      const stop = new AbortController();
      const terms = { deadlineMs: 10_000, signal: stop.signal };
      const work = many
        ? dendrite.queryMany([{ target: target(port), request }], terms)
        : dendrite.query(target(port), request, terms);
      const rejected = expect(work).rejects.toThrow('enough');
      await eventually('the axon to be asked', () => asked > closed);
      stop.abort(new Error('enough'));
      await rejected;
      await eventually('the socket to close', () => closed === asked);
    }
    await expect(
      dendrite.query(target(port), request, { deadlineMs: 10, signal: AbortSignal.abort(new Error('never')) }),
    ).rejects.toThrow('never');
  });

  it('ends the fan-out when onReply throws', async () => {
    const port = await peer((_request, response) => response.writeHead(200, GOOD).end(goodBody()));
    const silent = await peer(() => undefined);
    const calls = [port, silent].map((one) => ({ target: target(one), request }));
    const work = makeDendrite().queryMany(calls, {
      deadlineMs: 10_000,
      onReply: () => {
        throw new Error('no row');
      },
    });
    await expect(work).rejects.toThrow('no row');
  });

  it('closes once and answers "no connection" afterwards', async () => {
    const port = await peer((_request, response) => response.writeHead(200, GOOD).end(goodBody()));
    const dendrite = makeDendrite();
    await dendrite.query(target(port), request, { deadlineMs: 20_000 });
    await dendrite.close();
    await dendrite.close();
    expect((await dendrite.query(target(port), request, { deadlineMs: 500 })).statusCode).toBe(503);
  });
});

describe('nonces', () => {
  it('strictly increase, also within a millisecond and when the clock is set back', () => {
    const clock = new FakeClock(1_750_000_000_000);
    const nonces = new NonceClock({ clock });
    const first = nonces.next();
    expect(first).toBe(1_750_000_000_000_000_000n);
    expect(nonces.next()).toBe(first + 1n);
    clock.jumpWall(-60_000);
    expect(nonces.next()).toBe(first + 2n);
    clock.jumpWall(61_000);
    expect(nonces.next()).toBe(first + 1_000_000_000n);
  });
});
