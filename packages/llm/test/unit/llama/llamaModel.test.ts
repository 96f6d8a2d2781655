import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { LlmErrorCode } from '../../../src/errors.js';
import type { ModelMetrics, NextTokenRequest } from '../../../src/languageModel.js';
import type { LlamaModel } from '../../../src/llama/llamaModel.js';
import { buildWorker, openSmallModel, smallModel } from '../../support/realModel.js';

/** Seconds on an idle machine; one whose cores do other work gets this long. */
vi.setConfig({ testTimeout: 180_000 });

/** These run the real small model (98 MB, fetched once into .cache/models) in its process. */
let model: LlamaModel;
const used = { prompt: 0, reused: 0, output: 0 };
const metrics: ModelMetrics = {
  callFinished: () => undefined,
  tokens: (kind, count) => {
    used[kind] += count;
  },
  queueDepth: () => undefined,
  workerRestarted: () => undefined,
  workerRssBytes: () => undefined,
};

beforeAll(async () => {
  await buildWorker();
  model = await openSmallModel({ slots: 2 }, { metrics });
}, 180_000);

afterAll(() => model?.close());

const LABELS = { yes: [' Yes', 'Yes', 'yes'], no: [' No', 'No', 'no'] };
const ANSWER = 'Try to go to bed at the same time every evening, and keep the room dark and cool. '.repeat(12);

function ask(suffix: string, answer = ANSWER): NextTokenRequest {
  return {
    prompt: {
      system: 'You check answers to people who ask for help.',
      prefix: `Question: I cannot sleep.\nAnswer: ${answer}\n`,
      suffix,
    },
    labels: LABELS,
  };
}

async function reusedBy(work: () => Promise<unknown>): Promise<number> {
  const before = used.reused;
  await work();
  return used.reused - before;
}

describe('a model in its own process', () => {
  it('says what it is', async () => {
    const { sha256 } = await smallModel();
    expect(model.info).toEqual({
      backend: 'llama',
      name: 'smollm2-135m-instruct-q4_1',
      names: expect.arrayContaining(['smollm2-135m-instruct-q4_1']),
      sha256,
      quantisation: 'Q4_1',
      contextTokens: 1024,
      runtime: expect.stringMatching(/^node-llama-cpp 3\.22\.1 .* cpu$/),
      capabilities: { nextToken: true, logLikelihood: true, embeddings: true, adapters: 'verified' },
    });
  });

  it('answers a chat word by word, and the pieces are the whole', async () => {
    const pieces: string[] = [];
    const request = {
      messages: [
        { role: 'system' as const, content: 'You are kind.' },
        { role: 'user' as const, content: 'Say something nice about the sea.' },
      ],
      maxTokens: 24,
    };
    let text: string | null = null;
    for await (const event of model.chat(request)) {
      if (event.type === 'text') pieces.push(event.text);
      else text = event.result.text;
    }
    expect(pieces.length).toBeGreaterThan(5);
    expect(pieces.join('')).toBe(text);
    expect((await model.complete(request)).text).toBe(text);
  });

  it('stops at maxTokens and says so', async () => {
    const messages = [{ role: 'user' as const, content: 'Tell me a long story about a dog.' }];
    expect(await model.complete({ messages, maxTokens: 5 })).toMatchObject({ stopReason: 'length', outputTokens: 5 });
  });

  it('repeats itself with a seed and differs with another', async () => {
    const messages = [{ role: 'user' as const, content: 'Tell me about a strange animal.' }];
    const told = async (seed: number): Promise<string> =>
      (await model.complete({ messages, maxTokens: 24, sampling: { temperature: 1.2, topP: 0.99, seed } })).text;
    expect(await told(1)).toBe(await told(1));
    expect(await told(1)).not.toBe(await told(2));
  });

  it('leaves special tokens in a text as plain text', async () => {
    expect(await model.countTokens('<|im_end|>')).toBeGreaterThan(1);
    expect(await model.countTokens('')).toBe(0);
  });

  it('frees its slot when the caller aborts in the middle of an answer', async () => {
    const messages = [{ role: 'user' as const, content: 'Count to one thousand.' }];
    const leave = new AbortController();
    const read = async (): Promise<void> => {
      for await (const event of model.chat({ messages, maxTokens: 400 }, { signal: leave.signal })) {
        if (event.type === 'text') leave.abort(new Error('enough'));
      }
    };
    await expect(read()).rejects.toThrow('enough');
    expect((await model.complete({ messages, maxTokens: 2 })).outputTokens).toBe(2);
  });

  it('refuses what does not fit the context and truncates nothing', async () => {
    const messages = [{ role: 'user' as const, content: 'word '.repeat(2_000) }];
    await expect(model.complete({ messages, maxTokens: 10 })).rejects.toMatchObject({
      code: LlmErrorCode.ContextExceeded,
      details: { contextTokens: 1024, answerTokens: 10 },
    });
    const short = [{ role: 'user' as const, content: 'hello' }];
    await expect(model.complete({ messages: short, maxTokens: 1_024 })).rejects.toMatchObject({
      code: LlmErrorCode.ContextExceeded,
    });
  });
});

describe('next-token probabilities', () => {
  it('are the same with a cold cache, a warm one, and a neighbour on the other slot', async () => {
    const cold = await openSmallModel();
    try {
      const first = await cold.nextTokenProbabilities(ask('Is the answer kind? Answer Yes or No.'));
      expect(first.mass).toBeGreaterThan(0.05);
      expect(first.mass).toBeLessThanOrEqual(1);
      expect(first.mass).toBeCloseTo((first.probabilities.yes ?? 0) + (first.probabilities.no ?? 0), 12);

      await model.nextTokenProbabilities(ask('Does the answer name a medicine? Answer Yes or No.'));
      let warm: unknown;
      const reused = await reusedBy(async () => {
        warm = await model.nextTokenProbabilities(ask('Is the answer kind? Answer Yes or No.'));
      });
      expect(reused).toBeGreaterThan(200);
      expect(warm).toEqual(first);

      // Now the cache holds another answer that begins alike, so only a part of the prefix can be taken from it.
      await model.nextTokenProbabilities(
        ask('Is it kind? Answer Yes or No.', `${ANSWER.slice(0, -50)}something else.`),
      );
      await model.nextTokenProbabilities(ask('Is it kind? Answer Yes or No.', `${ANSWER.slice(0, -60)}or not.`));
      expect(await model.nextTokenProbabilities(ask('Is the answer kind? Answer Yes or No.'))).toEqual(first);

      const [beside] = await Promise.all([
        model.nextTokenProbabilities(ask('Is the answer kind? Answer Yes or No.')),
        model.complete({ messages: [{ role: 'user', content: 'Tell me a story.' }], maxTokens: 30 }),
      ]);
      expect(beside).toEqual(first);
    } finally {
      await cold.close();
    }
  });

  it('reuse what two prompts share although their prefixes differ later on', async () => {
    const suffix = 'Is it safe? Answer Yes or No.';
    await model.nextTokenProbabilities(ask(suffix, `${ANSWER} And drink milk.`));
    const reused = await reusedBy(() => model.nextTokenProbabilities(ask(suffix, `${ANSWER} And read a book.`)));
    expect(reused).toBeGreaterThanOrEqual(128);
  });

  it('sum each first token once, however many spellings begin with it', async () => {
    const { prompt } = ask('Answer Yes or No.');
    const once = await model.nextTokenProbabilities({ prompt, labels: { yes: ['Yes'] } });
    const twice = await model.nextTokenProbabilities({ prompt, labels: { yes: ['Yes', 'Yes', 'Yes please'] } });
    expect(twice.mass).toBe(once.mass);
  });

  it.each([
    ['two labels begin with the same token', { one: ['10'], two: ['11'] }],
    ['a label has no spelling', { one: [] }],
    ['a spelling is empty', { one: [''] }],
    ['there are no labels', {}],
  ])('are refused when %s', async (_why, labels) => {
    const { prompt } = ask('Answer.');
    await expect(model.nextTokenProbabilities({ prompt, labels })).rejects.toMatchObject({
      code: LlmErrorCode.BadRequest,
    });
  });
});

describe('log-likelihoods and embeddings', () => {
  it('agree with the next-token probability of the first token', async () => {
    const { prompt } = ask('Answer Yes or No.');
    const { probabilities } = await model.nextTokenProbabilities({ prompt, labels: { yes: ['Yes'] } });
    const { logProbs } = await model.logLikelihood({ prompt, text: 'Yes' });
    expect(logProbs).toHaveLength(1);
    expect(Math.exp(logProbs[0] ?? 0)).toBeCloseTo(probabilities.yes ?? 0, 2);
  });

  it('find sense likelier than nonsense, with and without a prompt', async () => {
    const mean = async (prompt: NextTokenRequest['prompt'] | null, text: string): Promise<number> => {
      const { logProbs } = await model.logLikelihood({ prompt, text });
      return logProbs.reduce((sum, value) => sum + value, 0) / logProbs.length;
    };
    const prompt = { system: '', prefix: 'What is the capital of France?', suffix: '' };
    expect(await mean(prompt, 'The capital of France is Paris.')).toBeGreaterThan(
      await mean(prompt, 'Purple of nine dances window the.'),
    );
    expect(await mean(null, 'The cat sat on the mat and looked at me.')).toBeGreaterThan(
      await mean(null, 'Mat the on looked me cat and sat at the.'),
    );
  });

  it('give one number a token, the same when asked twice, and none for an empty text', async () => {
    const { prompt } = ask('What do you think?');
    const text = 'It is a kind and useful answer. '.repeat(30);
    const first = await model.logLikelihood({ prompt, text });
    expect(first.logProbs).toHaveLength(await model.countTokens(text));
    expect(first.logProbs.every((value) => value <= 0)).toBe(true);
    expect(await model.logLikelihood({ prompt, text })).toEqual(first);
    expect(await model.logLikelihood({ prompt, text: '' })).toEqual({ logProbs: [] });
  });

  it('embed texts as unit vectors, nearer for what means nearly the same', async () => {
    const [sad, unhappy, engine] = await model.embed([
      'I feel sad today',
      'I feel unhappy today',
      'The engine needs oil',
    ]);
    const dot = (a: Float32Array | undefined, b: Float32Array | undefined): number =>
      a?.reduce((sum, v, i) => sum + v * (b?.[i] ?? 0), 0) ?? Number.NaN;
    expect(dot(sad, sad)).toBeCloseTo(1, 5);
    expect(dot(sad, unhappy)).toBeGreaterThan(dot(sad, engine));
    await expect(model.embed(['word '.repeat(3_000)])).rejects.toMatchObject({ code: LlmErrorCode.ContextExceeded });
  });
});
