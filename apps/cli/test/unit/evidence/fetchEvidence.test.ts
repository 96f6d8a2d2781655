import { createServer, type RequestListener } from 'node:http';
import { describeError, systemClock } from '@bettertherapy/core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { listEvidence } from '../../../src/commands/evidence/fetchEvidence.js';

/** Why a gateway that answers so gives no list; null when it gives one. */
async function listFrom(answer: RequestListener): Promise<string | null> {
  const server = createServer(answer);
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : null;
  const source = { gateway: `http://127.0.0.1:${port}`, clock: systemClock, signal: new AbortController().signal };
  return listEvidence(source).then(
    () => null,
    (error: unknown) => describeError(error),
  );
}

describe('evidence of a gateway', () => {
  it('is listed', async () => {
    expect(await listFrom((_, reply) => reply.end(`{"data":[{"number":1,"sha256":"${'0'.repeat(64)}"}]}`))).toBeNull();
  });

  it('is not taken from one that never stops sending', async () => {
    const chunk = Buffer.alloc(1024 * 1024, 32);
    let left = false;
    const why = await listFrom((_, reply) => {
      reply.on('close', () => {
        left = true;
      });
      const more = (): void => {
        while (!left && reply.write(chunk));
      };
      reply.on('drain', more);
      more();
    });
    expect(why).toContain('sends more than');
  });

  it.each([
    ['is not JSON', '<html>'],
    ['has another shape', '{"data":[{"number":"one"}]}'],
  ])('that %s is refused in words that help', async (_name, text) => {
    expect(await listFrom((_, reply) => reply.end(text))).toContain('no evidence from http://127.0.0.1:');
  });

  it('is waited for where the gateway says that it was asked too often', async () => {
    let asked = 0;
    const why = await listFrom((_, reply) => {
      asked += 1;
      if (asked < 3) reply.writeHead(429, { 'retry-after': '0' }).end('{}');
      else reply.end('{"data":[]}');
    });
    expect([why, asked]).toEqual([null, 3]);
  });

  it('is given up where every try is one too many', async () => {
    const why = await listFrom((_, reply) => reply.writeHead(503, { 'retry-after': '0' }).end('{}'));
    expect(why).toContain('it answers 503 {}');
  });

  it('that is answered with a refusal names its status', async () => {
    expect(await listFrom((_, reply) => reply.writeHead(404).end('{}'))).toContain('it answers 404 {}');
  });
});
