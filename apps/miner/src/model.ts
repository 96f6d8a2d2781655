import { fileURLToPath } from 'node:url';
import { type Environment, type ModelOptions, modelApiKey } from '@bettertherapy/config';
import type { Clock, Logger } from '@bettertherapy/core';
import {
  type LanguageModel,
  type ModelConfig,
  type ModelMetrics,
  type ModelProgress,
  openModel,
  resolveModel,
} from '@bettertherapy/llm';

const MANIFEST = fileURLToPath(new URL('../../../models/manifest.json', import.meta.url));
/** Persona, question and answer; more costs memory with each slot. */
const CONTEXT_TOKENS = 4096;
const LOCAL_SLOTS = 2;
const REMOTE_SLOTS = 8;
const OPENAI_URL = 'https://api.openai.com/v1';

/** The flags of a model with those of adapters, which only the one that answers takes. */
export type MinerModelOptions = ModelOptions & { readonly adapters: number; readonly adapterAsModel: boolean };

interface Parts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: ModelMetrics | null;
}

/** Answers worked on at the same time. */
export function modelSlots(options: ModelOptions): number {
  return options.slots ?? (options.backend === 'llama' ? LOCAL_SLOTS : REMOTE_SLOTS);
}

/** Fetches (when needed), checks and opens the model that the flags name. @throws CodedError LLM_*, CONFIG_REQUIRED */
export async function openMinerModel(
  options: MinerModelOptions,
  env: Environment,
  parts: Parts,
  signal: AbortSignal,
): Promise<LanguageModel> {
  return openModel(await modelConfig(options, env, parts, signal), parts, signal);
}

/** Opens the model that finds notes by meaning; on the same server as an `openai` model, else here. @throws CodedError LLM_* */
export async function openEmbeddingModel(
  name: string,
  options: ModelOptions,
  env: Environment,
  parts: Parts,
  signal: AbortSignal,
): Promise<LanguageModel> {
  const backend = options.backend === 'openai' ? 'openai' : 'llama';
  const config = await modelConfig(
    { ...options, backend, name, slots: 1, context: null, adapters: 0, adapterAsModel: false },
    env,
    parts,
    signal,
  );
  return openModel(config.backend === 'openai' ? { ...config, embeddingModel: name } : config, parts, signal);
}

async function modelConfig(
  options: MinerModelOptions,
  env: Environment,
  parts: Parts,
  signal: AbortSignal,
): Promise<ModelConfig> {
  const apiKey = modelApiKey(options) ?? undefined;
  const slots = modelSlots(options);
  const common = { slots, queueCapacity: slots * 4 };
  if (options.backend === 'openai') {
    const baseUrl = options.baseUrl ?? OPENAI_URL;
    return {
      ...common,
      backend: 'openai',
      baseUrl,
      apiKey,
      model: options.name,
      adapterAsModel: options.adapterAsModel,
      contextTokens: options.context ?? undefined,
    };
  }
  if (options.backend === 'anthropic') {
    const { name, baseUrl, context } = options;
    // modelApiKey has refused a missing key for this backend.
    const key = apiKey ?? '';
    return {
      ...common,
      backend: 'anthropic',
      apiKey: key,
      model: name,
      baseUrl: baseUrl ?? undefined,
      contextTokens: context ?? undefined,
    };
  }
  const found = await resolveModel(options.name, {
    manifestPath: MANIFEST,
    cacheDir: options.cacheDir,
    token: options.hfToken ?? undefined,
    onProgress: progressLog(parts.log),
    signal,
    clock: parts.clock,
    log: parts.log,
  });
  return {
    ...common,
    backend: 'llama',
    file: found.file,
    name: found.name,
    sha256: found.sha256,
    contextTokens: options.context ?? CONTEXT_TOKENS,
    adapters: options.adapters,
    threads: options.threads ?? undefined,
    gpu: options.gpu === 'off' ? false : options.gpu,
    alternatives: found.alternatives,
    env,
  };
}

/** A line per tenth of a download instead of one per packet. */
function progressLog(log: Logger): (progress: ModelProgress) => void {
  let last = '';
  return ({ name, phase, source, bytes, totalBytes }) => {
    const percent = totalBytes === null || totalBytes === 0 ? null : Math.floor((bytes / totalBytes) * 10) * 10;
    const step = `${phase} ${percent ?? ''}`;
    if (step === last) return;
    last = step;
    log.info('model file', { name, phase, source, percent });
  };
}
