import { z } from 'zod';
import { ConfigErrorCode, configError } from '../errors.js';
import { option } from '../option.js';

const secretText = () => z.string().min(1).nullable().default(null);

/** `--model.*`: which language model, and where it runs. */
export const modelFragment = z.strictObject({
  backend: option(z.enum(['llama', 'openai', 'anthropic']).default('llama'), {
    help: 'llama runs a GGUF file here; openai is any OpenAI-compatible server; anthropic is the cloud',
  }),
  name: option(z.string().min(1).default('llama-3.1-8b-instruct-q4_k_m'), {
    help: 'manifest id or path of a GGUF file; for the other backends the name of the model there',
  }),
  baseUrl: option(
    z
      .url({ protocol: /^https?$/ })
      .nullable()
      .default(null),
    {
      help: 'address of the OpenAI-compatible server',
      env: ['OPENAI_BASE_URL'],
      defaultText: 'https://api.openai.com/v1',
      placeholder: 'http://…/v1',
    },
  ),
  apiKey: option(secretText(), { help: 'key for the chosen backend; better given by environment', secret: true }),
  openaiApiKey: option(secretText(), {
    help: 'used when the backend is openai and no --model.api_key is given',
    env: ['OPENAI_API_KEY'],
    secret: true,
  }),
  anthropicApiKey: option(secretText(), {
    help: 'used when the backend is anthropic and no --model.api_key is given',
    env: ['ANTHROPIC_API_KEY'],
    secret: true,
  }),
  hfToken: option(secretText(), {
    help: 'token for gated model files on the hub',
    env: ['HF_TOKEN'],
    secret: true,
  }),
  threads: option(z.int().min(1).max(512).nullable().default(null), {
    help: 'CPU threads of the model',
    defaultText: 'one less than the cores',
  }),
  slots: option(z.int().min(1).max(256).nullable().default(null), {
    help: 'answers worked on at the same time',
    defaultText: 'by backend',
  }),
  context: option(z.int().min(512).max(1_048_576).nullable().default(null), {
    help: 'context length in tokens',
    defaultText: 'by use',
  }),
  gpu: option(z.enum(['auto', 'cuda', 'vulkan', 'metal', 'off']).default('auto'), { help: 'where the model computes' }),
  cacheDir: option(z.string().min(1).default('.cache/models'), {
    help: 'folder for downloaded model files',
    placeholder: 'folder',
  }),
});
export type ModelOptions = z.output<typeof modelFragment>;

/**
 * The key for the chosen backend, or null when it needs none.
 * @throws CodedError CONFIG_REQUIRED when anthropic, or openai without a base URL, has no key.
 */
export function modelApiKey(model: ModelOptions): string | null {
  switch (model.backend) {
    case 'llama':
      return null;
    case 'openai': {
      const key = model.apiKey ?? model.openaiApiKey;
      if (key === null && model.baseUrl === null) throw keyMissing('OPENAI_API_KEY');
      return key;
    }
    case 'anthropic': {
      const key = model.apiKey ?? model.anthropicApiKey;
      if (key === null) throw keyMissing('ANTHROPIC_API_KEY');
      return key;
    }
  }
}

function keyMissing(name: string): Error {
  return configError(
    ConfigErrorCode.Required,
    'the chosen model backend needs a key',
    `Set ${name}, in .env or outside.`,
    {
      name,
    },
  );
}
