// Serves one port in a thread of its own, so that the load generator does not share its event loop.
import { parentPort, workerData } from 'node:worker_threads';
import { parseInferenceBody } from '@bettertherapy/protocol';
import fastify from 'fastify';
import { startAxon } from './axons.mjs';

const OUTPUT = 'A calm and useful answer. '.repeat(20);

/** The same framework, body parser and answer, without authentication and what follows from it. */
async function bareServer() {
  const app = fastify();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.post('/InferenceSynapse', async (request) => {
    const parsed = parseInferenceBody(/** @type {Buffer} */ (request.body));
    if (!parsed.ok) throw new Error('the load generator sent a bad body');
    return { prompt: parsed.value.prompt, request_id: parsed.value.requestId, output: OUTPUT };
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  return /** @type {import('node:net').AddressInfo} */ (app.server.address());
}

const { port } = await (workerData.signed ? startAxon({ uri: '//Bob', output: () => OUTPUT }) : bareServer());
parentPort.postMessage({ port });
