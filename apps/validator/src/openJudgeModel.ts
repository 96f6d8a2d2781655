import { type ModelOptions, modelApiKey } from '@bettertherapy/config';
import type { Clock, Logger } from '@bettertherapy/core';
import { type LanguageModel, type ModelConfig, type ModelMetrics, openModel, resolveModel } from '@bettertherapy/llm';
import { modelManifest } from './paths.js';

/** A judge prompt holds question, reference and one answer of at most 1,200 words. */
const CONTEXT_TOKENS = 4096;
/** One answer at a time: the next one then finds the prefix of its question evaluated. */
const SLOTS = 1;
const OPENAI_BASE_URL = 'https://api.openai.com/v1';

interface Parts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: ModelMetrics | null;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** The language model that judges, fetched first when it is not here. @throws CodedError LLM_… */
export async function openJudgeModel(options: ModelOptions, parts: Parts, signal: AbortSignal): Promise<LanguageModel> {
  return openModel(await modelConfig(options, parts, signal), parts, signal);
}

async function modelConfig(options: ModelOptions, parts: Parts, signal: AbortSignal): Promise<ModelConfig> {
  const { clock, log, env } = parts;
  const key = modelApiKey(options);
  const slots = options.slots ?? undefined;
  const contextTokens = options.context ?? undefined;
  switch (options.backend) {
    case 'openai':
      return {
        backend: 'openai',
        baseUrl: options.baseUrl ?? OPENAI_BASE_URL,
        model: options.name,
        apiKey: key ?? undefined,
        slots,
        contextTokens,
      };
    case 'anthropic':
      // modelApiKey has thrown when there is none.
      return { backend: 'anthropic', apiKey: key ?? '', model: options.name, slots, contextTokens };
    case 'llama': {
      const found = await resolveModel(options.name, {
        manifestPath: modelManifest,
        cacheDir: options.cacheDir,
        token: options.hfToken ?? undefined,
        signal,
        clock,
        log,
      });
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
