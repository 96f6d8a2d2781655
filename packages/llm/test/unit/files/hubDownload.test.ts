import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Clock, silentLogger, systemClock } from '@bettertherapy/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LlmErrorCode } from '../../../src/errors.js';
import { downloadFromHub, type HubOptions } from '../../../src/files/hubDownload.js';
import { type SeenRequest, type TestServer, testServer } from '../../support/httpServer.js';

const BODY = createHash('sha512').update('weights').digest();
const SOURCE = { kind: 'hub', repo: 'who/what', revision: 'main', file: 'm.gguf' } as const;
/** Retries wait for nothing. */
const clock: Clock = { ...systemClock, sleep: async () => undefined };
let folder: string;
let part: string;
const servers: TestServer[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hub-'));
  part = join(folder, 'm.part');
});
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
  await rm(folder, { recursive: true, force: true });
});

type Answer = (request: SeenRequest, response: ServerResponse, count: number) => void;

async function serve(answer: Answer): Promise<TestServer> {
  let count = 0;
  const server = await testServer((request, response) => {
    count += 1;
    answer(request, response, count);
  });
  servers.push(server);
  return server;
}

/** Answers as a server of files does, ranges included. */
const whole: Answer = (request, response) => {
  const from = Number(/^bytes=(\d+)-$/.exec(String(request.headers.range ?? ''))?.[1] ?? 0);
  if (from >= BODY.length) {
    response.writeHead(416, { 'content-range': `bytes */${BODY.length}` }).end();
    return;
  }
  const rest = BODY.subarray(from);
  response.writeHead(from > 0 ? 206 : 200, { 'content-length': String(rest.length) }).end(rest);
};

function download(
  endpoint: string,
  options: Partial<HubOptions> = {},
  onBytes: (bytes: number, total: number | null) => void = () => undefined,
): Promise<void> {
  return downloadFromHub(
    SOURCE,
    part,
    { endpoint, stallMs: 2_000, attempts: 3, ...options },
    { clock, log: silentLogger, onBytes },
    AbortSignal.timeout(20_000),
  );
}

describe('a download from the hub', () => {
  it('asks for the file at its revision and reports how far it is', async () => {
    const server = await serve(whole);
    const seen: [number, number | null][] = [];
    await download(`${server.origin}/`, {}, (bytes, total) => seen.push([bytes, total]));
    expect(await readFile(part)).toEqual(BODY);
    expect(server.requests[0]?.path).toBe('/who/what/resolve/main/m.gguf');
    expect(seen.at(-1)).toEqual([BODY.length, BODY.length]);
  });

  it('goes on behind what an earlier run left', async () => {
    const server = await serve(whole);
    await writeFile(part, BODY.subarray(0, 20));
    await download(server.origin);
    expect(await readFile(part)).toEqual(BODY);
    expect(server.requests.map(({ headers }) => headers.range)).toEqual(['bytes=20-']);
  });

  it('starts again when the server does not know ranges', async () => {
    const server = await serve((_r, response) => {
      response.writeHead(200, { 'content-length': String(BODY.length) }).end(BODY);
    });
    await writeFile(part, 'something else');
    await download(server.origin);
    expect(await readFile(part)).toEqual(BODY);
  });

  it('is content with a partial file that is already whole', async () => {
    const server = await serve(whole);
    await writeFile(part, BODY);
    await download(server.origin);
    expect(await readFile(part)).toEqual(BODY);
    expect(server.requests).toHaveLength(1);
  });

  it('starts again when the partial file is longer than the whole', async () => {
    const server = await serve(whole);
    await writeFile(part, Buffer.alloc(BODY.length + 5));
    await download(server.origin);
    expect(await readFile(part)).toEqual(BODY);
  });

  it('resumes by itself when the connection is cut', async () => {
    const server = await serve((request, response, count) => {
      if (count > 1) return whole(request, response, count);
      response.writeHead(200, { 'content-length': String(BODY.length) });
      // A polite end of the socket: destroying it may take the bytes along that are still on their way.
      response.write(BODY.subarray(0, 30), () => response.socket?.end());
    });
    await download(server.origin);
    expect(await readFile(part)).toEqual(BODY);
    expect(server.requests[1]?.headers.range).toBe('bytes=30-');
  });

  it('follows to another host and leaves the token behind', async () => {
    const store = await serve(whole);
    const hub = await serve((_request, response) => {
      response.writeHead(302, { location: `${store.origin}/blob?signed=1` }).end();
    });
    await download(hub.origin, { token: 'hf_secret' });
    expect(await readFile(part)).toEqual(BODY);
    expect(hub.requests[0]?.headers.authorization).toBe('Bearer hf_secret');
    expect(store.requests[0]?.headers.authorization).toBeUndefined();
  });

  it.each([
    [401, undefined, 'set HF_TOKEN'],
    [403, 'hf_secret', 'Accept the licence'],
  ])('says what to do when the server answers %i', async (status, token, remedy) => {
    const server = await serve((_request, response) => response.writeHead(status).end());
    await expect(download(server.origin, { token })).rejects.toMatchObject({
      code: LlmErrorCode.DownloadForbidden,
      remedy: expect.stringContaining(remedy),
    });
    expect(server.requests).toHaveLength(1);
  });

  it('does not look again for a file that is not there', async () => {
    const server = await serve((_request, response) => response.writeHead(404).end());
    await expect(download(server.origin)).rejects.toMatchObject({ code: LlmErrorCode.DownloadFailed });
    expect(server.requests).toHaveLength(1);
  });

  it('gives up on circles', async () => {
    const server = await serve((_request, response) => response.writeHead(302, { location: '/again' }).end());
    await expect(download(server.origin)).rejects.toMatchObject({ code: LlmErrorCode.DownloadFailed });
    expect(server.requests.length).toBeLessThan(10);
  });

  it('gives up on a server that falls silent, after its tries', async () => {
    const server = await serve(() => undefined);
    await expect(download(server.origin, { stallMs: 50, attempts: 2 })).rejects.toMatchObject({
      code: LlmErrorCode.DownloadFailed,
    });
    expect(server.requests).toHaveLength(2);
  });
});
