import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { encodeRequest } from '@bettertherapy/protocol';
import { ready, signerFromUri } from '@bettertherapy/wallet';
import { Pool } from 'undici';

const REQUESTS = 3_000;
const CONCURRENCY = 64;
const REPEATS = 3;

/** Requests signed ahead, so that signing does not slow the load down. */
function signedRequests(count) {
  const alice = signerFromUri('//Alice');
  const bob = signerFromUri('//Bob');
  const now = BigInt(Date.now()) * 1_000_000n;
  return Array.from({ length: count }, (_, at) =>
    encodeRequest({
      prompt: 'I have slept badly for three weeks and worry about it all day. What can I do?',
      requestId: `bench-${at}`,
      timeoutSeconds: 30,
      axon: { ip: '127.0.0.1', port: 8091, hotkey: bob.address },
      dendrite: { ip: '127.0.0.1', hotkey: alice.address, uuid: `uuid-${at}` },
      nonceNs: now + BigInt(at),
      sign: (message) => alice.sign(message),
    }),
  );
}

async function perSecond(port, requests) {
  const pool = new Pool(`http://127.0.0.1:${port}`, { connections: CONCURRENCY, pipelining: 1 });
  const waiting = [...requests];
  const startedAt = performance.now();
  await Promise.all(
    Array.from({ length: CONCURRENCY }, async () => {
      for (let next = waiting.pop(); next; next = waiting.pop()) {
        const { statusCode, body } = await pool.request({
          path: '/InferenceSynapse',
          method: 'POST',
          headers: { ...next.headers, 'content-type': 'application/json' },
          body: next.body,
        });
        const text = await body.text();
        if (statusCode !== 200) throw new Error(`status ${statusCode}: ${text}`);
      }
    }),
  );
  const seconds = (performance.now() - startedAt) / 1000;
  await pool.close();
  return requests.length / seconds;
}

async function serve(signed) {
  const worker = new Worker(new URL('./axonWorker.mjs', import.meta.url), { workerData: { signed } });
  const [{ port }] = await once(worker, 'message');
  return { port, stop: () => worker.terminate() };
}

/** The best of several alternating runs of each, so that both see the same machine. */
export async function axonSignatures() {
  await ready();
  const bare = await serve(false);
  const signed = await serve(true);
  const best = { bare: 0, signed: 0 };
  for (let repeat = 0; repeat < REPEATS; repeat += 1) {
    const requests = signedRequests(REQUESTS);
    best.bare = Math.max(best.bare, await perSecond(bare.port, requests));
    best.signed = Math.max(best.signed, await perSecond(signed.port, requests));
  }
  await Promise.all([bare.stop(), signed.stop()]);
  return {
    title: `axon: requests per second at ${CONCURRENCY} connections, instant answer`,
    rows: [
      { what: 'bare server: same framework and body parser, nothing checked', value: best.bare, unit: 'req/s' },
      { what: 'our axon: v10, signature, nonce, policy, rate, queue', value: best.signed, unit: 'req/s' },
    ],
  };
}
