import { encodeRequest } from '@bettertherapy/protocol';
import { signerFromUri } from '@bettertherapy/wallet';
import { Pool } from 'undici';

export const CONCURRENCY = 64;
const PROMPT = 'I have slept badly for three weeks and worry about it all day. What can I do?';
let run = 0;

/** Requests from //Alice to //Bob signed ahead, so that signing does not slow the load down. */
export function signedRequests(count) {
  const alice = signerFromUri('//Alice');
  const bob = signerFromUri('//Bob');
  const now = BigInt(Date.now()) * 1_000_000n;
  run += 1;
  return Array.from({ length: count }, (_, at) =>
    encodeRequest({
      prompt: PROMPT,
      requestId: `bench-${at}`,
      timeoutSeconds: 60,
      axon: { ip: '127.0.0.1', port: 8091, hotkey: bob.address },
      dendrite: { ip: '127.0.0.1', hotkey: alice.address, uuid: `uuid-${run}-${at}` },
      nonceNs: now + BigInt(at),
      sign: (message) => alice.sign(message),
    }),
  );
}

/** Sends all of them over 64 connections; requests per second, and the 99th percentile of one in milliseconds. */
export async function load(port, requests) {
  const pool = new Pool(`http://127.0.0.1:${port}`, { connections: CONCURRENCY, pipelining: 1, headersTimeout: 0 });
  const waiting = [...requests];
  const tookMs = [];
  const startedAt = performance.now();
  await Promise.all(
    Array.from({ length: CONCURRENCY }, async () => {
      for (let next = waiting.pop(); next; next = waiting.pop()) {
        const sentAt = performance.now();
        const { statusCode, body } = await pool.request({
          path: '/InferenceSynapse',
          method: 'POST',
          headers: { ...next.headers, 'content-type': 'application/json' },
          body: next.body,
        });
        const text = await body.text();
        if (statusCode !== 200) throw new Error(`status ${statusCode}: ${text}`);
        tookMs.push(performance.now() - sentAt);
      }
    }),
  );
  const seconds = (performance.now() - startedAt) / 1000;
  await pool.close();
  tookMs.sort((a, b) => a - b);
  return { perSecond: requests.length / seconds, p99Ms: tookMs[Math.ceil(tookMs.length * 0.99) - 1] };
}
