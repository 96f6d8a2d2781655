import type { Clock, Logger } from '@bettertherapy/core';
import type { LanguageModel, ModelMetrics } from './languageModel.js';
import { LlamaModel } from './llama/llamaModel.js';
import type { ModelConfig } from './modelConfig.js';

export interface ModelParts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: ModelMetrics | null;
}

/**
 * Opens the model that `config` names. A local file is loaded and timed before this resolves; a remote server is only
 * spoken to at the first call.
 * @throws CodedError of the LLM_ table, each with what the operator does next
 */
export async function openModel(
  config: ModelConfig,
  parts: ModelParts,
  signal: AbortSignal = new AbortController().signal,
): Promise<LanguageModel> {
  switch (config.backend) {
    case 'llama':
      return LlamaModel.open(config, parts, signal);
    // A quarter of the code of a daemon, which most run without.
    case 'openai': {
      const { OpenAiModel } = await import('./openai/openAiModel.js');
      return new OpenAiModel(config, parts);
    }
    case 'anthropic': {
      const { AnthropicModel } = await import('./anthropic/anthropicModel.js');
      return new AnthropicModel(config, parts);
    }
  }
}
