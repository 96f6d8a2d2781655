import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { silentLogger, systemClock } from '@bettertherapy/core';
import { withProcessLock } from '../../src/files/processLock.js';
import { type ResolvedModel, resolveModel } from '../../src/files/resolveModel.js';
import { LlamaModel } from '../../src/llama/llamaModel.js';
import type { LlamaConfig } from '../../src/modelConfig.js';

const ROOT = fileURLToPath(new URL('../../../..', import.meta.url));
export const MANIFEST = `${ROOT}models/manifest.json`;
export const SMALL_MODEL = 'smollm2-135m-instruct-q4_1';

/** The model process runs from the build; test files that run side by side build one after the other. */
export async function buildWorker(): Promise<void> {
  await mkdir(`${ROOT}.cache`, { recursive: true });
  const lock = { folder: `${ROOT}.cache/llm-build.lock`, staleMs: 30_000, pollMs: 50, waitMs: 100_000 };
  const parts = { clock: systemClock, log: silentLogger, onWait: () => undefined };
  await withProcessLock(lock, parts, AbortSignal.timeout(110_000), async () => {
    await promisify(execFile)(`${ROOT}node_modules/.bin/tsc`, ['-b', `${ROOT}packages/llm`]);
  });
}

/** The small model, from the cache of the repository; fetched on the first run. */
export function smallModel(): Promise<ResolvedModel> {
  return resolveModel(SMALL_MODEL, { manifestPath: MANIFEST, cacheDir: `${ROOT}.cache/models` });
}

export async function openSmallModel(
  config: Partial<LlamaConfig> = {},
  parts: Partial<Parameters<typeof LlamaModel.open>[1]> = {},
): Promise<LlamaModel> {
  const { file, name, sha256 } = await smallModel();
  return LlamaModel.open(
    { backend: 'llama', file, name, sha256, contextTokens: 1024, slots: 1, gpu: false, threads: 1, ...config },
    { clock: systemClock, log: silentLogger, metrics: null, ...parts },
    AbortSignal.timeout(60_000),
  );
}
