import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { eventually } from '@bettertherapy/testkit';
import { APICallError, generateText, streamText } from 'ai';
import OpenAI, { APIError, AuthenticationError, NotFoundError, RateLimitError } from 'openai';
import { describe, expect, it } from 'vitest';
import { runGateway } from '../unit/gateway/fixture.js';
import { askBy, hangs, PROSE, says } from '../unit/gateway/miners.js';

const TWIN = 'dr-indra-gurung';
const QUESTION = 'I have slept badly for two weeks and I worry about work. What can I do?';
const user = (content: string) => ({ role: 'user' as const, content });
const curl = promisify(execFile);

/** A gateway whose miners answer at once, and the official client for it. */
async function withClient(flags: string[] = [], miners = askBy(() => says(PROSE))) {
  const gateway = await runGateway(['--gateway.words_per_second', '0', ...flags], { askMany: miners });
  const apiKey = gateway.key('chat');
  const client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey, maxRetries: 0 });
  const running = () => gateway.parts.store.patientAnswers.latest(5).filter(({ state }) => state === 'open').length;
  return { gateway, apiKey, client, running };
}

describe('the official OpenAI client for JavaScript', () => {
  it('lists models and gets one', async () => {
    const { client } = await withClient();
    const ids: string[] = [];
    for await (const model of client.models.list()) ids.push(model.id);
    expect(ids).toEqual(['dr-elin-solberg', TWIN, 'dr-tomas-rivera']);
    expect(await client.models.retrieve(TWIN)).toMatchObject({ id: TWIN, object: 'model' });
  });

  it('chats, whole and streamed with usage', async () => {
    const { client } = await withClient();
    const whole = await client.chat.completions.create({ model: TWIN, messages: [user(QUESTION)] });
    expect(whole.choices[0]?.message.content).toContain(PROSE);
    expect(whole.choices[0]?.finish_reason).toBe('stop');
    const stream = client.chat.completions.stream({
      model: TWIN,
      messages: [user(QUESTION)],
      stream_options: { include_usage: true },
    });
    const final = await stream.finalChatCompletion();
    expect(final.choices[0]?.message.content).toContain(PROSE);
    expect(final.usage?.total_tokens).toBeGreaterThan(10);
    expect(
      (await client.chat.completions.create({ model: TWIN, messages: [user(QUESTION)] }).withResponse()).request_id,
    ).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('stops mid-stream, and the place is free again', async () => {
    const { client, running } = await withClient(['--gateway.words_per_second', '1', '--gateway.concurrency', '1']);
    const stream = await client.chat.completions.create({ model: TWIN, messages: [user(QUESTION)], stream: true });
    for await (const chunk of stream) {
      if (chunk.choices[0]?.delta.content) break;
    }
    await eventually('the question being ended', () => running() === 0, { deadlineMs: 1_000 });
    expect((await client.models.retrieve(TWIN)).id).toBe(TWIN);
    const again = await client.chat.completions.create({ model: TWIN, messages: [user(QUESTION)], stream: true });
    again.controller.abort();
  });

  it('stops while it still waits, and the miners are let go', async () => {
    const { client, running } = await withClient(
      [],
      askBy(() => hangs),
    );
    const stream = await client.chat.completions.create({ model: TWIN, messages: [user(QUESTION)], stream: true });
    await eventually('the open question', () => running() === 1);
    stream.controller.abort();
    await eventually('the question being ended', () => running() === 0, { deadlineMs: 1_000 });
  });

  it('gets its own errors for a wrong key, an unknown model, a full gateway and too many requests', async () => {
    const { client, gateway, running } = await withClient(
      ['--gateway.concurrency', '1'],
      askBy(() => hangs),
    );
    const wrong = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: 'sk-nothing', maxRetries: 0 });
    await expect(wrong.models.list()).rejects.toBeInstanceOf(AuthenticationError);
    const ask = (model: string, signal?: AbortSignal) =>
      client.chat.completions.create({ model, messages: [user(QUESTION)] }, signal ? { signal } : {});
    await expect(ask('gpt-4o')).rejects.toSatisfy(
      (error) => error instanceof NotFoundError && error.code === 'model_not_found',
    );
    const stop = new AbortController();
    const first = ask(TWIN, stop.signal).catch((error: unknown) => error);
    await eventually('the open question', () => running() === 1);
    const refused = await ask(TWIN).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(RateLimitError);
    expect(refused instanceof APIError && refused.headers?.get('retry-after')).toBe('1');
    stop.abort();
    await first;
  });
});

describe('the Vercel AI SDK', () => {
  const providerFor = (baseURL: string, apiKey: string) =>
    createOpenAICompatible({ name: 'bettertherapy', baseURL: `${baseURL}/v1`, apiKey, includeUsage: true });

  it('generates, streams and is told what is wrong', async () => {
    const { gateway, apiKey } = await withClient();
    const provider = providerFor(gateway.url, apiKey);
    const whole = await generateText({ model: provider(TWIN), prompt: QUESTION, maxRetries: 0 });
    expect(whole.text).toContain(PROSE);
    expect(whole.finishReason).toBe('stop');
    const streamed = streamText({ model: provider(TWIN), prompt: QUESTION, maxRetries: 0 });
    let text = '';
    for await (const piece of streamed.textStream) text += piece;
    expect(text).toContain(PROSE);
    expect((await streamed.usage).outputTokens).toBeGreaterThan(10);
    await expect(generateText({ model: provider('gpt-4o'), prompt: QUESTION, maxRetries: 0 })).rejects.toSatisfy(
      (error) => APICallError.isInstance(error) && error.statusCode === 404,
    );
    const stranger = providerFor(gateway.url, 'wrong');
    await expect(generateText({ model: stranger(TWIN), prompt: QUESTION, maxRetries: 0 })).rejects.toSatisfy(
      (error) => APICallError.isInstance(error) && error.statusCode === 401,
    );
  });

  it('stops mid-stream, and the place is free again', async () => {
    const { gateway, apiKey, running } = await withClient(['--gateway.words_per_second', '1']);
    const stop = new AbortController();
    const streamed = streamText({
      model: providerFor(gateway.url, apiKey)(TWIN),
      prompt: QUESTION,
      abortSignal: stop.signal,
      maxRetries: 0,
    });
    for await (const piece of streamed.textStream) {
      if (piece.trim() !== '') stop.abort();
    }
    await eventually('the question being ended', () => running() === 0, { deadlineMs: 1_000 });
  });
});

describe('curl', () => {
  it('gets the stream as it comes, headers first', async () => {
    const { gateway, apiKey } = await withClient();
    const { stdout } = await curl('curl', [
      '--silent',
      '--no-buffer',
      '--include',
      `${gateway.url}/v1/chat/completions`,
      '--header',
      `authorization: Bearer ${apiKey}`,
      '--header',
      'content-type: application/json',
      '--data',
      JSON.stringify({ model: TWIN, stream: true, messages: [user(QUESTION)] }),
    ]);
    expect(stdout).toMatch(/^HTTP\/1\.1 200 OK/);
    expect(stdout).toMatch(/content-type: text\/event-stream/);
    expect(stdout.trimEnd().endsWith('data: [DONE]')).toBe(true);
  });
});
