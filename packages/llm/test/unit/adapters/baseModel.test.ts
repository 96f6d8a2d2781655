import { describe, expect, it } from 'vitest';
import type { AdapterFacts } from '../../../src/adapters/adapterFile.js';
import { plainModelName, requireFittingBase, sameModel } from '../../../src/adapters/baseModel.js';
import { LlmErrorCode } from '../../../src/errors.js';

describe('names of models', () => {
  it.each([
    ['llama-3.1-8b-instruct-q4_k_m', 'meta-llama/Llama-3.1-8B-Instruct'],
    ['Meta-Llama-3.1-8B-Instruct-Q8_0.gguf', 'Meta Llama 3.1 8B Instruct'],
    ['llama-3.1-8b-instruct-f16', 'unsloth/Meta-Llama-3.1-8B-Instruct-bnb-4bit'],
    ['smollm2-135m-instruct-q4_1', 'HuggingFaceTB/SmolLM2-135M-Instruct'],
    ['Qwen2.5-7B-Instruct-IQ4_XS.gguf', 'Qwen/Qwen2.5-7B-Instruct-AWQ'],
  ])('%s and %s are the same', (one, other) => {
    expect(plainModelName(one)).toBe(plainModelName(other));
  });

  it.each([
    ['llama-3.1-8b-instruct', 'llama-3-8b-instruct'],
    ['llama-3.1-8b-instruct', 'llama-3.1-8b'],
    ['llama-3.2-1b-instruct', 'llama-3.2-3b-instruct'],
    ['smollm2-135m-instruct', 'smollm2-135m'],
    ['Meta-Math-7B', 'Math-7B'],
  ])('%s and %s differ', (one, other) => {
    expect(sameModel([one], [other])).toBe(false);
  });
});

describe('an adapter of the token embedding', () => {
  const facts: AdapterFacts = {
    name: null,
    architecture: 'llama',
    baseModels: [],
    description: null,
    datasets: [],
    alpha: 1,
    rank: 2,
    targets: [{ tensor: 'token_embd.weight', inputs: 100, outputs: 8, rank: 2 }],
    parameters: 216,
    types: 'F32',
    bytes: 1,
  };
  const embedding = ['token_embd.weight', { dims: [8, 100] }] as const;
  const baseOf = (...tensors: (readonly [string, { dims: readonly number[] }])[]) => ({
    names: ['small'],
    architecture: 'llama',
    tensors: new Map(tensors),
  });

  it('fits a model with an output of its own', () => {
    expect(() => requireFittingBase(facts, baseOf(embedding, ['output.weight', { dims: [8, 100] }]))).not.toThrow();
  });

  it('is refused where the embedding is the output too, which would end the process', () => {
    expect(() => requireFittingBase(facts, baseOf(embedding))).toThrow(
      expect.objectContaining({ code: LlmErrorCode.AdapterWrongBase }),
    );
  });
});
