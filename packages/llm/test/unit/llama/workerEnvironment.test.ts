import { describe, expect, it } from 'vitest';
import { workerEnvironment } from '../../../src/llama/workerEnvironment.js';

describe('the environment of the model process', () => {
  it('has what drivers need and no key, token or password', () => {
    const env = {
      PATH: '/bin',
      LD_LIBRARY_PATH: '/usr/local/cuda/lib64',
      CUDA_VISIBLE_DEVICES: '1',
      GGML_VK_VISIBLE_DEVICES: '0',
      HF_TOKEN: 'secret',
      OPENAI_API_KEY: 'secret',
      BT_PW__HOME_USER: 'secret',
      NODE_OPTIONS: '--inspect',
      EMPTY: undefined,
    };
    expect(workerEnvironment(env)).toEqual({
      PATH: '/bin',
      LD_LIBRARY_PATH: '/usr/local/cuda/lib64',
      CUDA_VISIBLE_DEVICES: '1',
      GGML_VK_VISIBLE_DEVICES: '0',
    });
  });
});
