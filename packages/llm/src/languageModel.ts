/** One message of a conversation. */
export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

/** What every call accepts: how long it may take and who goes first. */
export interface CallOptions {
  /** Aborting frees the model's slot at once; the call rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds from the call until it rejects with CORE_DEADLINE_EXCEEDED, waiting in the queue included. */
  readonly deadlineMs?: number | undefined;
  /** Higher goes first in the queue; 0 unless said. */
  readonly priority?: number | undefined;
}

/** How the next token is picked. What is left out is the backend's default; temperature 0 is greedy. */
export interface Sampling {
  readonly temperature?: number | undefined;
  readonly topP?: number | undefined;
  readonly topK?: number | undefined;
  readonly minP?: number | undefined;
  /** 1 = no penalty. */
  readonly repeatPenalty?: number | undefined;
  readonly seed?: number | undefined;
}

/** A LoRA adapter that is laid over the model for one call. */
export interface AdapterUse {
  /** Of its file, lower-case hex; verified before the file is loaded. */
  readonly sha256: string;
  /** Where it lies on this machine; null where the server has it under a name of its own. */
  readonly file: string | null;
  /** What its publisher says it was made for; null when nobody says. */
  readonly baseModel: string | null;
  /** On top of the adapter's own alpha / rank; 1 unless said, and 0 is the base model. */
  readonly scale?: number | undefined;
}

export interface ChatRequest {
  readonly messages: readonly ChatMessage[];
  /** Upper bound of tokens in the answer. */
  readonly maxTokens: number;
  readonly sampling?: Sampling | undefined;
  /** The base model alone when left out. */
  readonly adapter?: AdapterUse | undefined;
}

export interface ChatResult {
  readonly text: string;
  /** 'end': the model ended its turn; 'length': `maxTokens` was reached. */
  readonly stopReason: 'end' | 'length';
  readonly promptTokens: number;
  readonly outputTokens: number;
}

export type ChatEvent =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'done'; readonly result: ChatResult };

/**
 * One chat turn: system text, then a user turn made of `prefix` + `suffix`; the assistant's turn is open behind it.
 * Calls that share system + prefix reuse the evaluated state. The seam between prefix and suffix is always a token
 * border, so a probability does not depend on whether the prefix was already evaluated.
 */
export interface SharedPrompt {
  readonly system: string;
  readonly prefix: string;
  readonly suffix: string;
}

export interface NextTokenRequest {
  readonly prompt: SharedPrompt;
  /** Label → its spellings, e.g. `{ yes: [' Yes', 'Yes', 'yes'] }`. */
  readonly labels: Readonly<Record<string, readonly string[]>>;
}

export interface NextTokenResult {
  /** Per label, the summed full-softmax probability (temperature 1) of the distinct first tokens of its spellings. */
  readonly probabilities: Record<string, number>;
  /** Sum over the labels, 0..1; 1 - mass is what the model would rather have said. */
  readonly mass: number;
}

export interface LogLikelihoodRequest {
  /** The turn that `text` answers; null scores `text` as raw text behind the model's beginning-of-text token, if it has one. */
  readonly prompt: SharedPrompt | null;
  readonly text: string;
  readonly adapter?: AdapterUse | undefined;
}

export interface LogLikelihoodResult {
  /** Natural-log probability of each token of `text`, in order. Without prompt and without a beginning token the first is left out. */
  readonly logProbs: number[];
}

export interface ModelCapabilities {
  readonly nextToken: boolean;
  readonly logLikelihood: boolean;
  readonly embeddings: boolean;
  /** `verified`: files of this machine are checked and loaded; `named`: the server has adapters under their SHA-256. */
  readonly adapters: 'verified' | 'named' | null;
}

/** What a score or an answer must carry to say which model made it. */
export interface ModelInfo {
  readonly backend: 'llama' | 'openai' | 'anthropic' | 'scripted';
  readonly name: string;
  /** Also what its own file calls it: adapters name their base by any of these. `name` is the first. */
  readonly names: readonly string[];
  /** Of the weights file; null where the weights are elsewhere. */
  readonly sha256: string | null;
  readonly quantisation: string | null;
  /** Tokens of prompt and answer together that one call may hold. */
  readonly contextTokens: number;
  /** Library and version, with the device: "node-llama-cpp 3.22.1 cpu". */
  readonly runtime: string;
  readonly capabilities: ModelCapabilities;
}

/**
 * A language model, local or remote. All methods are safe to call at the same time; a backend bounds how many run and
 * wait, and refuses the rest with LLM_OVERLOADED. A call that the backend cannot do rejects with LLM_UNSUPPORTED;
 * `info.capabilities` says so beforehand. After {@link LanguageModel.close} every call rejects with LLM_CLOSED.
 */
export interface LanguageModel {
  readonly info: ModelInfo;
  /** Streams the answer; the last event is 'done'. Leaving the loop early aborts the call. @throws CodedError LLM_CONTEXT_EXCEEDED, LLM_OVERLOADED, LLM_WORKER_…, LLM_ADAPTER_… before the first text */
  chat(request: ChatRequest, options?: CallOptions): AsyncIterable<ChatEvent>;
  /** The whole answer at once. */
  complete(request: ChatRequest, options?: CallOptions): Promise<ChatResult>;
  nextTokenProbabilities(request: NextTokenRequest, options?: CallOptions): Promise<NextTokenResult>;
  logLikelihood(request: LogLikelihoodRequest, options?: CallOptions): Promise<LogLikelihoodResult>;
  /** One L2-normalised vector per text. */
  embed(texts: readonly string[], options?: CallOptions): Promise<Float32Array[]>;
  /** Tokens of plain text (special tokens are not recognised in it). Remote backends estimate and say so in their doc. */
  countTokens(text: string, options?: CallOptions): Promise<number>;
  /** Idempotent. Running calls are given a moment, then refused with LLM_CLOSED. */
  close(): Promise<void>;
}

/** Counters and timings of a model; bound to Prometheus by the apps. */
export interface ModelMetrics {
  callFinished(call: ModelCall, outcome: 'ok' | 'error' | 'aborted', durationMs: number): void;
  tokens(kind: 'prompt' | 'reused' | 'output', count: number): void;
  queueDepth(depth: number): void;
  workerRestarted(reason: string): void;
  workerRssBytes(bytes: number): void;
}

export type ModelCall = 'chat' | 'nextToken' | 'logLikelihood' | 'embed' | 'countTokens';
