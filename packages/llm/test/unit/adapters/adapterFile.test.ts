import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ggufBytes, loraBytes, type WrittenGguf, type WrittenLora } from '@bettertherapy/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkAdapter, readAdapter } from '../../../src/adapters/adapterFile.js';
import { LlmErrorCode } from '../../../src/errors.js';

const LORA: WrittenLora = {
  architecture: 'llama',
  baseModel: 'SmolLM2 135M Instruct',
  alpha: 16,
  rank: 4,
  targets: [
    { tensor: 'blk.0.attn_v.weight', inputs: 64, outputs: 32 },
    { tensor: 'blk.1.ffn_down.weight', inputs: 128, outputs: 64 },
  ],
  seed: 1,
};
const GOOD = loraBytes(LORA);
const METADATA = { 'general.architecture': 'llama', 'general.type': 'adapter', 'adapter.type': 'lora' };
const half = (name: string, dims: readonly number[]) => ({
  name,
  dims,
  values: new Float32Array(dims.reduce((product, size) => product * size, 1)),
});
const A = half('blk.0.attn_v.weight.lora_a', [8, 2]);
const B = half('blk.0.attn_v.weight.lora_b', [2, 8]);
const written = (change: Partial<WrittenGguf>): Buffer => ggufBytes({ metadata: METADATA, tensors: [A, B], ...change });
const patched = (at: number, ...bytes: readonly number[]): Buffer => {
  const copy = Buffer.from(GOOD);
  copy.set(bytes, at);
  return copy;
};

let folder: string;
const file = (bytes: Buffer): string => {
  const path = join(folder, 'a.gguf');
  writeFileSync(path, bytes);
  return path;
};
const { signal } = new AbortController();

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bt-adapter-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('an adapter file', () => {
  it('says its rank, its alpha, its base and what it changes', async () => {
    expect(await readAdapter(file(GOOD))).toEqual({
      name: null,
      description: null,
      datasets: [],
      architecture: 'llama',
      baseModels: ['SmolLM2 135M Instruct'],
      alpha: 16,
      rank: 4,
      targets: [
        { tensor: 'blk.0.attn_v.weight', inputs: 64, outputs: 32, rank: 4 },
        { tensor: 'blk.1.ffn_down.weight', inputs: 128, outputs: 64, rank: 4 },
      ],
      parameters: 4 * (64 + 32) + 4 * (128 + 64),
      types: 'F32',
      bytes: GOOD.length,
    });
  });

  it('names its base also by the address of a repository', async () => {
    const metadata = { ...METADATA, 'general.base_model.0.repo_url': 'https://hub.example/org/Llama-3.1-8B-Instruct' };
    expect((await readAdapter(file(written({ metadata })))).baseModels).toEqual(['Llama-3.1-8B-Instruct']);
  });

  it('says its name, what it was trained on and what its maker says, shortened', async () => {
    const metadata = {
      ...METADATA,
      'general.name': 'Gurung evenings',
      'general.description': 'x'.repeat(2_000),
      'general.dataset.0.name': 'gurung-dialogues',
      'general.dataset.1.repo_url': 'https://hub.example/org/evenings',
    };
    expect(await readAdapter(file(written({ metadata })))).toMatchObject({
      name: 'Gurung evenings',
      description: 'x'.repeat(500),
      datasets: ['gurung-dialogues', 'evenings'],
    });
  });

  it('keeps the two halves of the token embedding turned around, as llama.cpp does', async () => {
    const tensors = [half('token_embd.weight.lora_a', [2, 100]), half('token_embd.weight.lora_b', [2, 8])];
    const { targets } = await readAdapter(file(written({ tensors })));
    expect(targets).toEqual([{ tensor: 'token_embd.weight', inputs: 100, outputs: 8, rank: 2 }]);
  });

  it.each<[string, Buffer]>([
    ['is empty', Buffer.alloc(0)],
    ['is something else', Buffer.from('hello'.repeat(1_000))],
    ['is of a version to come', patched(4, 9)],
    // Bytes 8 to 16 are the number of tensors, 16 to 24 that of the metadata entries, 24 to 32 the first key's length.
    ['claims 2^40 tensors', patched(8, 0, 0, 0, 0, 0, 1)],
    ['claims 2^40 entries', patched(16, 0, 0, 0, 0, 0, 1)],
    ['claims an endless key', patched(24, 0xff, 0xff, 0xff, 0x7f)],
    ['claims a size beyond all numbers', patched(24, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff)],
    ['ends inside its header', GOOD.subarray(0, 100)],
    ['ends before its last weight', GOOD.subarray(0, GOOD.length - 64)],
    ['is a model', written({ metadata: { ...METADATA, 'general.type': 'model' } })],
    ['is a control vector', written({ metadata: { ...METADATA, 'adapter.type': 'control' } })],
    ['names no architecture', written({ metadata: { 'general.type': 'adapter', 'adapter.type': 'lora' } })],
    ['has an alpha of another type', written({ metadata: { ...METADATA, 'adapter.lora.alpha': 16 } })],
    ['has a list for its alpha', written({ metadata: { ...METADATA, 'adapter.lora.alpha': [16] } })],
    [
      'is activated by certain words only',
      written({ metadata: { ...METADATA, 'adapter.alora.invocation_tokens': [1, 2] } }),
    ],
    ['holds nothing', written({ tensors: [] })],
    ['holds one half only', written({ tensors: [A] })],
    ['holds halves of different rank', written({ tensors: [A, half(B.name, [3, 8])] })],
    ['holds a foreign tensor', written({ tensors: [A, B, half('blk.0.attn_v.weight', [8, 8])] })],
    ['holds a cube', written({ tensors: [half(A.name, [8, 2, 2]), B] })],
    ['names a tensor twice', written({ tensors: [A, B, B] })],
  ])('that %s is refused', async (_what, bytes) => {
    await expect(readAdapter(file(bytes))).rejects.toMatchObject({ code: LlmErrorCode.AdapterInvalid });
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('with a weight that is %d is refused', async (weight) => {
    await expect(checkAdapter(file(GOOD), signal)).resolves.toMatchObject({ rank: 4 });
    const values = new Float32Array(16);
    values[15] = weight;
    const bytes = written({ tensors: [A, { ...B, values }] });
    await expect(checkAdapter(file(bytes), signal)).rejects.toMatchObject({ code: LlmErrorCode.AdapterInvalid });
  });
});
