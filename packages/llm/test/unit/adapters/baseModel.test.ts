import { describe, expect, it } from 'vitest';
import { plainModelName, sameModel } from '../../../src/adapters/baseModel.js';

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
