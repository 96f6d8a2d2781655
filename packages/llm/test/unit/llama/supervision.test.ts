import { fileURLToPath } from 'node:url';
import { CoreErrorCode, isProcessAlive, type Logger, silentLogger, systemClock } from '@bettertherapy/core';
import { eventually } from '@bettertherapy/testkit';
import { afterEach, describe, expect, it } from 'vitest';
import { LlmErrorCode } from '../../../src/errors.js';
import type { ModelMetrics } from '../../../src/languageModel.js';
import { LlamaModel } from '../../../src/llama/llamaModel.js';
import type { LlamaConfig, Supervision } from '../../../src/modelConfig.js';

const FAKE_WORKER = fileURLToPath(new URL('../../support/fakeWorker.mjs', import.meta.url));
const opened: LlamaModel[] = [];

afterEach(async () => {
  for (const model of opened.splice(0)) await model.close();
});

interface Seen {
  readonly restarts: string[];
  readonly rssBytes: number[];
  readonly logged: { message: string; fields: Readonly<Record<string, unknown>> }[];
}

async function open(
  supervision: Supervision = {},
  config: Partial<LlamaConfig> = {},
): Promise<{ model: LlamaModel; seen: Seen }> {
  const seen: Seen = { restarts: [], rssBytes: [], logged: [] };
  const metrics: ModelMetrics = {
    callFinished: () => undefined,
    tokens: () => undefined,
    queueDepth: () => undefined,
    workerRestarted: (reason) => seen.restarts.push(reason),
    workerRssBytes: (bytes) => seen.rssBytes.push(bytes),
  };
  const log: Logger = {
    ...silentLogger,
    error: (message, fields = {}) => seen.logged.push({ message, fields }),
    warn: (message, fields = {}) => seen.logged.push({ message, fields }),
  };
  const model = await LlamaModel.open(
    {
      backend: 'llama',
      file: 'fake',
      name: 'fake',
      sha256: null,
      contextTokens: 64,
      slots: 1,
      queueCapacity: 1,
      drainMs: 50,
      supervision: { workerFile: FAKE_WORKER, firstRestartDelayMs: 1, heartbeatMs: 20, ...supervision },
      ...config,
    },
    { clock: systemClock, log, metrics },
    AbortSignal.timeout(20_000),
  );
  opened.push(model);
  return { model, seen };
}

async function drain(events: AsyncIterable<unknown>): Promise<void> {
  for await (const _event of events);
}

const chatOf = (content: string) => ({ messages: [{ role: 'user' as const, content }], maxTokens: 10 });

describe('supervision of the model process', () => {
  it('starts another process after the first was killed, and calls go on', async () => {
    const { model, seen } = await open();
    const first = await model.countTokens('pid');
    process.kill(first, 'SIGKILL');
    await eventually('a new process', async () => (await model.countTokens('pid')) !== first);
    expect(seen.restarts).toEqual(['crashed']);
  });

  it('tries a call once more when the process dies under it, then says LLM_WORKER_CRASHED', async () => {
    const { model, seen } = await open();
    await expect(model.countTokens('die')).rejects.toMatchObject({ code: LlmErrorCode.WorkerCrashed });
    expect(seen.restarts.length).toBeGreaterThanOrEqual(1);
    expect(seen.logged.filter(({ message }) => message.includes('tried again'))).toHaveLength(1);
    expect(await model.countTokens('four')).toBe(4);
  });

  it('does not try a chat again of which something was already streamed', async () => {
    const { model, seen } = await open();
    const texts: string[] = [];
    const read = async (): Promise<void> => {
      for await (const event of model.chat(chatOf('die in the middle')))
        if (event.type === 'text') texts.push(event.text);
    };
    await expect(read()).rejects.toMatchObject({ code: LlmErrorCode.WorkerCrashed });
    expect(texts).toEqual(['one ']);
    expect(seen.logged.some(({ message }) => message.includes('tried again'))).toBe(false);
  });

  it('keeps what the process wrote before it died, for the log', async () => {
    const { model, seen } = await open();
    await expect(model.countTokens('exit noisily')).rejects.toMatchObject({ code: LlmErrorCode.WorkerCrashed });
    const ended = seen.logged.find(({ message }) => message === 'model process ended');
    expect(ended?.fields).toMatchObject({ exitCode: 3, output: 'out of luck' });
  });

  it('ends and replaces a process whose event loop is blocked', async () => {
    const { model, seen } = await open({ heartbeatTimeoutMs: 200 });
    await expect(model.countTokens('block')).rejects.toMatchObject({ code: LlmErrorCode.WorkerHung });
    expect(seen.restarts).toContain('hung');
    expect(await model.countTokens('four')).toBe(4);
  });

  it('ends and replaces a process that answers its heartbeat and evaluates nothing', async () => {
    const { model, seen } = await open({ stallTimeoutMs: 200 });
    await expect(model.countTokens('stall')).rejects.toMatchObject({ code: LlmErrorCode.WorkerHung });
    expect(seen.restarts).toContain('hung');
  });

  it('replaces a process that grew over its bound without failing a call', async () => {
    const { model, seen } = await open({ rssGrowthLimitBytes: 100e6 });
    const first = await model.countTokens('pid');
    await eventually('the first heartbeat, whose size is the one to compare with', () => seen.rssBytes.length > 0);
    await model.countTokens('grow');
    await eventually('the replacement', () => seen.restarts.includes('recycled'));
    expect(await model.countTokens('pid')).not.toBe(first);
    await eventually('the end of the old process', () => !isProcessAlive(first));
  });

  it('leaves a process alone that grew by what its adapters need', async () => {
    const { model, seen } = await open({ rssGrowthLimitBytes: 100e6 });
    await eventually('the first heartbeat, whose size is the one to compare with', () => seen.rssBytes.length > 0);
    const firstBytes = seen.rssBytes[0] ?? 0;
    await model.countTokens('grow for an adapter');
    await eventually('heartbeats of the grown process', () => {
      return seen.rssBytes.filter((bytes) => bytes > firstBytes + 150e6).length > 3;
    });
    expect(seen.restarts).toEqual([]);
    await model.countTokens('grow');
    await eventually('the replacement after real growth', () => seen.restarts.includes('recycled'));
  });

  it('gives up when the restart budget is spent, and says when to come back', async () => {
    const { model } = await open({ restartBudget: 2, restartWindowMs: 60_000 });
    for (let i = 0; i < 3; i += 1) await model.countTokens('die').catch(() => undefined);
    await expect(model.countTokens('four')).rejects.toMatchObject({
      code: LlmErrorCode.WorkerGaveUp,
      details: { restarts: 2, retryAfterMs: expect.any(Number) },
    });
  });

  it('ignores messages that are not of the protocol', async () => {
    const { model, seen } = await open();
    expect(await model.countTokens('garbage')).toBe(7);
    expect(seen.logged.map(({ message }) => message)).toContain('model process sent an unknown message');
  });

  it('gives the process none of the environment', async () => {
    const { model } = await open();
    expect(await model.countTokens('environment')).toBeLessThanOrEqual(1); // the IPC channel itself
  });

  it('ends a process that is stuck while it reads a header', async () => {
    await expect(open({ stageTimeoutsMs: { header: 100 } }, { file: 'stuck-header' })).rejects.toMatchObject({
      code: LlmErrorCode.WorkerHung,
    });
  });

  it('fails to open when the process dies at the start', async () => {
    await expect(open({}, { file: 'dies-at-start' })).rejects.toMatchObject({ code: LlmErrorCode.WorkerCrashed });
  });

  it('names the models that would fit when memory does not suffice', async () => {
    const alternatives = [
      { name: 'small', sizeBytes: 100e6 },
      { name: 'large', sizeBytes: 8e9 },
    ];
    await expect(open({}, { file: 'no-memory', alternatives })).rejects.toMatchObject({
      code: LlmErrorCode.InsufficientMemory,
      remedy: 'Take less. These would fit: small.',
    });
  });

  it('refuses with LLM_OVERLOADED what neither runs nor fits the queue', async () => {
    const { model } = await open();
    const leave = new AbortController();
    const running = model.complete(chatOf('forever'), { signal: leave.signal });
    const waiting = model.complete(chatOf('forever'), { signal: leave.signal });
    await expect(model.complete(chatOf('forever'))).rejects.toMatchObject({ code: LlmErrorCode.Overloaded });
    leave.abort(new Error('enough'));
    await expect(running).rejects.toThrow('enough');
    await expect(waiting).rejects.toThrow('enough');
  });

  it('frees the slot of a reader who leaves, for the next in the queue', async () => {
    const { model } = await open();
    for await (const event of model.chat(chatOf('forever'))) if (event.type === 'text') break;
    expect((await model.complete(chatOf('hello'))).text).toBe('one ');
  });

  it('rejects at the deadline of a call, waiting included', async () => {
    const { model } = await open();
    await expect(model.complete(chatOf('forever'), { deadlineMs: 50 })).rejects.toMatchObject({
      code: CoreErrorCode.DeadlineExceeded,
    });
    expect((await model.complete(chatOf('hello'))).outputTokens).toBe(1);
  });

  it('closes twice, ends the process and refuses later calls', async () => {
    const { model } = await open();
    const pid = await model.countTokens('pid');
    await Promise.all([model.close(), model.close()]);
    expect(isProcessAlive(pid)).toBe(false);
    await expect(model.complete(chatOf('hello'))).rejects.toMatchObject({ code: LlmErrorCode.Closed });
    await expect(model.countTokens('four')).rejects.toMatchObject({ code: LlmErrorCode.Closed });
  });

  it('gives a running call its time to end when it is closed, and no more', async () => {
    const { model } = await open();
    const events = model.chat(chatOf('forever'));
    expect(await events.next()).toMatchObject({ value: { type: 'text' } });
    const outcome = drain(events).catch((error: unknown) => error);
    await model.close();
    expect(await outcome).toMatchObject({ code: LlmErrorCode.Closed });
  });
});

it('refuses adapters where none may be loaded, before the process hears of it', async () => {
  const { model } = await open({}, { adapters: 0 });
  expect(model.info.capabilities.adapters).toBeNull();
  const adapter = { sha256: 'ab'.repeat(32), file: 'no-such-file', baseModel: null };
  const messages = [{ role: 'user' as const, content: 'hello' }];
  await expect(model.complete({ messages, maxTokens: 1, adapter })).rejects.toMatchObject({
    code: LlmErrorCode.Unsupported,
  });
});
