import type { ServerResponse } from 'node:http';
import { CoreErrorCode, type Logger, silentLogger, systemClock } from '@bettertherapy/core';
import { afterEach, describe, expect, it } from 'vitest';
import { LlmErrorCode } from '../../../src/errors.js';
import type { LanguageModel } from '../../../src/languageModel.js';
import type { OpenAiConfig } from '../../../src/modelConfig.js';
import { openModel } from '../../../src/openModel.js';
import { type SeenRequest, sendEvents, sendJson, type TestServer, testServer } from '../../support/httpServer.js';

const KEY = 'sk-test-4711';
let server: TestServer | null = null;
let model: LanguageModel | null = null;
const logged: string[] = [];

afterEach(async () => {
  await model?.close();
  await server?.close();
  logged.length = 0;
});

async function open(
  answer: (request: SeenRequest, response: ServerResponse, count: number) => void,
  config: Partial<OpenAiConfig> = {},
): Promise<{ model: LanguageModel; server: TestServer }> {
  let count = 0;
  server = await testServer((request, response) => {
    count += 1;
    answer(request, response, count);
  });
  const note = (message: string, fields: unknown = {}): void => {
    logged.push(message + JSON.stringify(fields));
  };
  const log: Logger = { ...silentLogger, warn: note, error: note, info: note, debug: note, trace: note };
  model = await openModel(
    { backend: 'openai', baseUrl: `${server.origin}/v1`, apiKey: KEY, model: 'm', ...config },
    { clock: systemClock, log, metrics: null },
  );
  return { model, server };
}

const piece = (content: string, finish: string | null = null): string =>
  `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content }, finish_reason: finish }] })}`;
const USAGE = `data: ${JSON.stringify({ choices: [], usage: { prompt_tokens: 11, completion_tokens: 2 } })}`;
const DONE = 'data: [DONE]';
const request = {
  messages: [
    { role: 'system' as const, content: 'Be kind.' },
    { role: 'user' as const, content: 'Hello' },
  ],
  maxTokens: 5,
  sampling: { temperature: 0.5, topP: 0.9, topK: 40, repeatPenalty: 1.1, seed: 7 },
};
const prompt = { system: 'Judge.', prefix: 'Answer: x\n', suffix: 'Good?' };
const labels = { yes: [' Yes', 'Yes'], no: [' No', 'No'] };

describe('an adapter at a server', () => {
  const adapter = { sha256: 'ab'.repeat(32), file: null, baseModel: null };

  it('is the model that is asked for, where the server is said to have it so', async () => {
    const { model, server } = await open(
      (_request, response) => sendEvents(response, [piece('Hi'), piece('', 'stop'), USAGE, DONE]),
      { adapterAsModel: true },
    );
    expect(model.info.capabilities.adapters).toBe('named');
    await model.complete({ ...request, adapter });
    await model.complete(request);
    expect(server.requests.map(({ body }) => body)).toMatchObject([{ model: adapter.sha256 }, { model: 'm' }]);
  });

  it('that the server does not have is told as such, so that the base model can be asked', async () => {
    const { model } = await open(
      (_request, response) => sendJson(response, 404, { error: { message: 'The model does not exist.' } }),
      { adapterAsModel: true },
    );
    await expect(model.complete({ ...request, adapter })).rejects.toMatchObject({ code: LlmErrorCode.AdapterUnknown });
    await expect(model.complete(request)).rejects.toMatchObject({ code: LlmErrorCode.RemoteRefused });
  });

  it('is refused without a request where nothing is known of adapters, and at another scale', async () => {
    const { model, server } = await open((_request, response) => sendJson(response, 500, {}));
    await expect(model.complete({ ...request, adapter })).rejects.toMatchObject({ code: LlmErrorCode.Unsupported });
    const scaled = { ...adapter, scale: 0.5 };
    await expect(model.complete({ ...request, adapter: scaled })).rejects.toMatchObject({
      code: LlmErrorCode.Unsupported,
    });
    expect(server.requests).toEqual([]);
  });
});

describe('a chat over the OpenAI protocol', () => {
  it('streams the pieces and ends with the counts of the server', async () => {
    const { model, server } = await open((_request, response) =>
      sendEvents(response, [piece('Hi'), piece(' there'), piece('', 'stop'), USAGE, DONE]),
    );
    const events = [];
    for await (const event of model.chat(request)) events.push(event);
    expect(events).toEqual([
      { type: 'text', text: 'Hi' },
      { type: 'text', text: ' there' },
      { type: 'done', result: { text: 'Hi there', stopReason: 'end', promptTokens: 11, outputTokens: 2 } },
    ]);
    expect(server.requests[0]).toMatchObject({
      path: '/v1/chat/completions',
      headers: { authorization: `Bearer ${KEY}` },
      body: { model: 'm', max_tokens: 5, stream: true, temperature: 0.5, top_p: 0.9, seed: 7 },
    });
    expect(server.requests[0]?.body).not.toHaveProperty('top_k');
  });

  it.each([
    ['vllm', { max_tokens: 5, top_k: 40, repetition_penalty: 1.1 }],
    ['llama-server', { max_tokens: 5, top_k: 40, repeat_penalty: 1.1 }],
    ['openai', { max_completion_tokens: 5 }],
  ] as const)('speaks the dialect of %s', async (dialect, body) => {
    const { model, server } = await open((_r, response) => sendEvents(response, [piece('Hi', 'length'), DONE]), {
      dialect,
    });
    expect((await model.complete(request)).stopReason).toBe('length');
    expect(server.requests[0]?.body).toMatchObject(body);
  });

  it('waits as long as a 429 says, then tries again', async () => {
    const { model, server } = await open((_request, response, count) => {
      if (count === 1) sendJson(response, 429, { error: { message: 'slow down' } }, { 'retry-after': '0.01' });
      else sendEvents(response, [piece('Hi', 'stop'), DONE]);
    });
    expect((await model.complete(request)).text).toBe('Hi');
    expect(server.requests).toHaveLength(2);
  });

  it('does not wait for a 429 that says a long time, and passes the time on', async () => {
    const { model, server } = await open((_request, response) =>
      sendJson(response, 429, { error: { message: 'slow down' } }, { 'retry-after': '3600' }),
    );
    await expect(model.complete(request)).rejects.toMatchObject({
      code: LlmErrorCode.RemoteRateLimited,
      details: { retryAfterMs: 3_600_000 },
    });
    expect(server.requests).toHaveLength(1);
  });

  it('says that the server is unavailable after its tries at a 503', async () => {
    const { model, server } = await open((_r, response) => sendJson(response, 503, { error: { message: 'loading' } }), {
      attempts: 2,
    });
    await expect(model.complete(request)).rejects.toMatchObject({ code: LlmErrorCode.RemoteUnavailable });
    expect(server.requests).toHaveLength(2);
  });

  it.each([
    [401, 'wrong key', LlmErrorCode.RemoteRefused],
    [404, 'no such model', LlmErrorCode.RemoteRefused],
    [400, "This model's maximum context length is 100 tokens", LlmErrorCode.ContextExceeded],
  ])('does not repeat a request that got %i (%s)', async (status, message, code) => {
    const { model, server } = await open((_r, response) => sendJson(response, status, { error: { message } }));
    await expect(model.complete(request)).rejects.toMatchObject({ code });
    expect(server.requests).toHaveLength(1);
  });

  it('fails when the stream is cut, and does not say the first half twice', async () => {
    const { model, server } = await open((_request, response) => {
      sendEvents(response, [piece('Hi')], false);
      setImmediate(() => response.destroy());
    });
    const texts: string[] = [];
    const read = async (): Promise<void> => {
      for await (const event of model.chat(request)) if (event.type === 'text') texts.push(event.text);
    };
    await expect(read()).rejects.toMatchObject({ code: LlmErrorCode.RemoteUnavailable });
    expect(texts).toEqual(['Hi']);
    expect(server.requests).toHaveLength(1);
  });

  it('fails when the stream ends without saying why it ended', async () => {
    const { model } = await open((_r, response) => sendEvents(response, [piece('Hi'), DONE]), { attempts: 1 });
    await expect(model.complete(request)).rejects.toMatchObject({ code: LlmErrorCode.RemoteUnavailable });
  });

  it('keeps the deadline when the server says nothing', async () => {
    const { model } = await open(() => undefined);
    await expect(model.complete(request, { deadlineMs: 50 })).rejects.toMatchObject({
      code: CoreErrorCode.DeadlineExceeded,
    });
  });

  it('rejects with the reason of the caller who aborts', async () => {
    const leave = new AbortController();
    const { model } = await open((_r, response) => sendEvents(response, [piece('Hi')], false));
    const read = async (): Promise<void> => {
      for await (const _event of model.chat(request, { signal: leave.signal })) leave.abort(new Error('enough'));
    };
    await expect(read()).rejects.toThrow('enough');
  });

  it('never tells the key, not even when the server repeats it', async () => {
    const { model } = await open((_r, response, count) =>
      sendJson(response, count < 3 ? 503 : 401, { error: { message: `Incorrect API key provided: ${KEY}` } }),
    );
    const error: unknown = await model.complete(request).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: LlmErrorCode.RemoteRefused });
    const told = [error, (error as Error).cause].map(
      (e) => `${String(e)} ${JSON.stringify(e, Object.getOwnPropertyNames(e))}`,
    );
    expect([...told, ...logged].join('\n')).not.toContain(KEY);
    expect(logged.length).toBeGreaterThan(0);
    expect(JSON.stringify(model.info)).not.toContain(KEY);
  });
});

describe('probabilities over the OpenAI protocol', () => {
  it('sum the spellings among the alternatives that the server names', async () => {
    const top = [
      { token: ' Yes', logprob: Math.log(0.5) },
      { token: 'Yes', logprob: Math.log(0.1) },
      { token: ' No', logprob: Math.log(0.2) },
      { token: 'Maybe', logprob: Math.log(0.2) },
    ];
    const { model, server } = await open((_request, response) =>
      sendJson(response, 200, {
        choices: [
          {
            index: 0,
            message: { content: 'x' },
            logprobs: { content: [{ token: 'x', logprob: -1, top_logprobs: top }] },
          },
        ],
      }),
    );
    const result = await model.nextTokenProbabilities({ prompt, labels });
    expect(result.probabilities.yes).toBeCloseTo(0.6, 12);
    expect(result.probabilities.no).toBeCloseTo(0.2, 12);
    expect(result.mass).toBeCloseTo(0.8, 12);
    expect(server.requests[0]?.body).toMatchObject({
      max_tokens: 1,
      temperature: 1,
      logprobs: true,
      top_logprobs: 20,
      messages: [
        { role: 'system', content: 'Judge.' },
        { role: 'user', content: 'Answer: x\nGood?' },
      ],
    });
  });

  it('are LLM_UNSUPPORTED where the server sends none', async () => {
    const { model } = await open((_request, response) =>
      sendJson(response, 200, { choices: [{ index: 0, message: { content: 'Yes' }, logprobs: null }] }),
    );
    await expect(model.nextTokenProbabilities({ prompt, labels })).rejects.toMatchObject({
      code: LlmErrorCode.Unsupported,
    });
  });

  it('of an echoed text are read without the first token', async () => {
    const { model, server } = await open(
      (_request, response) =>
        sendJson(response, 200, {
          choices: [{ index: 0, text: 'a b c', logprobs: { token_logprobs: [null, -1.5, -0.25] } }],
        }),
      { logLikelihood: true },
    );
    expect(await model.logLikelihood({ prompt: null, text: 'a b c' })).toEqual({ logProbs: [-1.5, -0.25] });
    expect(server.requests[0]).toMatchObject({
      path: '/v1/completions',
      body: { echo: true, max_tokens: 0, prompt: 'a b c' },
    });
    await expect(model.logLikelihood({ prompt, text: 'a' })).rejects.toMatchObject({ code: LlmErrorCode.Unsupported });
  });

  it('of a text are LLM_UNSUPPORTED unless the server is said to echo', async () => {
    const { model, server } = await open((_request, response) => sendJson(response, 200, {}));
    await expect(model.logLikelihood({ prompt: null, text: 'a' })).rejects.toMatchObject({
      code: LlmErrorCode.Unsupported,
    });
    expect(server.requests).toHaveLength(0);
  });
});

describe('embeddings over the OpenAI protocol', () => {
  it('come in the order of the texts, at unit length', async () => {
    const data = [
      { index: 1, embedding: [0, 2] },
      { index: 0, embedding: [3, 4] },
    ];
    const { model } = await open((_request, response) => sendJson(response, 200, { data }), { embeddingModel: 'e' });
    const [first, second] = await model.embed(['a', 'b']);
    expect(first?.[0]).toBeCloseTo(0.6, 6);
    expect([...(second ?? [])]).toEqual([0, 1]);
  });

  it('are LLM_UNSUPPORTED without an embedding model', async () => {
    const { model } = await open((_request, response) => sendJson(response, 200, {}));
    await expect(model.embed(['a'])).rejects.toMatchObject({ code: LlmErrorCode.Unsupported });
  });
});
