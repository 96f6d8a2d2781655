import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Clock, CodedError, type Logger } from '@bettertherapy/core';
import { AdapterHashes } from '../adapters/adapterHashes.js';
import { CallRunner } from '../callRunner.js';
import { collectChat } from '../collectChat.js';
import { isRetryable, LlmErrorCode, llmError } from '../errors.js';
import type {
  AdapterUse,
  CallOptions,
  ChatEvent,
  ChatRequest,
  ChatResult,
  LanguageModel,
  LogLikelihoodRequest,
  LogLikelihoodResult,
  ModelInfo,
  ModelMetrics,
  NextTokenRequest,
  NextTokenResult,
} from '../languageModel.js';
import type { LlamaConfig } from '../modelConfig.js';
import { describeMemoryChoices } from './memoryChoices.js';
import type { WorkerCall, WorkerFacts, WorkerResultOf } from './messages.js';
import { Supervisor } from './supervisor.js';
import { defaultThreads } from './threads.js';
import { workerEnvironment } from './workerEnvironment.js';

/** The worker always runs from the build: from `src` and from `dist` this points to the same file. */
const BUILT_WORKER = fileURLToPath(new URL('../../dist/llama/worker/workerMain.js', import.meta.url));

const DEFAULTS = {
  queueCapacity: 64,
  callDeadlineMs: 600_000,
  drainMs: 10_000,
  adapters: 2,
  minTokensPerSecond: 1,
  heartbeatMs: 2_000,
  heartbeatTimeoutMs: 20_000,
  stallTimeoutMs: 180_000,
  rssGrowthLimitBytes: 2e9,
  restartBudget: 5,
  restartWindowMs: 600_000,
  firstRestartDelayMs: 500,
  stageTimeoutsMs: { runtime: 60_000, header: 30_000, weights: 900_000, context: 120_000, selfTest: 120_000 },
} as const;

/** Counting tokens needs no slot, only a bound on what is on its way. */
const COUNTS = { concurrency: 8, capacity: 1_024, defaultDeadlineMs: 60_000 } as const;

export interface LlamaParts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: ModelMetrics | null;
  /** 0..1, for the jitter of restarts. */
  readonly random?: (() => number) | undefined;
}

/** A GGUF file on this machine, evaluated by node-llama-cpp in a process of its own. */
export class LlamaModel implements LanguageModel {
  private readonly calls: CallRunner;
  private readonly counts: CallRunner;
  private readonly adapters = new AdapterHashes();
  private closing: Promise<void> | null = null;

  private constructor(
    readonly info: ModelInfo,
    private readonly config: LlamaConfig,
    private readonly supervisor: Supervisor,
    private readonly parts: LlamaParts,
  ) {
    this.calls = new CallRunner(
      {
        concurrency: config.slots,
        capacity: config.queueCapacity ?? DEFAULTS.queueCapacity,
        defaultDeadlineMs: config.callDeadlineMs ?? DEFAULTS.callDeadlineMs,
      },
      parts,
    );
    this.counts = new CallRunner(COUNTS, parts);
  }

  /**
   * Starts the process, loads the file and runs the self test.
   * @throws CodedError LLM_RUNTIME_MISSING, LLM_MODEL_INVALID, LLM_INSUFFICIENT_MEMORY, LLM_GPU_MISSING, LLM_TOO_SLOW, LLM_WORKER_…
   */
  static async open(config: LlamaConfig, parts: LlamaParts, signal: AbortSignal): Promise<LlamaModel> {
    const supervisor = new Supervisor(supervisorOptions(config), { ...parts, random: parts.random ?? Math.random });
    let facts: WorkerFacts;
    try {
      facts = await supervisor.start(signal);
    } catch (error) {
      await supervisor.close(0);
      throw describeMemoryChoices(error, config.alternatives ?? []);
    }
    if (facts.trainedContextTokens < config.contextTokens) {
      parts.log.warn('the context is longer than the model was trained for; answers to long prompts will be poor', {
        contextTokens: config.contextTokens,
        trainedContextTokens: facts.trainedContextTokens,
      });
    }
    return new LlamaModel(modelInfo(config, facts), config, supervisor, parts);
  }

  /** The model process now running; for tests and reports. */
  get workerPid(): number | undefined {
    return this.supervisor.pid;
  }

  chat(request: ChatRequest, options: CallOptions = {}): AsyncGenerator<ChatEvent> {
    return this.calls.stream(options, async (signal, onText) => {
      await this.verifyAdapter(request.adapter, signal);
      const { text, stopReason, use } = await this.ask({ kind: 'chat', request }, signal, onText);
      return { text, stopReason, promptTokens: use.prompt, outputTokens: use.output };
    });
  }

  complete(request: ChatRequest, options: CallOptions = {}): Promise<ChatResult> {
    return collectChat(this.chat(request, options));
  }

  async nextTokenProbabilities(request: NextTokenRequest, options: CallOptions = {}): Promise<NextTokenResult> {
    const result = await this.calls.run('nextToken', options, (signal) =>
      this.ask({ kind: 'nextToken', request }, signal),
    );
    return { probabilities: result.probabilities, mass: result.mass };
  }

  async logLikelihood(request: LogLikelihoodRequest, options: CallOptions = {}): Promise<LogLikelihoodResult> {
    const result = await this.calls.run('logLikelihood', options, async (signal) => {
      await this.verifyAdapter(request.adapter, signal);
      return this.ask({ kind: 'logLikelihood', request }, signal);
    });
    return { logProbs: result.logProbs };
  }

  async embed(texts: readonly string[], options: CallOptions = {}): Promise<Float32Array[]> {
    const result = await this.calls.run('embed', options, (signal) => this.ask({ kind: 'embed', texts }, signal));
    return result.vectors;
  }

  /** Exact, by the model's own tokenizer. */
  async countTokens(text: string, options: CallOptions = {}): Promise<number> {
    const result = await this.counts.run('countTokens', options, (signal) =>
      this.ask({ kind: 'countTokens', text }, signal),
    );
    return result.count;
  }

  close(): Promise<void> {
    this.closing ??= (async () => {
      this.calls.close();
      this.counts.close();
      await this.supervisor.close(this.config.drainMs ?? DEFAULTS.drainMs);
    })();
    return this.closing;
  }

  /** @throws CodedError LLM_ADAPTER_MISMATCH, LLM_UNSUPPORTED, LLM_BAD_REQUEST */
  private async verifyAdapter(adapter: AdapterUse | undefined, signal: AbortSignal): Promise<void> {
    if (adapter === undefined) return;
    if (this.info.capabilities.adapters === null) {
      throw llmError(LlmErrorCode.Unsupported, 'no adapters are loaded here', {
        remedy: 'Raise --model.adapters, or ask without an adapter.',
      });
    }
    await this.adapters.require(adapter, signal);
  }

  /** One call on the process, tried once more on a fresh process when the first died before anything was streamed. */
  private async ask<Call extends WorkerCall>(
    call: Call,
    signal: AbortSignal,
    onText?: (text: string) => void,
  ): Promise<WorkerResultOf<Call['kind']>> {
    let streamed = false;
    const note = (text: string): void => {
      streamed = true;
      onText?.(text);
    };
    const once = (): Promise<WorkerResultOf<Call['kind']>> =>
      this.supervisor.run(async (worker) => {
        const result = await worker.call(call, signal, note);
        if (result.kind !== call.kind) {
          throw llmError(LlmErrorCode.EvaluationFailed, 'the model process answered another question', {
            remedy: 'Restart the program; if it repeats, rebuild it with `pnpm build`.',
          });
        }
        this.parts.metrics?.tokens('prompt', result.use.prompt - result.use.reused);
        this.parts.metrics?.tokens('reused', result.use.reused);
        this.parts.metrics?.tokens('output', result.use.output);
        // The kinds were compared just above.
        return result as WorkerResultOf<Call['kind']>;
      }, signal);
    try {
      return await once();
    } catch (error) {
      if (streamed || signal.aborted || !isRetryable(error)) throw error;
      this.parts.log.warn('a call is tried again on a new model process', {
        call: call.kind,
        code: error instanceof CodedError ? error.code : null,
      });
      return once();
    }
  }
}

function supervisorOptions(config: LlamaConfig): ConstructorParameters<typeof Supervisor>[0] {
  const { supervision } = config;
  const workerFile = supervision?.workerFile ?? BUILT_WORKER;
  if (!existsSync(workerFile)) {
    throw llmError(LlmErrorCode.RuntimeMissing, 'the model process is not built', {
      remedy: 'Run `pnpm build`.',
      details: { workerFile },
    });
  }
  return {
    worker: {
      workerFile,
      settings: {
        file: config.file,
        contextTokens: config.contextTokens,
        slots: config.slots,
        threads: config.threads ?? defaultThreads(),
        gpu: config.gpu ?? 'auto',
        minTokensPerSecond: config.minTokensPerSecond ?? DEFAULTS.minTokensPerSecond,
        name: config.name,
        adapters: adapterBound(config),
      },
      env: workerEnvironment(config.env ?? {}),
      heartbeatMs: supervision?.heartbeatMs ?? DEFAULTS.heartbeatMs,
      heartbeatTimeoutMs: supervision?.heartbeatTimeoutMs ?? DEFAULTS.heartbeatTimeoutMs,
      stallTimeoutMs: supervision?.stallTimeoutMs ?? DEFAULTS.stallTimeoutMs,
      stageTimeoutsMs: { ...DEFAULTS.stageTimeoutsMs, ...supervision?.stageTimeoutsMs },
    },
    rssGrowthLimitBytes: supervision?.rssGrowthLimitBytes ?? DEFAULTS.rssGrowthLimitBytes,
    restartBudget: supervision?.restartBudget ?? DEFAULTS.restartBudget,
    restartWindowMs: supervision?.restartWindowMs ?? DEFAULTS.restartWindowMs,
    firstRestartDelayMs: supervision?.firstRestartDelayMs ?? DEFAULTS.firstRestartDelayMs,
  };
}

function modelInfo(config: LlamaConfig, facts: WorkerFacts): ModelInfo {
  return {
    backend: 'llama',
    name: config.name,
    names: facts.names,
    sha256: config.sha256,
    quantisation: facts.quantisation,
    contextTokens: facts.contextTokens,
    runtime: `${facts.runtime} ${facts.device}`,
    capabilities: {
      nextToken: true,
      logLikelihood: true,
      embeddings: true,
      adapters: adapterBound(config) > 0 ? 'verified' : null,
    },
  };
}

function adapterBound(config: LlamaConfig): number {
  return config.adapters ?? DEFAULTS.adapters;
}
