import { connect } from 'node:net';
import { systemClock } from '@bettertherapy/core';
import { REFUSALS, type RefusalCode } from '@bettertherapy/protocol';
import { eventually } from '@bettertherapy/testkit';
import { ready } from '@bettertherapy/wallet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeRaw, RawClient, type RawReply, type RawRequest, readReply } from './rawRequest.js';
import { type RunningAxon, startAxon } from './runningAxon.js';
import { btauthCall, v10Call } from './signedRequests.js';

/** The axon's own deadline for receiving a request in these tests. */
const RECEIVE_MS = 600;
/** Far longer than any deadline under test; reaching it means that the server never gave up. */
const PATIENCE_MS = 20_000;

let axon: RunningAxon;
let serial = 0;

beforeAll(async () => {
  await ready();
  axon = await startAxon({ receiveDeadlineMs: RECEIVE_MS });
});

afterAll(async () => {
  await axon.close();
});

function correct(kind: 'v10' | 'btauth1' = 'btauth1', prompt = 'How do I sleep better?'): RawRequest {
  serial += 1;
  const call = kind === 'v10' ? v10Call : btauthCall;
  return call({
    signer: axon.validator,
    axonHotkey: axon.hotkey,
    port: axon.port,
    prompt,
    requestId: `socket-${serial}`,
  });
}

interface Talk {
  readonly replies: readonly RawReply[];
  /** The server ended the connection. */
  readonly closed: boolean;
}

/**
 * Opens a connection, writes the pieces (one every `everyMs`, from the first moment on), and reads until the server
 * closes, `expected` replies came or patience ends.
 */
function talk(pieces: readonly (string | Buffer)[], more: { everyMs?: number; expected?: number } = {}): Promise<Talk> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port: axon.port, noDelay: true });
    let received = Buffer.alloc(0);
    let next = 0;
    const replies: RawReply[] = [];
    let stopWriting = systemClock.after(0, write);
    const stopWaiting = systemClock.after(PATIENCE_MS, () => finish(false));
    function write(): void {
      const piece = pieces[next];
      next += 1;
      if (piece === undefined || !socket.writable) return;
      socket.write(piece);
      stopWriting = systemClock.after(more.everyMs ?? 1, write);
    }
    function finish(closed: boolean): void {
      stopWriting();
      stopWaiting();
      socket.destroy();
      resolve({ replies, closed });
    }
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      for (let read = readReply(received, false); read !== null; read = readReply(received, false)) {
        replies.push(read.reply);
        received = Buffer.from(read.rest);
      }
      if (more.expected !== undefined && replies.length >= more.expected) finish(false);
    });
    // A reset is a way of closing; what counts is which replies came before it.
    socket.on('error', () => socket.destroy());
    socket.on('close', () => finish(true));
  });
}

function codes(heard: Talk): string[] {
  return heard.replies.map((reply) => (reply.status === 200 ? 'answered' : String(JSON.parse(reply.body).code)));
}

async function stillAnswers(): Promise<void> {
  const client = new RawClient({ port: axon.port, patienceMs: PATIENCE_MS });
  expect((await client.send(correct()))?.status).toBe(200);
  client.close();
}

const head = (lines: readonly string[]): string => `${lines.join('\r\n')}\r\n\r\n`;
const POST = 'POST /v1/inference HTTP/1.1';
const JSON_TYPE = 'Content-Type: application/json';
/** The start of a TLS 1.2 client greeting. */
const TLS_HELLO = Buffer.from('16030100c8010000c40303', 'hex');

describe('malformed HTTP on a raw socket', () => {
  const cases: readonly (readonly [string, readonly (string | Buffer)[], RefusalCode | readonly RefusalCode[]])[] = [
    ['random words', ['hello axon, how are you?\r\n\r\n'], 'bad_http'],
    ['a TLS greeting', [Buffer.concat([TLS_HELLO, Buffer.alloc(200, 7)])], 'bad_http'],
    ['zero bytes', [Buffer.alloc(64)], 'bad_http'],
    ['an HTTP/2 preface', ['PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'], 'bad_http'],
    ['an unknown version', [head(['POST /v1/inference HTTP/9.9', 'Host: a'])], 'bad_http'],
    ['a space inside a header name', [head([POST, 'Host: a', 'bad name: x'])], 'bad_http'],
    ['a control character in a header', [head([POST, 'Host: a', 'x: \u0001'])], 'bad_http'],
    ['a header line folded', [head([POST, 'Host: a', 'x: 1', ' folded: 2', ' : '])], 'bad_http'],
    ['a negative length', [head([POST, 'Host: a', 'Content-Length: -5'])], 'bad_http'],
    ['a length in hexadecimal', [head([POST, 'Host: a', 'Content-Length: 0x10'])], 'bad_http'],
    ['a length past all integers', [head([POST, 'Host: a', `Content-Length: ${'9'.repeat(40)}`])], 'bad_http'],
    ['two lengths', [head([POST, 'Host: a', 'Content-Length: 3', 'Content-Length: 4'])], 'bad_http'],
    ['a length and chunks', [head([POST, 'Host: a', 'Content-Length: 3', 'Transfer-Encoding: chunked'])], 'bad_http'],
    ['an unknown transfer coding', [head([POST, 'Host: a', 'Transfer-Encoding: gzip'])], 'bad_http'],
    [
      'chunks of garbage',
      [head([POST, 'Host: a', JSON_TYPE, 'Transfer-Encoding: chunked']), 'zz\r\nnot a chunk\r\n'],
      'bad_http',
    ],
    [
      'a chunk longer than it says',
      [head([POST, 'Host: a', JSON_TYPE, 'Transfer-Encoding: chunked']), '2\r\nabcdef\r\n0\r\n\r\n'],
      'bad_http',
    ],
  ];

  it.each(cases)('refuses %s and closes', async (_name, pieces, code) => {
    const before = axon.answers();
    const heard = await talk(pieces);
    expect(heard.closed).toBe(true);
    expect(heard.replies.length).toBe(1);
    expect([code].flat()).toContain(codes(heard)[0]);
    expect(heard.replies[0]?.status).toBe(REFUSALS[[code].flat()[0] ?? 'bad_http'].httpStatus);
    expect(axon.answers()).toBe(before);
    await stillAnswers();
  });

  it('judges a request with an unknown expectation like any other', async () => {
    const heard = await talk([head([POST, 'Host: a', JSON_TYPE, 'Expect: cake', 'Content-Length: 2']), '{}'], {
      expected: 1,
    });
    expect(codes(heard)).toEqual(['no_signature']);
  });

  it('gives every bad_http refusal the same bytes in the same number', async () => {
    const all = await Promise.all(cases.filter(([, , code]) => code === 'bad_http').map(([, pieces]) => talk(pieces)));
    expect(new Set(all.map((heard) => heard.replies[0]?.body)).size).toBe(1);
    expect(new Set(all.map((heard) => heard.replies[0]?.bytes)).size).toBe(1);
  });
});

describe('what is too big', () => {
  it('refuses headers over 16 KiB, in one or in many lines', async () => {
    for (const lines of [
      [`x: ${'a'.repeat(17_000)}`],
      Array.from({ length: 400 }, (_, i) => `x-${i}: ${'b'.repeat(50)}`),
    ]) {
      const heard = await talk([head([POST, 'Host: a', ...lines])]);
      expect(codes(heard)).toEqual(['headers_too_large']);
      expect(heard.closed).toBe(true);
    }
    await stillAnswers();
  });

  it('refuses a body over 64 KiB by its announced length, before it arrives', async () => {
    const heard = await talk([head([POST, 'Host: a', JSON_TYPE, 'Content-Length: 500000000'])], { expected: 1 });
    expect(codes(heard)).toEqual(['body_too_large']);
  });

  it('refuses a body over 64 KiB that comes in chunks', async () => {
    const chunk = `4000\r\n${'x'.repeat(0x4000)}\r\n`;
    const heard = await talk(
      [head([POST, 'Host: a', JSON_TYPE, 'Transfer-Encoding: chunked']), ...Array.from({ length: 8 }, () => chunk)],
      { expected: 1 },
    );
    expect(codes(heard)).toEqual(['body_too_large']);
    await stillAnswers();
  });

  it('answers a signed call of nearly 64 KiB', async () => {
    const client = new RawClient({ port: axon.port, patienceMs: PATIENCE_MS });
    expect((await client.send(correct('btauth1', 'x'.repeat(64_000))))?.status).toBe(200);
    client.close();
  });
});

describe('who is too slow', () => {
  it('drops a head that trickles in byte by byte', async () => {
    const bytes = head([POST, 'Host: a', `x: ${'slow'.repeat(5000)}`]);
    const heard = await talk([...bytes], { everyMs: 20 });
    expect(heard.closed).toBe(true);
    for (const code of codes(heard)) expect(code).toBe('slow_request');
  });

  it('drops a body that never ends, however its head was signed', async () => {
    const before = axon.answers();
    const bytes = encodeRaw(correct());
    const heard = await talk([bytes.subarray(0, bytes.length - 4)]);
    expect(heard.closed).toBe(true);
    for (const code of codes(heard)) expect(code).toBe('slow_request');
    expect(axon.answers()).toBe(before);
  });

  it('answers others while two hundred slow connections are open', async () => {
    const slow = Array.from({ length: 200 }, () => talk([`${POST}\r\nHost: a\r\n`]));
    for (let n = 0; n < 5; n += 1) await stillAnswers();
    const all = await Promise.all(slow);
    expect(all.every((heard) => heard.closed)).toBe(true);
  });
});

describe('several requests on one connection', () => {
  it('answers pipelined calls in their order', async () => {
    const before = axon.answers();
    const heard = await talk([Buffer.concat([correct(), correct('v10'), correct()].map(encodeRaw))], { expected: 3 });
    expect(codes(heard)).toEqual(['answered', 'answered', 'answered']);
    expect(axon.answers()).toBe(before + 3);
  });

  it('refuses what follows a correct call on its own merits', async () => {
    const before = axon.answers();
    const unsigned = { ...correct(), headers: [['content-type', 'application/json']] as const };
    const heard = await talk([Buffer.concat([correct(), unsigned, correct()].map(encodeRaw)), 'garbage\r\n\r\n']);
    expect(codes(heard)).toEqual(['answered', 'no_signature', 'answered', 'bad_http']);
    expect(heard.closed).toBe(true);
    expect(axon.answers()).toBe(before + 2);
  });

  it('reads what follows a request without a body as requests of their own', async () => {
    const before = axon.answers();
    const inner = correct();
    const outer = head([POST, 'Host: a', JSON_TYPE, 'Content-Length: 0']);
    const heard = await talk([Buffer.concat([Buffer.from(outer), encodeRaw(inner), encodeRaw(inner)])], {
      expected: 3,
    });
    expect(codes(heard)).toEqual(['no_signature', 'answered', 'replayed']);
    expect(axon.answers()).toBe(before + 1);
  });
});

describe('callers who leave', () => {
  it('survives connections that are cut at every point of a call', async () => {
    const bytes = encodeRaw(correct());
    const cuts = Array.from({ length: 60 }, (_, i) => Math.floor((bytes.length * i) / 60));
    await Promise.all(
      cuts.map(
        (cut) =>
          new Promise<void>((resolve) => {
            const socket = connect({ host: '127.0.0.1', port: axon.port });
            socket.on('connect', () => socket.write(bytes.subarray(0, cut), () => socket.resetAndDestroy()));
            // Being reset is the point of the case.
            socket.on('error', () => socket.destroy());
            socket.on('close', () => resolve());
          }),
      ),
    );
    await stillAnswers();
  });

  it('aborts the answer of a caller who hung up', async () => {
    let aborted = 0;
    const waiting = await startAxon({}, ({ signal }) => {
      return new Promise((_, reject) => {
        signal.addEventListener('abort', () => {
          aborted += 1;
          reject(signal.reason);
        });
      });
    });
    const request = btauthCall({
      signer: waiting.validator,
      axonHotkey: waiting.hotkey,
      port: waiting.port,
      prompt: 'Hello?',
      requestId: 'leaving',
    });
    const socket = connect({ host: '127.0.0.1', port: waiting.port });
    socket.on('error', () => socket.destroy());
    socket.write(encodeRaw(request));
    await eventually('the call to reach the model', () => waiting.answers() === 1);
    socket.destroy();
    await eventually('the answer to be aborted', () => aborted === 1);
    await waiting.close();
  });
});
