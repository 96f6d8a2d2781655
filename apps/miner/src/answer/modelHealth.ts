import { CodedError, CoreErrorCode, hasCode } from '@bettertherapy/core';
import { LlmErrorCode } from '@bettertherapy/llm';
import { MinerErrorCode } from '../errors.js';

/** Answers in a row that the model could not give. */
export class ModelHealth {
  private failures = 0;

  get failedInARow(): number {
    return this.failures;
  }

  /** An answer was given. */
  answered(): void {
    this.failures = 0;
  }

  /** No answer was given; counts when the model is to blame, and not a full queue or whoever asked. */
  failed(error: unknown): void {
    if (isModelFault(error)) this.failures += 1;
  }
}

function isModelFault(error: unknown): boolean {
  if (!(error instanceof CodedError) || hasCode(error, LlmErrorCode.Overloaded)) return false;
  return (
    error.code.startsWith('LLM_') ||
    hasCode(error, MinerErrorCode.EmptyAnswer) ||
    hasCode(error, CoreErrorCode.DeadlineExceeded)
  );
}
