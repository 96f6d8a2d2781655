import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger, systemClock } from '@bettertherapy/core';
import { loraBytes } from '@bettertherapy/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fetchAdapter } from '../../../src/adapters/fetchAdapter.js';
import { LlmErrorCode } from '../../../src/errors.js';
import { type SeenRequest, type TestServer, testServer } from '../../support/httpServer.js';

const BYTES = loraBytes({
  architecture: 'llama',
  alpha: 4,
  rank: 8,
  targets: [{ tensor: 'blk.0.attn_v.weight', inputs: 576, outputs: 192 }],
  seed: 1,
});
const SHA256 = createHash('sha256').update(BYTES).digest('hex');
const HALF = Math.floor(BYTES.length / 2);
const { signal } = new AbortController();

let dir: string;
let server: TestServer | null = null;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'bt-fetch-'));
});
afterEach(async () => {
  await server?.close();
  server = null;
  rmSync(dir, { recursive: true, force: true });
});

async function serve(answer: (request: SeenRequest, response: ServerResponse) => void): Promise<URL> {
  server = await testServer(answer);
  return new URL(`${server.origin}/v1/twin-adapters/${SHA256}`);
}

/** As the gateway does it. */
function whole({ headers }: SeenRequest, response: ServerResponse): void {
  const start = Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0);
  const range = { 'content-range': `bytes ${start}-${BYTES.length - 1}/${BYTES.length}` };
  response.writeHead(start > 0 ? 206 : 200, { 'content-length': BYTES.length - start, ...(start > 0 ? range : {}) });
  response.end(BYTES.subarray(start));
}

const take = (...urls: URL[]): Promise<string> =>
  fetchAdapter(
    { sha256: SHA256, bytes: BYTES.length, urls },
    { dir, attempts: 2 },
    { clock: systemClock, log: silentLogger },
    signal,
  );

describe('an address that the publisher of a pack chose', () => {
  it.each(['127.0.0.1', 'localhost', '2130706433', '[::ffff:127.0.0.1]', '[::1]'])(
    'is not asked where it leads into the machine or its network: %s',
    async (host) => {
      const { port } = await serve(whole);
      const published = new URL(`http://${host}:${port}/latest/meta-data`);
      const parts = { clock: systemClock, log: silentLogger };
      const wanted = { sha256: SHA256, bytes: BYTES.length, urls: [], published };
      await expect(fetchAdapter(wanted, { dir, attempts: 2 }, parts, signal)).rejects.toMatchObject({
        code: LlmErrorCode.DownloadFailed,
        message: expect.stringContaining('not on the public internet'),
      });
      expect(server?.requests).toEqual([]);
    },
  );

  it('comes after the gateways, which the operator named and which may be anywhere', async () => {
    const url = await serve(whole);
    const wanted = { sha256: SHA256, bytes: BYTES.length, urls: [url], published: new URL('https://10.0.0.1/x') };
    const parts = { clock: systemClock, log: silentLogger };
    expect(readFileSync(await fetchAdapter(wanted, { dir }, parts, signal))).toEqual(BYTES);
  });
});

describe('an adapter that is fetched', () => {
  it('goes on behind what an earlier run left', async () => {
    mkdirSync(dir, { recursive: true });
    writeFileSync(join(dir, `${SHA256}.gguf.part`), BYTES.subarray(0, HALF));
    const file = await take(await serve(whole));
    expect(server?.requests.map(({ headers }) => headers.range)).toEqual([`bytes=${HALF}-`]);
    expect(readFileSync(file)).toEqual(BYTES);
  });

  it('goes on by itself when the line breaks', async () => {
    const url = await serve((request, response) => {
      if (request.headers.range !== undefined) return whole(request, response);
      response.writeHead(200, { 'content-length': BYTES.length });
      response.write(BYTES.subarray(0, HALF), () => response.destroy());
    });
    expect(readFileSync(await take(url))).toEqual(BYTES);
  });

  it('comes from the next address when the first has another file, which is not gone on from', async () => {
    const url = await serve((request, response) => {
      if (!request.path.endsWith('/wrong')) return whole(request, response);
      response.writeHead(200);
      response.end(Buffer.alloc(HALF, 'x'));
    });
    expect(readFileSync(await take(new URL(`${url.origin}/wrong`), url))).toEqual(BYTES);
    expect(server?.requests.at(-1)?.headers.range).toBeUndefined();
  });

  it('is cut off when there is more than the pack says, however much that is', async () => {
    const url = await serve((_request, response) => {
      response.writeHead(200);
      const more = (): void => {
        while (!response.destroyed && response.write(BYTES));
        response.once('drain', more);
      };
      more();
    });
    await expect(take(url)).rejects.toMatchObject({ code: LlmErrorCode.DownloadMismatch });
  });

  it('is not looked for where a gateway without TLS sends to', async () => {
    const url = await serve((_request, response) => {
      response.writeHead(302, { location: 'http://127.0.0.1:9/elsewhere' });
      response.end();
    });
    await expect(take(url)).rejects.toMatchObject({ code: LlmErrorCode.DownloadFailed });
    expect(existsSync(join(dir, `${SHA256}.gguf`))).toBe(false);
  });
});
