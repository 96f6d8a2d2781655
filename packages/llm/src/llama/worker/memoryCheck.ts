import type { GgufInsights, Llama } from 'node-llama-cpp';
import { LlmErrorCode, llmError } from '../../errors.js';
import type { WorkerSettings } from '../messages.js';

/** The library and Node themselves, beside weights and context. */
const PROCESS_BYTES = 150e6;

/**
 * Estimated bytes of the model with its context.
 * @throws CodedError LLM_INSUFFICIENT_MEMORY when that is above what is free: on a GPU the sum of VRAM and RAM counts,
 * because layers that do not fit stay in RAM.
 */
export async function requireMemory(
  llama: Llama,
  insights: GgufInsights,
  settings: WorkerSettings,
  memoryMapped: boolean,
): Promise<number> {
  const weights = await insights.estimateModelResourceRequirementsV2({ gpuLayers: 0, useMmap: memoryMapped });
  const context = await contextBytes(insights, settings);
  const needed = Math.max(weights.cpuRam, memoryMapped ? insights.modelSize : 0) + context + PROCESS_BYTES;
  await requireFree(llama, needed, {
    what: `the model needs about ${gigabytes(needed)} with ${settings.slots} × ${settings.contextTokens} context tokens`,
    remedy: 'Lower --model.context or --model.slots, or take a smaller model.',
  });
  return needed;
}

/**
 * Sees that the context of one more adapter and the adapter's own bytes are free.
 * @throws CodedError LLM_INSUFFICIENT_MEMORY
 */
export async function requireAdapterMemory(
  llama: Llama,
  insights: GgufInsights,
  settings: WorkerSettings,
  adapterBytes: number,
): Promise<void> {
  const needed = (await contextBytes(insights, settings)) + adapterBytes;
  await requireFree(llama, needed, {
    what: `an adapter with its context needs about ${gigabytes(needed)}`,
    remedy: 'Lower --model.adapters, --model.context or --model.slots.',
  });
}

async function contextBytes(insights: GgufInsights, settings: WorkerSettings): Promise<number> {
  const context = await insights.estimateContextResourceRequirementsV2({
    contextSize: settings.contextTokens,
    sequences: settings.slots,
    modelGpuLayers: 0,
  });
  return context.cpuRam;
}

async function requireFree(
  llama: Llama,
  needed: number,
  of: { readonly what: string; readonly remedy: string },
): Promise<void> {
  const ram = process.availableMemory();
  const vram = llama.gpu === false ? 0 : (await llama.getVramState()).free;
  if (needed <= ram + vram) return;
  const free = vram > 0 ? `${gigabytes(ram)} of RAM and ${gigabytes(vram)} of VRAM are` : `${gigabytes(ram)} of RAM is`;
  throw llmError(LlmErrorCode.InsufficientMemory, `${of.what}; ${free} free`, {
    remedy: of.remedy,
    details: { neededBytes: needed, freeRamBytes: ram, freeVramBytes: vram },
  });
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
