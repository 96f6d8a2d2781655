import { z } from 'zod';
import { LlmErrorCode } from '../errors.js';
import type { ChatRequest, LogLikelihoodRequest, NextTokenRequest } from '../languageModel.js';

/** Which device evaluates: 'auto' takes the best usable one, false is CPU only, a name fails when that one is missing. */
export type GpuChoice = 'auto' | 'cuda' | 'vulkan' | 'metal' | false;

/** What the worker process needs to open a model. Plain data: it crosses a process border. */
export interface WorkerSettings {
  readonly file: string;
  readonly contextTokens: number;
  readonly slots: number;
  readonly threads: number;
  readonly gpu: GpuChoice;
  /** Self-test floor in generated tokens per second. */
  readonly minTokensPerSecond: number;
  /** What the operator calls the model. */
  readonly name: string;
  /** Adapters with a context of their own at once; the one not used for longest makes room for the next. */
  readonly adapters: number;
}

/** One piece of work for the worker. */
export type WorkerCall =
  | { readonly kind: 'chat'; readonly request: ChatRequest }
  | { readonly kind: 'nextToken'; readonly request: NextTokenRequest }
  | { readonly kind: 'logLikelihood'; readonly request: LogLikelihoodRequest }
  | { readonly kind: 'embed'; readonly texts: readonly string[] }
  | { readonly kind: 'countTokens'; readonly text: string };

export type ToWorker =
  | { readonly type: 'open'; readonly settings: WorkerSettings }
  | { readonly type: 'ping'; readonly id: number }
  | { readonly type: 'call'; readonly id: number; readonly call: WorkerCall }
  | { readonly type: 'cancel'; readonly id: number }
  | { readonly type: 'close' };

/** How many tokens a call evaluated, took from the cache, and generated. */
const tokenUse = z.object({ prompt: z.number(), reused: z.number(), output: z.number() });

const workerResult = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('chat'),
    text: z.string(),
    stopReason: z.enum(['end', 'length']),
    use: tokenUse,
  }),
  z.object({
    kind: z.literal('nextToken'),
    probabilities: z.record(z.string(), z.number()),
    mass: z.number(),
    use: tokenUse,
  }),
  z.object({ kind: z.literal('logLikelihood'), logProbs: z.array(z.number()), use: tokenUse }),
  z.object({ kind: z.literal('embed'), vectors: z.array(z.instanceof(Float32Array)), use: tokenUse }),
  z.object({ kind: z.literal('countTokens'), count: z.number(), use: tokenUse }),
]);

export type WorkerResult = z.infer<typeof workerResult>;
export type WorkerResultOf<Kind extends WorkerCall['kind']> = Extract<WorkerResult, { kind: Kind }>;

const workerError = z.object({
  /** One of {@link LlmErrorCode}; null when the call was cancelled. */
  code: z.enum(LlmErrorCode).nullable(),
  message: z.string(),
  remedy: z.string(),
  details: z.record(z.string(), z.unknown()),
});
export type WorkerError = z.infer<typeof workerError>;

export const WORKER_STAGES = ['runtime', 'header', 'weights', 'context', 'selfTest'] as const;
/** The steps of opening a model; each has its own deadline in the parent. */
export type WorkerStage = (typeof WORKER_STAGES)[number];

const workerFacts = z.object({
  /** What the model is called, by its operator first. */
  names: z.array(z.string()),
  runtime: z.string(),
  device: z.string(),
  quantisation: z.string().nullable(),
  contextTokens: z.number(),
  trainedContextTokens: z.number(),
  threads: z.number(),
  template: z.string(),
  systemInfo: z.string(),
  buildType: z.string(),
  selfTestTokensPerSecond: z.number(),
  estimatedBytes: z.number(),
  memoryMapped: z.boolean(),
});
/** What the opened model says about itself. */
export type WorkerFacts = z.infer<typeof workerFacts>;

const fromWorker = z.discriminatedUnion('type', [
  z.object({ type: z.literal('stage'), stage: z.enum(WORKER_STAGES) }),
  z.object({ type: z.literal('ready'), facts: workerFacts }),
  z.object({ type: z.literal('failed'), error: workerError }),
  /** `progress` counts evaluated chunks and tokens: while calls run it must grow. */
  z.object({
    type: z.literal('pong'),
    id: z.number(),
    progress: z.number(),
    running: z.number(),
    rssBytes: z.number(),
    /** Held for adapters in use, which is no growth to worry about. */
    adapterBytes: z.number(),
  }),
  z.object({ type: z.literal('text'), id: z.number(), text: z.string() }),
  z.object({ type: z.literal('result'), id: z.number(), result: workerResult }),
  z.object({ type: z.literal('error'), id: z.number(), error: workerError }),
  z.object({ type: z.literal('log'), level: z.enum(['debug', 'info', 'warn', 'error']), message: z.string() }),
]);
export type FromWorker = z.infer<typeof fromWorker>;

/** Reads a message of the worker; null when it is none of ours. The worker runs native code on foreign files, so it is not trusted. */
export function parseFromWorker(message: unknown): FromWorker | null {
  const parsed = fromWorker.safeParse(message);
  return parsed.success ? parsed.data : null;
}
