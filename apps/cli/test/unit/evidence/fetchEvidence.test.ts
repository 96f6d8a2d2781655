import { createServer, type RequestListener } from 'node:http';
import { describeError, systemClock } from '@bettertherapy/core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { listEvidence } from '../../../src/commands/evidence/fetchEvidence.js';

/** What {@link listEvidence} makes of a gateway that answers so. */
async function numbersFrom(answer: RequestListener, last = 1_000): Promise<number[]> {
  const server = createServer(answer);
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : null;
  const source = { gateway: `http://127.0.0.1:${port}`, clock: systemClock, signal: new AbortController().signal };
  return listEvidence(source, last);
}

/** Why a gateway that answers so gives no list; null when it gives one. */
async function listFrom(answer: RequestListener): Promise<string | null> {
  return numbersFrom(answer).then(
    () => null,
    (error: unknown) => describeError(error),
  );
}

/** A gateway with the evidence of rounds 1 to `rounds` that lists so many in one reply, newest first. */
function paged(rounds: number, inOne: number): { readonly answer: RequestListener; readonly asked: string[] } {
  const asked: string[] = [];
  const answer: RequestListener = ({ url = '' }, reply) => {
    asked.push(url);
    const before = Number(new URL(url, 'http://gateway').searchParams.get('before') ?? rounds + 1);
    const numbers = Array.from({ length: rounds }, (_, at) => rounds - at).filter((number) => number < before);
    const data = numbers.slice(0, inOne).map((number) => ({ number, sha256: '0'.repeat(64) }));
    reply.end(JSON.stringify({ data, has_more: numbers.length > inOne }));
  };
  return { answer, asked };
}

describe('evidence of a gateway', () => {
  it('is listed', async () => {
    expect(await listFrom((_, reply) => reply.end(`{"data":[{"number":1,"sha256":"${'0'.repeat(64)}"}]}`))).toBeNull();
  });

  it.each<[string, number, number[], number]>([
    ['all of it, however many replies that takes', 1_000, [1, 2, 3, 4, 5, 6, 7], 3],
    ['the newest, in no more replies than it takes', 4, [4, 5, 6, 7], 2],
    ['one reply when that has enough', 3, [5, 6, 7], 1],
  ])('is listed oldest first: %s', async (_name, last, expected, replies) => {
    const { answer, asked } = paged(7, 3);
    expect(await numbersFrom(answer, last)).toEqual(expected);
    expect(asked).toHaveLength(replies);
  });

  it('ends where a gateway says that there is more and gives the same again', async () => {
    const data = [{ number: 1, sha256: '0'.repeat(64) }];
    expect(await numbersFrom((_, reply) => reply.end(JSON.stringify({ data, has_more: true })))).toEqual([1]);
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
