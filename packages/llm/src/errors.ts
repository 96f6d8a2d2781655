import { CodedError, type CodedErrorOptions } from '@bettertherapy/core';

export const LlmErrorCode = {
  /** This backend or server cannot do this kind of call; see `info.capabilities`. */
  Unsupported: 'LLM_UNSUPPORTED',
  /** All slots are busy and the queue is full. Retryable; raise --model.slots or send less. */
  Overloaded: 'LLM_OVERLOADED',
  /** The process that runs the model died (native crash, out of memory, or killed). Retryable: it is being restarted. */
  WorkerCrashed: 'LLM_WORKER_CRASHED',
  /** The process that runs the model stopped answering its heartbeat and was ended. Retryable: it is being restarted. */
  WorkerHung: 'LLM_WORKER_HUNG',
  /** The process that runs the model failed more often than its restart budget allows. Not retryable without an operator. */
  WorkerGaveUp: 'LLM_WORKER_GAVE_UP',
  /** Prompt and answer do not fit the context; nothing was truncated and nothing was evaluated. */
  ContextExceeded: 'LLM_CONTEXT_EXCEEDED',
  /** The file is not the model that was named: size or SHA-256 differ. */
  ModelMismatch: 'LLM_MODEL_MISMATCH',
  /** The file is not a usable GGUF model. */
  ModelInvalid: 'LLM_MODEL_INVALID',
  /** The start-up self test ran below the floor of tokens per second. */
  TooSlow: 'LLM_TOO_SLOW',
  /** The memory estimate is above what this machine has free. */
  InsufficientMemory: 'LLM_INSUFFICIENT_MEMORY',
  /** A GPU was asked for and none is usable. */
  GpuMissing: 'LLM_GPU_MISSING',
  /** The native library could not be loaded on this machine. */
  RuntimeMissing: 'LLM_RUNTIME_MISSING',
  /** Evaluation failed inside the model. */
  EvaluationFailed: 'LLM_EVALUATION_FAILED',
  /** The request itself is malformed (empty labels, maxTokens below 1, …). */
  BadRequest: 'LLM_BAD_REQUEST',
  /** The model was closed. */
  Closed: 'LLM_CLOSED',
  /** A remote server could not be reached, cut the stream, or answered 5xx. Retryable. */
  RemoteUnavailable: 'LLM_REMOTE_UNAVAILABLE',
  /** A remote server answered 429; `details.retryAfterMs` says when to come back, if it said so. */
  RemoteRateLimited: 'LLM_REMOTE_RATE_LIMITED',
  /** A remote server refused the request (4xx): key, model name, or parameters. */
  RemoteRefused: 'LLM_REMOTE_REFUSED',
  /** models/manifest.json is missing or malformed. */
  ManifestInvalid: 'LLM_MANIFEST_INVALID',
  /** Neither an entry of the manifest nor a file. */
  ModelUnknown: 'LLM_MODEL_UNKNOWN',
  /** All sources of a model failed. */
  DownloadFailed: 'LLM_DOWNLOAD_FAILED',
  /** The hub wants a token with access to a gated repository. */
  DownloadForbidden: 'LLM_DOWNLOAD_FORBIDDEN',
  /** What was downloaded is not what the manifest names; it was deleted. */
  DownloadMismatch: 'LLM_DOWNLOAD_MISMATCH',
  /** Not enough free disk space for the model file. */
  DownloadNoSpace: 'LLM_DOWNLOAD_NO_SPACE',
  /** Another process holds the download lock and made no progress within the deadline. */
  DownloadLocked: 'LLM_DOWNLOAD_LOCKED',
  /** The file is no usable LoRA adapter: damaged, of another kind, or with weights that are no numbers. */
  AdapterInvalid: 'LLM_ADAPTER_INVALID',
  /** The file is not the adapter that was named: its SHA-256 differs. */
  AdapterMismatch: 'LLM_ADAPTER_MISMATCH',
  /** The server has no adapter of that name. */
  AdapterUnknown: 'LLM_ADAPTER_UNKNOWN',
  /** The adapter was made for another model than the one that is loaded. */
  AdapterWrongBase: 'LLM_ADAPTER_WRONG_BASE',
} as const;
export type LlmErrorCode = (typeof LlmErrorCode)[keyof typeof LlmErrorCode];

const RETRYABLE: ReadonlySet<string> = new Set<LlmErrorCode>([
  LlmErrorCode.Overloaded,
  LlmErrorCode.WorkerCrashed,
  LlmErrorCode.WorkerHung,
  LlmErrorCode.RemoteUnavailable,
  LlmErrorCode.RemoteRateLimited,
]);

/** True when the same call may succeed a little later without anybody changing anything. */
export function isRetryable(error: unknown): boolean {
  return error instanceof CodedError && RETRYABLE.has(error.code);
}

const ADAPTER_FAULTS: ReadonlySet<string> = new Set<LlmErrorCode>([
  LlmErrorCode.AdapterInvalid,
  LlmErrorCode.AdapterMismatch,
  LlmErrorCode.AdapterUnknown,
  LlmErrorCode.AdapterWrongBase,
  LlmErrorCode.InsufficientMemory,
  LlmErrorCode.Unsupported,
  // What the native library chokes on must not take the process down with every question.
  LlmErrorCode.WorkerCrashed,
  LlmErrorCode.WorkerHung,
]);

/** True when a call that named an adapter failed for it, or may have: the base model alone may well answer. */
export function isAdapterFault(error: unknown): error is CodedError {
  return error instanceof CodedError && ADAPTER_FAULTS.has(error.code);
}

/** A {@link CodedError} with one of our codes. */
export function llmError(code: LlmErrorCode, message: string, options: CodedErrorOptions): CodedError<LlmErrorCode> {
  return new CodedError(code, message, options);
}
