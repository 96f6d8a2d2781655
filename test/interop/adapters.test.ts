import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { checkAdapter } from '@bettertherapy/llm';
import { temporaryFolder, writeLora } from '@bettertherapy/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openEnvironment } from './environment.js';
import { interopPart } from './part.js';
import { PythonProgram } from './pythonProgram.js';

const gguf = await openEnvironment('gguf');
const folder = temporaryFolder('interop-adapters');
afterAll(() => folder.remove());

const TARGETS = [
  { tensor: 'blk.0.attn_v.weight', inputs: 4096, outputs: 1024 },
  { tensor: 'blk.31.ffn_down.weight', inputs: 14_336, outputs: 4096 },
];
const { signal } = new AbortController();

interopPart('adapters of the gguf package', gguf, () => {
  let python: PythonProgram;
  beforeAll(() => {
    mkdirSync(folder.path, { recursive: true });
    python = new PythonProgram(gguf, { script: 'gguf_files.py', home: join(folder.path, 'home') });
  });
  afterAll(() => python?.close());

  const write = (file: string, type: string, nan = false, rank = 32) =>
    python.call('write', { file, type, alpha: 64, rank, targets: TARGETS, nan });

  it.each(['F32', 'F16', 'BF16', 'Q8_0'])('written in %s are read here as what they are', async (type) => {
    const file = join(folder.path, `${type}.gguf`);
    await write(file, type);
    expect(await checkAdapter(file, signal)).toMatchObject({
      name: 'Doctor',
      architecture: 'llama',
      baseModels: ['Llama 3.1 8B Instruct', 'Llama-3.1-8B-Instruct'],
      alpha: 64,
      rank: 32,
      targets: TARGETS.map((target) => ({ ...target, rank: 32 })),
      types: type,
    });
  });

  it.each(['F32', 'F16', 'BF16'])('with one weight in %s that is no number are refused here', async (type) => {
    const file = join(folder.path, `${type}-nan.gguf`);
    await write(file, type, true);
    await expect(checkAdapter(file, signal)).rejects.toMatchObject({ code: 'LLM_ADAPTER_INVALID' });
  });

  it('written by our test tool are read there as what they are', async () => {
    const file = join(folder.path, 'ours.gguf');
    const target = { tensor: 'blk.0.attn_v.weight', inputs: 64, outputs: 32 };
    writeLora(file, { architecture: 'llama', baseModel: 'Small', alpha: 8, rank: 2, targets: [target], seed: null });
    const { fields, tensors } = await python.call<{ fields: unknown; tensors: unknown }>('read', { file });
    expect(fields).toEqual({
      'general.architecture': 'llama',
      'general.type': 'adapter',
      'adapter.type': 'lora',
      'adapter.lora.alpha': 8,
      'general.base_model.count': 1,
      'general.base_model.0.name': 'Small',
    });
    expect(tensors).toEqual([
      { name: 'blk.0.attn_v.weight.lora_a', dims: [64, 2], sum: expect.any(Number) },
      { name: 'blk.0.attn_v.weight.lora_b', dims: [2, 32], sum: 0 },
    ]);
  });
});
