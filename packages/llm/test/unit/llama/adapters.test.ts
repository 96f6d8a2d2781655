import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loraBytes, type WrittenLora } from '@bettertherapy/testkit';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { LlmErrorCode } from '../../../src/errors.js';
import type { AdapterUse } from '../../../src/languageModel.js';
import type { LlamaModel } from '../../../src/llama/llamaModel.js';
import { buildWorker, openSmallModel } from '../../support/realModel.js';

vi.setConfig({ testTimeout: 180_000 });

/** These lay adapters over the real small model. Their weights are random: they change what it says and teach nothing. */
const LAYERS = 30;
const TARGETS = Array.from({ length: LAYERS }, (_, layer) => [
  { tensor: `blk.${layer}.attn_v.weight`, inputs: 576, outputs: 192 },
  { tensor: `blk.${layer}.ffn_down.weight`, inputs: 1536, outputs: 576 },
]).flat();
const LORA: WrittenLora = {
  architecture: 'llama',
  baseModel: 'SmolLM2 135M Instruct',
  alpha: 8,
  rank: 4,
  targets: TARGETS,
  seed: 1,
  size: 0.2,
};

let model: LlamaModel;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'adapters-'));
  await buildWorker();
  model = await openSmallModel({ slots: 2, adapters: 2 });
}, 180_000);

afterAll(async () => {
  await model?.close();
  await rm(folder, { recursive: true, force: true });
});

async function adapter(name: string, lora: Partial<WrittenLora> = {}): Promise<AdapterUse & { file: string }> {
  const file = join(folder, `${name}.gguf`);
  const bytes = loraBytes({ ...LORA, ...lora });
  await writeFile(file, bytes);
  return { file, sha256: createHash('sha256').update(bytes).digest('hex'), baseModel: 'smollm2-135m-instruct' };
}

const messages = [{ role: 'user' as const, content: 'What helps against bad sleep?' }];
const say = async (use?: AdapterUse, on = model): Promise<string> =>
  (await on.complete({ messages, maxTokens: 12, sampling: { temperature: 0 }, adapter: use })).text;

describe('an adapter over the model', () => {
  it('changes nothing when its second half is zero, or when it is scaled to zero', async () => {
    const base = await say();
    expect(await say(await adapter('zero', { seed: null }))).toBe(base);
    expect(await say({ ...(await adapter('one')), scale: 0 })).toBe(base);
  });

  it('leaves every probability as it was, to the last bit, when its second half is zero', async () => {
    const prompt = { system: 'You are a doctor.', prefix: 'What helps against bad sleep?', suffix: '' };
    const text = 'Keep the room dark and go to bed at the same time.';
    const base = await model.logLikelihood({ prompt, text });
    expect(await model.logLikelihood({ prompt, text, adapter: await adapter('zero', { seed: null }) })).toEqual(base);
    expect(await model.logLikelihood({ prompt, text, adapter: await adapter('one') })).not.toEqual(base);
  });

  it('changes what is said when it is not zero, the same way each time', async () => {
    const one = await adapter('one');
    const base = await say();
    const first = await say(one);
    expect(first).not.toBe(base);
    expect(await say(one)).toBe(first);
    expect(await say()).toBe(base);
  });

  it('answers of two adapters side by side are those that each gives alone', async () => {
    const [one, two] = [await adapter('one'), await adapter('two', { seed: 2 })];
    const alone = [await say(one), await say(two), await say()];
    expect(new Set(alone).size).toBe(3);
    for (let round = 0; round < 2; round += 1) {
      expect(await Promise.all([say(one), say(two), say()])).toEqual(alone);
    }
  });
});

describe('an adapter is refused', () => {
  it.each<[string, Partial<WrittenLora>, Partial<AdapterUse>, string]>([
    ['by the name its publisher gives', {}, { baseModel: 'Llama-3.1-8B-Instruct' }, 'Llama-3.1-8B-Instruct'],
    ['by the name in its file', { baseModel: 'Meta Llama 3.1 8B Instruct' }, {}, 'Meta Llama 3.1 8B Instruct'],
    ['by its architecture', { architecture: 'qwen2' }, {}, 'qwen2'],
    [
      'by its shape',
      { targets: [{ tensor: 'blk.0.attn_v.weight', inputs: 4096, outputs: 1024 }] },
      {},
      'blk.0.attn_v.weight',
    ],
    ['by its layers', { targets: [{ tensor: 'blk.31.attn_v.weight', inputs: 576, outputs: 192 }] }, {}, 'blk.31'],
  ])('that was made for another model: %s', async (name, lora, use, told) => {
    const made = { ...(await adapter(`foreign-${name.replaceAll(' ', '-')}`, lora)), ...use };
    await expect(say(made)).rejects.toMatchObject({
      code: LlmErrorCode.AdapterWrongBase,
      message: expect.stringContaining(told),
      remedy: expect.stringContaining('smollm2-135m-instruct-q4_1'),
    });
    // Nothing of it stays.
    expect(await say()).toBeTruthy();
  });

  it('of which one byte was changed', async () => {
    const made = await adapter('changed', { seed: 7 });
    const bytes = await readFile(made.file);
    bytes[bytes.length - 9] = (bytes[bytes.length - 9] ?? 0) ^ 1;
    await writeFile(made.file, bytes);
    await expect(say(made)).rejects.toMatchObject({ code: LlmErrorCode.AdapterMismatch });
  });

  it('whose file was replaced by another adapter after it had been loaded', async () => {
    await say(await adapter('daily', { seed: 8 }));
    const today = await adapter('daily', { seed: 9 });
    await expect(say(today)).rejects.toMatchObject({ code: LlmErrorCode.AdapterMismatch });
  });

  it('that is not there', async () => {
    const made = await adapter('gone');
    await rm(made.file);
    await expect(say(made)).rejects.toMatchObject({ code: LlmErrorCode.AdapterInvalid });
  });
});

it('more adapters than have room take turns, each with its own words', async () => {
  const tight = await openSmallModel({ slots: 2, adapters: 1 });
  try {
    const uses = await Promise.all([1, 2].map((seed) => adapter(`turn-${seed}`, { seed })));
    const alone: string[] = [];
    for (const use of uses) alone.push(await say(use, tight));
    expect(new Set(alone).size).toBe(2);
    expect(await Promise.all([...uses, ...uses].map((use) => say(use, tight)))).toEqual([...alone, ...alone]);
  } finally {
    await tight.close();
  }
});
