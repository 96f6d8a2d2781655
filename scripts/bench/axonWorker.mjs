// Serves one port in a thread of its own, so that the load generator does not share its event loop.
import { parentPort, workerData } from 'node:worker_threads';
import { silentLogger, systemClock } from '@bettertherapy/core';
import { parseInferenceBody } from '@bettertherapy/protocol';
import { AxonServer, MemoryNonceStore } from '@bettertherapy/transport';
import { ready, signerFromUri } from '@bettertherapy/wallet';
import fastify from 'fastify';

const OUTPUT = 'A calm and useful answer. '.repeat(20);
const stop = new AbortController();

async function signedAxon() {
  await ready();
  const signer = signerFromUri('//Bob');
  const server = new AxonServer(
    {
      host: '127.0.0.1',
      port: 0,
      hotkey: signer.address,
      answerDeadlineMs: 30_000,
      queue: { concurrency: 256, capacity: 4096 },
      rate: { perMinute: 10_000_000, burst: 1_000_000 },
      addressRate: null,
    },
    {
      answer: async () => ({ output: OUTPUT }),
      policy: () => ({ allow: true, priority: 1 }),
      nonces: new MemoryNonceStore({ maxEntries: 1_000_000, firstStart: true }, { clock: systemClock }),
      signer,
      clock: systemClock,
      log: silentLogger,
      metrics: null,
    },
  );
  await server.start(stop.signal);
  return server.port;
}

/** The same framework, body parser and answer, without authentication and what follows from it. */
async function bareServer() {
  const app = fastify();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.post('/InferenceSynapse', async (request) => {
    const parsed = parseInferenceBody(request.body);
    if (!parsed.ok) throw new Error('the load generator sent a bad body');
    return { prompt: parsed.value.prompt, request_id: parsed.value.requestId, output: OUTPUT };
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  return app.server.address().port;
}

parentPort.postMessage({ port: await (workerData.signed ? signedAxon() : bareServer()) });
