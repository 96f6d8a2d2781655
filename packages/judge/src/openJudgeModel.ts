import type { Clock, Logger } from '@bettertherapy/core';
import {
  type LanguageModel,
  type ModelConfig,
  type ModelMetrics,
  type OnProgress,
  openModel,
  resolveModel,
} from '@bettertherapy/llm';

/** A judge prompt holds question, reference and one answer of at most 1,200 words. */
const CONTEXT_TOKENS = 4096;
/** One answer at a time: the next one then finds the prefix of its question evaluated. */
const SLOTS = 1;
const OPENAI_BASE_URL = 'https://api.openai.com/v1';

/** Which model judges, as the flags `--model.*` say it. */
export interface JudgeModelOptions {
  readonly backend: 'llama' | 'openai' | 'anthropic';
  readonly name: string;
  readonly baseUrl: string | null;
  /** For the chosen backend; null when it needs none. */
  readonly apiKey: string | null;
  readonly hfToken: string | null;
  readonly threads: number | null;
  readonly slots: number | null;
  readonly context: number | null;
  readonly gpu: 'auto' | 'cuda' | 'vulkan' | 'metal' | 'off';
  readonly cacheDir: string;
  /** Model of an OpenAI-compatible server that makes vectors; only asked when `embed` is called. */
  readonly embeddingModel?: string | undefined;
}

export interface JudgeModelParts {
  /** models/manifest.json */
  readonly manifestPath: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: ModelMetrics | null;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Of a download, when one is needed. */
  readonly onProgress?: OnProgress | undefined;
}

/** The language model that judges, fetched first when it is not here. @throws CodedError LLM_… */
export async function openJudgeModel(
  options: JudgeModelOptions,
  parts: JudgeModelParts,
  signal: AbortSignal,
): Promise<LanguageModel> {
  return openModel(await modelConfig(options, parts, signal), parts, signal);
}

async function modelConfig(
  options: JudgeModelOptions,
  parts: JudgeModelParts,
  signal: AbortSignal,
): Promise<ModelConfig> {
  const { clock, log, env, manifestPath, onProgress } = parts;
  const slots = options.slots ?? undefined;
  const contextTokens = options.context ?? undefined;
  switch (options.backend) {
    case 'openai':
      return {
        backend: 'openai',
        baseUrl: options.baseUrl ?? OPENAI_BASE_URL,
        model: options.name,
        apiKey: options.apiKey ?? undefined,
        embeddingModel: options.embeddingModel,
        slots,
        contextTokens,
      };
    case 'anthropic':
      return { backend: 'anthropic', apiKey: options.apiKey ?? '', model: options.name, slots, contextTokens };
    case 'llama': {
      const { cacheDir, hfToken } = options;
      const token = hfToken ?? undefined;
      const found = await resolveModel(options.name, { manifestPath, cacheDir, token, onProgress, signal, clock, log });
      return {
        backend: 'llama',
        file: found.file,
        name: found.name,
        sha256: found.sha256,
        alternatives: found.alternatives,
        contextTokens: contextTokens ?? CONTEXT_TOKENS,
        slots: slots ?? SLOTS,
        threads: options.threads ?? undefined,
        gpu: options.gpu === 'off' ? false : options.gpu,
        env,
      };
    }
  }
}
