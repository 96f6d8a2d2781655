import type { Alternative } from './llama/memoryChoices.js';
import type { GpuChoice, WorkerStage } from './llama/messages.js';

/** Limits of the supervisor; all have defaults that fit a daemon. */
export interface Supervision {
  readonly workerFile?: string | undefined;
  readonly heartbeatMs?: number | undefined;
  readonly heartbeatTimeoutMs?: number | undefined;
  readonly stallTimeoutMs?: number | undefined;
  readonly stageTimeoutsMs?: Readonly<Partial<Record<WorkerStage, number>>> | undefined;
  readonly rssGrowthLimitBytes?: number | undefined;
  readonly restartBudget?: number | undefined;
  readonly restartWindowMs?: number | undefined;
  readonly firstRestartDelayMs?: number | undefined;
}

/** What all backends take. */
export interface CallLimits {
  /** Calls that may wait for a slot; more are refused with LLM_OVERLOADED. Default 64. */
  readonly queueCapacity?: number | undefined;
  /** Deadline of a call that names none. Default 600,000. */
  readonly callDeadlineMs?: number | undefined;
}

/** A GGUF file on this machine. */
export interface LlamaConfig extends CallLimits {
  readonly backend: 'llama';
  readonly file: string;
  readonly name: string;
  /** Of the file, as `resolveModel` verified it. */
  readonly sha256: string | null;
  /** Tokens of prompt and answer together, per slot. Memory grows with contextTokens × slots. */
  readonly contextTokens: number;
  /** Calls evaluated at the same time. On a CPU more slots bring fairness, not speed. */
  readonly slots: number;
  /** LoRA adapters in memory at once, each with a context like the base's; 0 for none. Default 2. */
  readonly adapters?: number | undefined;
  /** Default: usable cores less one. */
  readonly threads?: number | undefined;
  readonly gpu?: GpuChoice | undefined;
  /** Start-up floor, generated tokens per second; default 1. */
  readonly minTokensPerSecond?: number | undefined;
  /** Milliseconds that running calls get when the model is closed; default 10,000. */
  readonly drainMs?: number | undefined;
  /** The program's environment; only what GPU drivers and the library read is passed on. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /** Named in the advice when memory does not suffice. */
  readonly alternatives?: readonly Alternative[] | undefined;
  readonly supervision?: Supervision | undefined;
}

/** Which extensions of the OpenAI protocol a server understands. */
export type OpenAiDialect = 'openai' | 'vllm' | 'llama-server' | 'generic';

/** Any server that speaks the OpenAI protocol: vLLM, llama-server, Ollama, OpenAI. */
export interface OpenAiConfig extends CallLimits {
  readonly backend: 'openai';
  /** Up to and with `/v1`. */
  readonly baseUrl: string;
  readonly apiKey?: string | undefined;
  readonly model: string;
  /** Default: 'openai' for api.openai.com, else 'generic', which sends only what all servers know. */
  readonly dialect?: OpenAiDialect | undefined;
  readonly embeddingModel?: string | undefined;
  /** True when the server answers /completions with `echo` and `logprobs`. */
  readonly logLikelihood?: boolean | undefined;
  /** True (default) when the server answers chat with `top_logprobs`. */
  readonly nextToken?: boolean | undefined;
  /** True when the server has each adapter as a model named by its SHA-256, as vLLM does with `--lora-modules`. */
  readonly adapterAsModel?: boolean | undefined;
  /** What the server is set to; default 8192. */
  readonly contextTokens?: number | undefined;
  /** Calls at once; default 8. */
  readonly slots?: number | undefined;
  /** Tries in all for 429, 5xx and broken connections; default 3. */
  readonly attempts?: number | undefined;
}

/** Anthropic's API: chat only. */
export interface AnthropicConfig extends CallLimits {
  readonly backend: 'anthropic';
  readonly apiKey: string;
  readonly model: string;
  readonly baseUrl?: string | undefined;
  readonly contextTokens?: number | undefined;
  readonly slots?: number | undefined;
  readonly attempts?: number | undefined;
}

export type ModelConfig = LlamaConfig | OpenAiConfig | AnthropicConfig;
