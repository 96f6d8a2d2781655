import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { ready } from '@bettertherapy/wallet';
import { CONCURRENCY, load, signedRequests } from './load.mjs';

const REQUESTS = 3_000;
const REPEATS = 3;

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
    // Signed anew for each, because they are too old after 16 seconds.
    best.bare = Math.max(best.bare, (await load(bare.port, signedRequests(REQUESTS))).perSecond);
    best.signed = Math.max(best.signed, (await load(signed.port, signedRequests(REQUESTS))).perSecond);
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
