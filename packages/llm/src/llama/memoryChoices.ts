import { CodedError, hasCode } from '@bettertherapy/core';
import { LlmErrorCode, llmError } from '../errors.js';

/** A model that could be taken instead. */
export interface Alternative {
  readonly name: string;
  readonly sizeBytes: number;
}

/** Weights are most of what a model needs; context and library come on top. A rough figure for advice only. */
function roughBytes(sizeBytes: number): number {
  return sizeBytes * 1.1 + 600e6;
}

/** Adds to an LLM_INSUFFICIENT_MEMORY which of `alternatives` would fit; returns every other error as it is. */
export function describeMemoryChoices(error: unknown, alternatives: readonly Alternative[]): unknown {
  if (!(error instanceof CodedError) || !hasCode(error, LlmErrorCode.InsufficientMemory)) return error;
  const { freeRamBytes, freeVramBytes } = error.details;
  if (typeof freeRamBytes !== 'number' || typeof freeVramBytes !== 'number') return error;
  const free = freeRamBytes + freeVramBytes;
  const fitting = alternatives.filter(({ sizeBytes }) => roughBytes(sizeBytes) <= free).map(({ name }) => name);
  const advice =
    fitting.length > 0 ? `These would fit: ${fitting.join(', ')}.` : 'No model of models/manifest.json would fit.';
  return llmError(LlmErrorCode.InsufficientMemory, error.message, {
    remedy: `${error.remedy} ${advice}`,
    details: { ...error.details, fitting },
    cause: error.cause,
  });
}
