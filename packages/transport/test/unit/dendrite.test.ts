import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTcpServer, type Server as TcpServer } from 'node:net';
import { silentLogger, systemClock } from '@bettertherapy/core';
import { AXON_VERSION } from '@bettertherapy/protocol';
import { eventually, FakeClock } from '@bettertherapy/testkit';
import { afterEach, describe, expect, it } from 'vitest';
import { type AxonTarget, Dendrite, type DendriteOptions, type DendriteReply, NonceClock } from '../../src/index.js';
import { alice, bob, closeAxons, fixture, startAxon } from './harness.js';

const request = { prompt: 'how are you', requestId: 'btai_1' };
const dendrites: Dendrite[] = [];
const servers: (Server | TcpServer)[] = [];

afterEach(async () => {
  await Promise.all(dendrites.splice(0).map((dendrite) => dendrite.close()));
  for (const server of servers.splice(0)) {
    if ('closeAllConnections' in server) server.closeAllConnections();
    server.close();
  }
  await closeAxons();
});

function makeDendrite(options: Partial<DendriteOptions> = {}): Dendrite {
  const parts = { clock: systemClock, log: silentLogger, metrics: null };
  const dendrite = new Dendrite({ signer: alice, ...options }, parts);
  dendrites.push(dendrite);
  return dendrite;
}

function target(port: number, more: Partial<AxonTarget> = {}): AxonTarget {
  return { hotkey: bob.address, ip: '127.0.0.1', port, ...more };
}

async function listen<S extends Server | TcpServer>(server: S): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** A peer that answers as told; the request's body has been read. */
function peer(answer: (request: IncomingMessage, response: ServerResponse, body: string) => void): Promise<number> {
  return listen(
    createServer((incoming, response) => {
      let body = '';
      incoming.on('data', (chunk) => {
        body += chunk;
      });
      incoming.on('end', () => answer(incoming, response, body));
    }),
  );
}

const GOOD = {
  'content-type': 'application/json',
  bt_header_axon_status_code: '200',
  bt_header_axon_status_message: 'Success',
};
const goodBody = (output = 'X'): string => JSON.stringify({ prompt: 'p', request_id: 'r', output });

describe('asking our own axon', () => {
  it.each([
    ['v10', 'v10', undefined],
    ['btauth1', 'btauth1', undefined],
    ['auto', 'btauth1', AXON_VERSION],
    ['auto', 'v10', 10_002_000],
    [undefined, 'v10', undefined],
  ] as const)('speaks %s as %s at version %s', async (protocol, spoken, version) => {
    const axon = await startAxon();
    const reply = await makeDendrite().query(target(axon.port, { protocol, version }), request, { deadlineMs: 5_000 });
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
      const reply = await makeDendrite().query(target(axon.port, { protocol }), request, { deadlineMs: 5_000 });
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

describe('transport failures, by their vectors', () => {
  const { cases } = fixture<{ cases: { id: string; event: string; status: number; message: string }[] }>(
    'dendriteTransport',
  );
  const peers: Record<string, () => Promise<number>> = {
    'tr-timeout': () => peer(() => undefined),
    'tr-short': () =>
      peer((_request, response) => {
        response.writeHead(200, { ...GOOD, 'content-length': '500' });
        response.write('{"prompt"');
      }),
    'tr-refused': async () => {
      const server = createTcpServer();
      const port = await listen(server);
      await new Promise<void>((resolve) => server.close(() => resolve()));
      return port;
    },
    'tr-closed': () => peer((incoming) => incoming.socket.end()),
    'tr-long-header': () =>
      peer((_request, response) => response.writeHead(200, { ...GOOD, 'x-long': 'y'.repeat(8_191) }).end(goodBody())),
  };
  const deadlines: Record<string, number> = { 'tr-timeout': 1_000, 'tr-short': 2_000 };

  it.each(cases)('$id: $event', async ({ id, status, message }) => {
    const port = (await peers[id]?.()) ?? 0;
    const deadlineMs = deadlines[id] ?? 5_000;
    const reply = await makeDendrite().query(target(port), request, { deadlineMs });
    const [head = ''] = message.replace('<ip>:<port>', `127.0.0.1:${port}`).split('<');
    expect(reply).toMatchObject({ ok: false, statusCode: status, output: null });
    expect(reply.statusMessage.startsWith(head)).toBe(true);
    if (!message.includes('<text>'))
      expect(reply.statusMessage).toBe(message.replace('<ip>:<port>', `127.0.0.1:${port}`));
    expect(reply.responseMs).toBeLessThanOrEqual(deadlineMs + 1_000);
  });
});

describe('hostile axons', () => {
  async function against(
    answer: (request: IncomingMessage, response: ServerResponse, body: string) => void,
    options: Partial<DendriteOptions> = {},
    more: Partial<AxonTarget> = {},
  ): Promise<DendriteReply> {
    const port = await peer(answer);
    return makeDendrite(options).query(target(port, more), request, { deadlineMs: 3_000 });
  }

  it('stops reading past its bound, announced or not', async () => {
    const huge = 'x'.repeat(300_000);
    const reply = await against((_request, response) => response.writeHead(200, GOOD).end(goodBody(huge)));
    expect([reply.statusCode, reply.output]).toEqual([400, null]);
    const small = await against((_request, response) => response.writeHead(200, GOOD).end(goodBody()), {
      maxReplyBytes: 10,
    });
    expect(small.statusMessage).toBe('Payload error: the reply is too large');
  });

  it('gives up at the deadline on a reply that drips', async () => {
    const reply = await against((_request, response) => {
      response.writeHead(200, GOOD);
      const drip = (): void => {
        if (response.destroyed) return;
        response.write(' ');
        systemClock.after(20, drip);
      };
      drip();
    });
    expect(reply.statusCode).toBe(408);
  });

  it('follows no redirect', async () => {
    let reached = 0;
    const other = await peer((_request, response) => {
      reached += 1;
      response.writeHead(200, GOOD).end(goodBody());
    });
    const reply = await against((_request, response) =>
      response.writeHead(307, { location: `http://127.0.0.1:${other}/InferenceSynapse` }).end(),
    );
    expect([reply.statusCode, reached]).toEqual([422, 0]);
  });

  it('measures time itself, whatever the headers claim, and from the first try', async () => {
    let asked = 0;
    const reply = await against((incoming, response) => {
      asked += 1;
      if (asked === 1) systemClock.after(200, () => incoming.socket.destroy());
      else response.writeHead(200, { ...GOOD, bt_header_dendrite_process_time: '0.0001' }).end(goodBody());
    });
    expect(reply).toMatchObject({ ok: true, output: 'X' });
    expect(reply.responseMs).toBeGreaterThanOrEqual(195);
    expect(asked).toBe(2);
  });

  it('signs anew when it tries again after a closed socket, once only', async () => {
    const nonces: string[] = [];
    const uuids: string[] = [];
    const reply = await against((incoming) => {
      nonces.push(String(incoming.headers.bt_header_dendrite_nonce));
      uuids.push(String(incoming.headers.bt_header_dendrite_uuid));
      incoming.socket.destroy();
    });
    expect(reply.ok).toBe(false);
    expect(nonces).toHaveLength(2);
    expect(BigInt(nonces[1] ?? 0)).toBeGreaterThan(BigInt(nonces[0] ?? 0));
    expect(new Set(uuids).size).toBe(2);
  });

  it.each([
    ['an HTML page', 200, 'text/html', '<h1>', 422],
    ['a proxy error', 502, 'text/html', '<h1>', 422],
    ['broken JSON', 200, 'application/json', '{', 422],
    ['a numeric output', 200, 'application/json', '{"prompt":"p","request_id":"r","output":5}', 422],
    ['no status', 200, 'application/json', goodBody(), 0],
    ['an error', 500, 'application/json', '{"message":"no"}', 500],
  ])('reads %s as what it is', async (_name, status, type, body, expected) => {
    const reply = await against((_request, response) => response.writeHead(status, { 'content-type': type }).end(body));
    expect(reply).toMatchObject({ ok: false, statusCode: expected });
  });

  it('cuts long status texts', async () => {
    const reply = await against((_request, response) =>
      response
        .writeHead(403, { 'content-type': 'application/json' })
        .end(JSON.stringify({ message: 'm'.repeat(5_000) })),
    );
    expect(reply.statusMessage).toHaveLength(256);
  });

  it('calls a reply cut in the middle what it is', async () => {
    const reply = await against((incoming, response) => {
      response.writeHead(200, { ...GOOD, 'content-length': '500' });
      response.write('{"prompt"', () => incoming.socket.destroy());
    });
    expect([reply.statusCode, reply.statusMessage]).toEqual([400, 'Payload error: the reply ended early']);
  });

  it('does not take an answer to another question over btauth/1', async () => {
    const reply = await against(
      (_request, response) =>
        response.writeHead(200, { 'content-type': 'application/json' }).end('{"request_id":"other","output":"X"}'),
      {},
      { protocol: 'btauth1' },
    );
    expect(reply).toMatchObject({ ok: false, statusCode: 422, output: null });
  });

  it.each(['not an address', '', '999.1.1.1'])('takes the address %j for no connection', async (ip) => {
    const reply = await makeDendrite().query(target(1, { ip }), request, { deadlineMs: 1_000 });
    expect(reply.statusCode).toBe(503);
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
      const reply = await dendrite.query(advertised, request, { deadlineMs: 3_000 });
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
    const reply = await makeDendrite().query(target(port, { version: AXON_VERSION }), request, { deadlineMs: 3_000 });
    expect([reply.statusCode, reply.protocol]).toEqual([status, 'btauth1']);
    expect(paths).toEqual(['/v1/inference']);
  });

  it('does not fall back when btauth/1 was asked for by name', async () => {
    const port = await peer((_request, response) => response.writeHead(404).end());
    const reply = await makeDendrite().query(target(port, { protocol: 'btauth1' }), request, { deadlineMs: 3_000 });
    expect([reply.statusCode, reply.protocol]).toEqual([404, 'btauth1']);
  });
});

describe('ending early', () => {
  it("rejects with the caller's own reason, alone and in a fan-out, and frees the axon", async () => {
    let closed = 0;
    const port = await peer((incoming) => incoming.socket.on('close', () => (closed += 1)));
    const dendrite = makeDendrite();
    for (const many of [false, true]) {
      const stop = new AbortController();
      const terms = { deadlineMs: 10_000, signal: stop.signal };
      const work = many
        ? dendrite.queryMany([{ target: target(port), request }], terms)
        : dendrite.query(target(port), request, terms);
      const before = closed;
      systemClock.after(50, () => stop.abort(new Error('enough')));
      await expect(work).rejects.toThrow('enough');
      await eventually('the socket to close', () => closed > before);
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
    await dendrite.query(target(port), request, { deadlineMs: 3_000 });
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
