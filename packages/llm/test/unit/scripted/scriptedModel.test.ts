import { CoreErrorCode } from '@bettertherapy/core';
import { describe, expect, it } from 'vitest';
import { LlmErrorCode } from '../../../src/errors.js';
import { ScriptedModel } from '../../../src/scripted/scriptedModel.js';

const user = (content: string) => ({ messages: [{ role: 'user' as const, content }], maxTokens: 3 });

describe('a scripted model', () => {
  it('says what its script says, word by word, at most maxTokens of them', async () => {
    const model = new ScriptedModel({ chat: ({ messages }) => `you said ${messages.at(-1)?.content} today` });
    const result = await model.complete(user('hello'));
    expect(result).toEqual({ text: 'you said hello', stopReason: 'length', promptTokens: 1, outputTokens: 3 });
  });

  it('gives the scripted probabilities of the labels that were asked for', async () => {
    const model = new ScriptedModel({ nextToken: () => ({ yes: 0.7, other: 0.1 }) });
    const prompt = { system: '', prefix: '', suffix: '' };
    const labels = { yes: ['Yes'], no: ['No'] };
    expect(await model.nextTokenProbabilities({ prompt, labels })).toEqual({
      probabilities: { yes: 0.7, no: 0 },
      mass: 0.7,
    });
  });

  it('says LLM_UNSUPPORTED where it has no script, and shows it beforehand', async () => {
    const model = new ScriptedModel({});
    expect(model.info.capabilities).toEqual({
      nextToken: false,
      logLikelihood: false,
      embeddings: false,
      adapters: null,
    });
    await expect(model.embed(['a'])).rejects.toMatchObject({ code: LlmErrorCode.Unsupported });
  });

  it('keeps deadlines and refuses after it was closed', async () => {
    const model = new ScriptedModel({ chat: () => new Promise<string>(() => undefined) });
    await expect(model.complete(user('hello'), { deadlineMs: 5 })).rejects.toMatchObject({
      code: CoreErrorCode.DeadlineExceeded,
    });
    await model.close();
    await expect(model.complete(user('hello'))).rejects.toMatchObject({ code: LlmErrorCode.Closed });
  });
});
