import type { ServerResponse } from 'node:http';
import { silentLogger, systemClock } from '@bettertherapy/core';
import { afterEach, describe, expect, it } from 'vitest';
import { LlmErrorCode } from '../../../src/errors.js';
import type { LanguageModel } from '../../../src/languageModel.js';
import { openModel } from '../../../src/openModel.js';
import { type SeenRequest, sendEvents, sendJson, type TestServer, testServer } from '../../support/httpServer.js';

const KEY = 'sk-ant-test-4711';
let server: TestServer | null = null;
let model: LanguageModel | null = null;

afterEach(async () => {
  await model?.close();
  await server?.close();
});

async function open(
  answer: (request: SeenRequest, response: ServerResponse, count: number) => void,
): Promise<{ model: LanguageModel; server: TestServer }> {
  let count = 0;
  server = await testServer((request, response) => {
    count += 1;
    answer(request, response, count);
  });
  model = await openModel(
    { backend: 'anthropic', apiKey: KEY, model: 'm', baseUrl: server.origin },
    { clock: systemClock, log: silentLogger, metrics: null },
  );
  return { model, server };
}

const event = (type: string, fields: object): string => `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}`;
const START = event('message_start', { message: { usage: { input_tokens: 9, output_tokens: 0 } } });
const text = (said: string): string =>
  event('content_block_delta', { index: 0, delta: { type: 'text_delta', text: said } });
const stop = (reason: string): string =>
  event('message_delta', { delta: { stop_reason: reason }, usage: { output_tokens: 2 } });
const END = event('message_stop', {});
const request = {
  messages: [
    { role: 'system' as const, content: 'Be kind.' },
    { role: 'user' as const, content: 'Hello' },
  ],
  maxTokens: 5,
  sampling: { temperature: 0.5, topK: 10, seed: 1 },
};

describe('a chat with Anthropic', () => {
  it('streams, counts, and sends the system text in its own field', async () => {
    const { model, server } = await open((_request, response) =>
      sendEvents(response, [START, text('Hi'), text(' there'), stop('end_turn'), END]),
    );
    expect(await model.complete(request)).toEqual({
      text: 'Hi there',
      stopReason: 'end',
      promptTokens: 9,
      outputTokens: 2,
    });
    expect(server.requests[0]).toMatchObject({
      path: '/v1/messages',
      headers: { 'x-api-key': KEY },
      body: {
        system: 'Be kind.',
        messages: [{ role: 'user', content: 'Hello' }],
        max_tokens: 5,
        temperature: 0.5,
        top_k: 10,
      },
    });
  });

  it('says when the answer is cut at its length', async () => {
    const { model } = await open((_r, response) => sendEvents(response, [START, text('Hi'), stop('max_tokens'), END]));
    expect((await model.complete(request)).stopReason).toBe('length');
  });

  it('tries again when the server is overloaded', async () => {
    const { model, server } = await open((_request, response, count) => {
      if (count === 1) sendJson(response, 529, { error: { message: 'overloaded' } }, { 'retry-after': '0' });
      else sendEvents(response, [START, text('Hi'), stop('end_turn'), END]);
    });
    expect((await model.complete(request)).text).toBe('Hi');
    expect(server.requests).toHaveLength(2);
  });

  it('fails when the stream is cut', async () => {
    const { model } = await open((_request, response) => {
      sendEvents(response, [START, text('Hi')], false);
      setImmediate(() => response.destroy());
    });
    await expect(model.complete(request)).rejects.toMatchObject({ code: LlmErrorCode.RemoteUnavailable });
  });

  it('does not tell the key when it is refused', async () => {
    const { model } = await open((_r, response) =>
      sendJson(response, 401, { error: { message: `invalid x-api-key ${KEY}` } }),
    );
    const error: unknown = await model.complete(request).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: LlmErrorCode.RemoteRefused });
    expect(`${String(error)}${String((error as Error).cause)}`).not.toContain(KEY);
  });

  it('says LLM_UNSUPPORTED to everything but chatting', async () => {
    const { model } = await open((_request, response) => sendJson(response, 200, {}));
    const prompt = { system: '', prefix: 'a', suffix: 'b' };
    const refused = { code: LlmErrorCode.Unsupported };
    await expect(model.nextTokenProbabilities({ prompt, labels: { a: ['a'] } })).rejects.toMatchObject(refused);
    await expect(model.logLikelihood({ prompt: null, text: 'a' })).rejects.toMatchObject(refused);
    await expect(model.embed(['a'])).rejects.toMatchObject(refused);
    expect(model.info.capabilities).toEqual({
      nextToken: false,
      logLikelihood: false,
      embeddings: false,
      adapters: null,
    });
  });
});
