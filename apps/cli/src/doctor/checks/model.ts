import { type InspectedModel, inspectModel, loadManifest, type ManifestEntry } from '@bettertherapy/llm';
import { manifestPath } from '../../start/layout.js';
import { quoted } from '../commands.js';
import { type Finding, gigabytes, line } from '../finding.js';
import { httpStatus } from '../httpStatus.js';
import type { Settings } from '../settings.js';
import { checkGpu, findGpus, hasGpuBuild } from './gpu.js';
import { checkMemory, type Memory } from './machine.js';

/** Weights are most of what a model needs; context and library come on top. */
const neededBytes = (fileBytes: number): number => fileBytes * 1.1 + 600e6;
const OPENAI_URL = 'https://api.openai.com/v1';

export interface ModelFindings {
  readonly findings: readonly Finding[];
  /** Bytes that are still to be fetched into `--model.cache_dir`. */
  readonly toFetch: number;
}

/** GPU, memory and file of a model that runs here; the server of one that does not. */
export async function checkModel(
  { model }: Settings,
  memory: Memory,
  signal: AbortSignal,
  openAiKey: string | null,
): Promise<ModelFindings> {
  if (model.backend !== 'llama') {
    const server = model.backend === 'openai' ? await checkServer(model.baseUrl ?? OPENAI_URL, openAiKey, signal) : [];
    return { findings: [checkMemory(memory, null, null), ...server], toFetch: 0 };
  }
  const { models } = await loadManifest(manifestPath);
  const found = await inspectModel(model.name, { manifestPath, cacheDir: model.cacheDir }, signal);
  const gpus = model.gpu === 'off' ? [] : await findGpus(signal);
  const vramGb = found.entry?.hardware?.vram ?? null;
  const need = { wanted: model.gpu, model: model.name, vramGb, fitting: (vram: number) => largestFor(models, vram) };
  const vram = gpus.reduce((sum, { freeBytes }) => sum + freeBytes, 0);
  const inRam = Math.max(0, neededBytes(found.bytes) - vram);
  const smaller = models
    .filter(({ id, approximateSize }) => id !== model.name && neededBytes(approximateSize) <= memory.available)
    .sort((a, b) => b.approximateSize - a.approximateSize)[0];
  const wants = { name: model.name, tableGb: found.entry?.hardware?.ram ?? null, neededBytes: inRam };
  return {
    findings: [
      ...checkGpu(gpus, need, hasGpuBuild(), process.platform),
      checkMemory(memory, wants, smaller?.id ?? null),
      fileFinding(found, model.name, model.cacheDir),
    ],
    toFetch: found.state === 'missing' ? found.bytes : 0,
  };
}

function largestFor(models: readonly ManifestEntry[], vramBytes: number): string | null {
  const fitting = models.filter(({ hardware }) => hardware?.vram && hardware.vram * 1e9 * 0.92 <= vramBytes);
  return fitting.sort((a, b) => b.approximateSize - a.approximateSize)[0]?.id ?? null;
}

function fileFinding(
  { state, file, entry, bytes, sha256, expected }: InspectedModel,
  name: string,
  cacheDir: string,
): Finding {
  const model = line('model', 'Model file');
  const fetch = `pnpm bt models fetch ${name}${cacheDir === '.cache/models' ? '' : ` --model.cache_dir ${quoted(cacheDir)}`}`;
  switch (state) {
    case 'unknown_name':
      return model.fail(`${name} is neither a model of the manifest nor a file`, 'pnpm bt models list');
    case 'missing':
      return model.warn(`${name} is not here yet; the daemon fetches ${gigabytes(bytes)} at its start`, fetch);
    case 'changed': {
      const text = `${file} has sha256 ${sha256?.slice(0, 12)}…, and should have ${expected?.slice(0, 12)}…`;
      return model.fail(text, `rm ${quoted(file)} && ${fetch}`);
    }
    case 'ok': {
      const sure = expected === null ? ', which nothing confirms' : entry?.verified ? '' : ', as at its first use';
      return model.ok(`${name}, ${gigabytes(bytes)}, sha256 ${sha256?.slice(0, 12)}…${sure}`);
    }
  }
}

async function checkServer(baseUrl: string, key: string | null, signal: AbortSignal): Promise<Finding[]> {
  const server = line('model', 'Model server');
  const headers: Record<string, string> = key === null ? {} : { authorization: `Bearer ${key}` };
  const answer = await httpStatus(`${baseUrl.replace(/\/$/, '')}/models`, { headers }, signal);
  if (answer.status === null)
    return [server.fail(`${baseUrl}: ${answer.error}`, 'Start it, or correct --model.base_url')];
  if (key !== null && (answer.status === 401 || answer.status === 403)) {
    return [
      server.fail(`${baseUrl} refuses the key (${answer.status})`, 'Set OPENAI_API_KEY to a key that is valid there'),
    ];
  }
  return answer.status >= 500
    ? [server.fail(`${baseUrl} answers ${answer.status}`, 'See the log of that server')]
    : [server.ok(`${baseUrl} answers`)];
}
