import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { gzipSync } from 'node:zlib';
import { systemClock } from '@bettertherapy/core';
import { afterEach, describe, expect, it } from 'vitest';
import type { AxonTarget, DendriteOptions, DendriteReply } from '../../src/index.js';
import { fixture } from './harness.js';
import { closePeers, GOOD, goodBody, listen, makeDendrite, peer, request, target } from './peers.js';

afterEach(closePeers);

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
  });
});

describe('hostile axons', () => {
  async function against(
    answer: (request: IncomingMessage, response: ServerResponse, body: string) => void,
    options: Partial<DendriteOptions> = {},
    more: Partial<AxonTarget> = {},
    deadlineMs = 20_000,
  ): Promise<DendriteReply> {
    const port = await peer(answer);
    return makeDendrite(options).query(target(port, more), request, { deadlineMs });
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
    const reply = await against(
      (_request, response) => {
        response.writeHead(200, GOOD);
        const drip = (): void => {
          if (response.destroyed) return;
          response.write(' ');
          systemClock.after(20, drip);
        };
        drip();
      },
      {},
      {},
      400,
    );
    expect(reply.statusCode).toBe(408);
  });

  it('unpacks nothing, however much it would become', async () => {
    const packed = gzipSync(goodBody('x'.repeat(20_000_000)));
    expect(packed.length).toBeLessThan(100_000);
    const asked: string[] = [];
    const before = process.memoryUsage().arrayBuffers;
    const reply = await against((incoming, response) => {
      asked.push(String(incoming.headers['accept-encoding'] ?? 'none'));
      response.writeHead(200, { ...GOOD, 'content-encoding': 'gzip' }).end(packed);
    });
    expect([reply.statusCode, reply.output]).toEqual([422, null]);
    expect(asked.filter((encodings) => /gzip|br|deflate/.test(encodings))).toEqual([]);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(10_000_000);
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
