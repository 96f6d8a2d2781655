import type { Clock } from '@bettertherapy/core';
import {
  GgufFileType,
  GgufInsights,
  getLlama,
  getModuleVersion,
  InsufficientMemoryError,
  type Llama,
  type LlamaContext,
  LlamaLogLevel,
  type LlamaModel,
  NoBinaryFoundError,
  readGgufFileInfo,
} from 'node-llama-cpp';
import { invalidAdapter } from '../../adapters/adapterFile.js';
import { LlmErrorCode, llmError } from '../../errors.js';
import type { WorkerFacts, WorkerSettings, WorkerStage } from '../messages.js';
import { AdapterContexts } from './adapterContexts.js';
import { baseModelOf } from './baseModelOf.js';
import { oneChunkPerBatch } from './batching.js';
import { requireAdapterMemory, requireMemory } from './memoryCheck.js';
import type { ModelSession } from './modelSession.js';
import { PromptTokens } from './promptTokens.js';
import { selfTest } from './selfTest.js';
import { SlotPool } from './slots.js';

/** Prompt tokens per batch. Small on a CPU, where larger ones are not faster and an abort waits for the batch. */
const CHUNK_TOKENS = { cpu: 128, gpu: 512 } as const;

export interface OpenReport {
  readonly stage: (stage: WorkerStage) => void;
  readonly log: (level: 'debug' | 'info' | 'warn' | 'error', message: string) => void;
  readonly progressed: () => void;
  readonly clock: Clock;
}

export interface OpenedModel {
  /** The base model alone. */
  readonly session: ModelSession;
  readonly adapters: AdapterContexts;
  readonly facts: WorkerFacts;
  dispose(): Promise<void>;
}

/** Loads the library, checks memory, loads the model, makes the context and runs the self test, reporting each stage. */
export async function openSession(settings: WorkerSettings, report: OpenReport): Promise<OpenedModel> {
  report.stage('runtime');
  const llama = await loadRuntime(settings, report);
  try {
    report.stage('header');
    const info = await readHeader(settings.file);
    const insights = await GgufInsights.from(info, llama);
    const memoryMapped = llama.gpu !== false;
    const estimatedBytes = await requireMemory(llama, insights, settings, memoryMapped);

    report.stage('weights');
    const model = await loadWeights(llama, settings, memoryMapped);

    report.stage('context');
    const chunkTokens = llama.gpu === false ? CHUNK_TOKENS.cpu : CHUNK_TOKENS.gpu;
    const context = await createContext(model, settings, chunkTokens, null);
    const session: ModelSession = {
      model,
      context,
      prompts: new PromptTokens(model),
      slots: slotsOf(context, settings),
      contextTokens: settings.contextTokens,
      chunkTokens,
      threads: settings.threads,
      progressed: report.progressed,
    };
    const base = baseModelOf(info, settings.name);
    const adapters = new AdapterContexts(
      { most: settings.adapters },
      {
        base,
        requireRoom: (bytes) => requireAdapterMemory(llama, insights, settings, bytes),
        open: async (file, scale) => {
          const own = await createContext(model, settings, chunkTokens, { file, scale });
          return { context: own, session: { ...session, context: own, slots: slotsOf(own, settings) } };
        },
      },
    );

    report.stage('selfTest');
    const selfTestTokensPerSecond = await selfTest(session, settings, report.clock);
    const fileType = info.metadata.general.file_type;
    return {
      session,
      adapters,
      facts: {
        names: [...base.names],
        runtime: `node-llama-cpp ${await getModuleVersion()} llama.cpp ${llama.llamaCppRelease.release}`,
        device: llama.gpu === false ? 'cpu' : llama.gpu,
        quantisation:
          fileType === undefined ? null : ((GgufFileType[fileType] ?? null)?.replace(/^MOSTLY_|^ALL_/, '') ?? null),
        contextTokens: settings.contextTokens,
        trainedContextTokens: model.trainContextSize,
        threads: context.currentThreads,
        template: session.prompts.templateName,
        systemInfo: llama.systemInfo,
        buildType: llama.buildType,
        selfTestTokensPerSecond,
        estimatedBytes,
        memoryMapped,
      },
      dispose: () => llama.dispose(),
    };
  } catch (error) {
    await llama.dispose();
    throw error;
  }
}

async function loadRuntime(settings: WorkerSettings, report: OpenReport): Promise<Llama> {
  let llama: Llama;
  try {
    llama = await getLlama({
      build: 'never',
      skipDownload: true,
      progressLogs: false,
      gpu: settings.gpu,
      maxThreads: settings.threads,
      logLevel: LlamaLogLevel.warn,
      logger: (level, message) => {
        // One line for each tensor of an adapter where the base's weights are repacked; nothing is wrong then.
        const routine = /cannot use buft .*fallback to CPU/.test(message);
        report.log(level === LlamaLogLevel.error ? 'error' : routine ? 'debug' : 'warn', message.trim());
      },
    });
  } catch (cause) {
    if (settings.gpu !== 'auto' && settings.gpu !== false) throw gpuMissing(settings.gpu, cause);
    const missing = cause instanceof NoBinaryFoundError;
    throw llmError(LlmErrorCode.RuntimeMissing, 'the native model library does not load on this machine', {
      remedy: missing
        ? 'No prebuilt library fits this machine: serve the model with llama-server and use --model.backend openai.'
        : 'Run `node scripts/bootstrap.mjs build` again; if it repeats, use --model.backend openai.',
      cause,
    });
  }
  if (settings.gpu !== 'auto' && settings.gpu !== false && llama.gpu !== settings.gpu) throw gpuMissing(settings.gpu);
  return llama;
}

function gpuMissing(gpu: string, cause?: unknown): Error {
  return llmError(LlmErrorCode.GpuMissing, `--model.gpu ${gpu} was asked for and is not usable here`, {
    remedy:
      'Install the GPU libraries with `node scripts/bootstrap.mjs build --gpu` and the driver, or use --model.gpu auto.',
    cause,
  });
}

async function readHeader(file: string): ReturnType<typeof readGgufFileInfo> {
  try {
    return await readGgufFileInfo(file, { sourceType: 'filesystem', logWarnings: false });
  } catch (cause) {
    throw modelInvalid(cause);
  }
}

async function loadWeights(llama: Llama, settings: WorkerSettings, memoryMapped: boolean): Promise<LlamaModel> {
  try {
    return await llama.loadModel({
      modelPath: settings.file,
      gpuLayers: llama.gpu === false ? 0 : { fitContext: { contextSize: settings.contextTokens * settings.slots } },
      // Repacked weights lie next to the mapped file and double the resident size on a CPU.
      useMmap: memoryMapped,
      // Damaged tensors load without complaint otherwise, and the model then says one token for ever.
      checkTensors: true,
    });
  } catch (cause) {
    throw cause instanceof InsufficientMemoryError ? noMemory(cause) : modelInvalid(cause);
  }
}

function slotsOf(context: LlamaContext, { slots }: WorkerSettings): SlotPool {
  return new SlotPool(Array.from({ length: slots }, () => context.getSequence()));
}

async function createContext(
  model: LlamaModel,
  settings: WorkerSettings,
  chunkTokens: number,
  adapter: { readonly file: string; readonly scale: number } | null,
): Promise<LlamaContext> {
  try {
    return await model.createContext({
      contextSize: settings.contextTokens,
      sequences: settings.slots,
      batchSize: Math.max(chunkTokens, settings.slots),
      threads: settings.threads,
      flashAttention: 'auto',
      batching: { itemPrioritizationStrategy: oneChunkPerBatch },
      ...(adapter === null ? {} : { lora: { adapters: [{ filePath: adapter.file, scale: adapter.scale }] } }),
    });
  } catch (cause) {
    // With the size of the context fixed, what is left besides memory is the adapter's file.
    if (adapter !== null && !(cause instanceof InsufficientMemoryError) && /lora/i.test(String(cause))) {
      throw invalidAdapter(adapter.file, 'was refused by the model library');
    }
    throw noMemory(cause);
  }
}

function noMemory(cause: unknown): Error {
  return llmError(LlmErrorCode.InsufficientMemory, 'the model and its context do not fit the memory', {
    remedy: 'Lower --model.context or --model.slots, or take a smaller model.',
    cause,
  });
}

function modelInvalid(cause: unknown): Error {
  return llmError(LlmErrorCode.ModelInvalid, 'the file is not a usable GGUF model', {
    remedy: 'Delete the file from the model cache so that it is fetched again, or name another one with --model.name.',
    cause,
  });
}
