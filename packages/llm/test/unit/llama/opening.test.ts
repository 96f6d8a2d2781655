import { fork } from 'node:child_process';
import { copyFile, mkdtemp, open as openFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isProcessAlive } from '@bettertherapy/core';
import { eventually } from '@bettertherapy/testkit';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { LlmErrorCode } from '../../../src/errors.js';
import { buildWorker, openSmallModel, smallModel } from '../../support/realModel.js';

/** Seconds on an idle machine; one whose cores do other work gets this long. */
vi.setConfig({ testTimeout: 180_000 });

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'llm-'));
  await buildWorker();
}, 180_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

describe('opening a model', () => {
  it('refuses to run below the floor of tokens per second', async () => {
    await expect(openSmallModel({ minTokensPerSecond: 1e9 })).rejects.toMatchObject({
      code: LlmErrorCode.TooSlow,
      details: { threads: 1, wantedThreads: 1 },
    });
  });

  it('refuses a context that does not fit the memory, before anything is allocated', async () => {
    const alternatives = [{ name: 'small', sizeBytes: 1e6 }];
    await expect(openSmallModel({ contextTokens: 8_192, slots: 256, alternatives })).rejects.toMatchObject({
      code: LlmErrorCode.InsufficientMemory,
      remedy: expect.stringContaining('small'),
    });
  });

  it('fails when a GPU is demanded and there is none', async () => {
    await expect(openSmallModel({ gpu: 'vulkan' })).rejects.toMatchObject({ code: LlmErrorCode.GpuMissing });
  });

  it.each([
    ['is empty', async (file: string) => writeFile(file, '')],
    ['is something else', async (file: string) => writeFile(file, 'hello'.repeat(1_000))],
    ['ends too early', async (file: string) => truncate(file, 20e6)],
  ])('refuses a file that %s', async (_what, damage) => {
    const file = join(folder, 'damaged.gguf');
    await copyFile((await smallModel()).file, file);
    await damage(file);
    await expect(openSmallModel({ file })).rejects.toMatchObject({ code: LlmErrorCode.ModelInvalid });
  });

  it('ends the process when a damaged header makes the parser run away', async () => {
    const file = join(folder, 'runaway.gguf');
    await copyFile((await smallModel()).file, file);
    const handle = await openFile(file, 'r+');
    // Bytes 8 to 16 of a GGUF are its number of tensors.
    await handle.write(Buffer.from([0, 0, 0, 0, 0, 1, 0, 0]), 0, 8, 8);
    await handle.close();
    const supervision = { stageTimeoutsMs: { header: 1_500 } };
    await expect(openSmallModel({ file, supervision })).rejects.toMatchObject({
      code: expect.stringMatching(/^LLM_(WORKER_HUNG|WORKER_CRASHED|MODEL_INVALID)$/),
    });
  });

  it('ends with the program that opened it, even when that one is killed', async () => {
    const { file } = await smallModel();
    const owner = fork(fileURLToPath(new URL('../../support/owner.mjs', import.meta.url)), [file], { execArgv: [] });
    const pid = await new Promise<number>((resolve, reject) => {
      owner.once('message', (message) => resolve(Number(message)));
      owner.once('exit', () => reject(new Error('the owner did not open the model')));
    });
    owner.removeAllListeners('exit');
    owner.kill('SIGKILL');
    await eventually('the end of the model process', () => !isProcessAlive(pid));
  });
});
