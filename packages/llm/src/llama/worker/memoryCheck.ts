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
  const context = await insights.estimateContextResourceRequirementsV2({
    contextSize: settings.contextTokens,
    sequences: settings.slots,
    modelGpuLayers: 0,
  });
  const needed = Math.max(weights.cpuRam, memoryMapped ? insights.modelSize : 0) + context.cpuRam + PROCESS_BYTES;
  const ram = process.availableMemory();
  const vram = llama.gpu === false ? 0 : (await llama.getVramState()).free;
  if (needed <= ram + vram) return needed;
  const free = vram > 0 ? `${gigabytes(ram)} of RAM and ${gigabytes(vram)} of VRAM are` : `${gigabytes(ram)} of RAM is`;
  throw llmError(
    LlmErrorCode.InsufficientMemory,
    `the model needs about ${gigabytes(needed)} with ${settings.slots} × ${settings.contextTokens} context tokens; ${free} free`,
    {
      remedy: 'Lower --model.context or --model.slots, or take a smaller model.',
      details: { neededBytes: needed, freeRamBytes: ram, freeVramBytes: vram },
    },
  );
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
