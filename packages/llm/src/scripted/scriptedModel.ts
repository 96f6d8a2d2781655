import { type Clock, systemClock, withDeadline } from '@bettertherapy/core';
import { collectChat } from '../collectChat.js';
import { LlmErrorCode, llmError } from '../errors.js';
import type {
  CallOptions,
  ChatEvent,
  ChatRequest,
  ChatResult,
  LanguageModel,
  LogLikelihoodRequest,
  LogLikelihoodResult,
  ModelInfo,
  NextTokenRequest,
  NextTokenResult,
} from '../languageModel.js';

/** What a {@link ScriptedModel} says. Each part left out makes that call LLM_UNSUPPORTED. */
export interface Script {
  readonly chat?: ((request: ChatRequest, signal: AbortSignal) => string | Promise<string>) | undefined;
  /** Probability per label; labels not named get 0. */
  readonly nextToken?:
    | ((request: NextTokenRequest, signal: AbortSignal) => Record<string, number> | Promise<Record<string, number>>)
    | undefined;
  readonly logLikelihood?:
    | ((request: LogLikelihoodRequest, signal: AbortSignal) => number[] | Promise<number[]>)
    | undefined;
  readonly embed?: ((text: string, signal: AbortSignal) => Float32Array | Promise<Float32Array>) | undefined;
}

const LONGEST_CALL_MS = 600_000;

/** A model whose answers are functions: for tests only. Tokens are words. */
export class ScriptedModel implements LanguageModel {
  readonly info: ModelInfo;
  private closed = false;

  constructor(
    private readonly script: Script,
    info: Partial<ModelInfo> = {},
    private readonly parts: { readonly clock: Clock } = { clock: systemClock },
  ) {
    this.info = {
      backend: 'scripted',
      name: 'scripted',
      names: ['scripted'],
      sha256: null,
      quantisation: null,
      contextTokens: 4096,
      runtime: 'scripted',
      capabilities: {
        nextToken: script.nextToken !== undefined,
        logLikelihood: script.logLikelihood !== undefined,
        embeddings: script.embed !== undefined,
        adapters: null,
      },
      ...info,
    };
  }

  async *chat(request: ChatRequest, options: CallOptions = {}): AsyncGenerator<ChatEvent> {
    if (request.adapter !== undefined && this.info.capabilities.adapters === null) throw noAdapters();
    const text = await this.run('chat', this.script.chat, request, options);
    const pieces = text.match(/\s*\S+\s*$|\s*\S+/g) ?? [];
    const kept = pieces.slice(0, request.maxTokens);
    for (const piece of kept) {
      options.signal?.throwIfAborted();
      yield { type: 'text', text: piece };
    }
    let promptTokens = 0;
    for (const message of request.messages) promptTokens += words(message.content);
    yield {
      type: 'done',
      result: {
        text: kept.join(''),
        stopReason: kept.length < pieces.length ? 'length' : 'end',
        promptTokens,
        outputTokens: kept.length,
      },
    };
  }

  complete(request: ChatRequest, options: CallOptions = {}): Promise<ChatResult> {
    return collectChat(this.chat(request, options));
  }

  async nextTokenProbabilities(request: NextTokenRequest, options: CallOptions = {}): Promise<NextTokenResult> {
    const said = await this.run('nextToken', this.script.nextToken, request, options);
    const probabilities: Record<string, number> = {};
    let mass = 0;
    for (const label of Object.keys(request.labels)) {
      const probability = said[label] ?? 0;
      probabilities[label] = probability;
      mass += probability;
    }
    return { probabilities, mass };
  }

  async logLikelihood(request: LogLikelihoodRequest, options: CallOptions = {}): Promise<LogLikelihoodResult> {
    return { logProbs: await this.run('logLikelihood', this.script.logLikelihood, request, options) };
  }

  embed(texts: readonly string[], options: CallOptions = {}): Promise<Float32Array[]> {
    return Promise.all(texts.map((text) => this.run('embed', this.script.embed, text, options)));
  }

  async countTokens(text: string): Promise<number> {
    return words(text);
  }

  async close(): Promise<void> {
    this.closed = true;
  }

  private async run<Input, Output>(
    what: string,
    answer: ((input: Input, signal: AbortSignal) => Output | Promise<Output>) | undefined,
    input: Input,
    options: CallOptions,
  ): Promise<Output> {
    if (this.closed) {
      throw llmError(LlmErrorCode.Closed, 'the scripted model was closed', { remedy: 'Open a new one.' });
    }
    if (answer === undefined) {
      throw llmError(LlmErrorCode.Unsupported, `the scripted model has no script for ${what}`, {
        remedy: `Give the script a function named ${what}.`,
      });
    }
    const bound = {
      what: `scripted ${what}`,
      ms: options.deadlineMs ?? LONGEST_CALL_MS,
      signal: options.signal,
      clock: this.parts.clock,
    };
    return withDeadline(bound, async (signal) => answer(input, signal));
  }
}

function noAdapters(): Error {
  return llmError(LlmErrorCode.Unsupported, 'the scripted model knows no adapters', {
    remedy: 'Open it with capabilities that say otherwise.',
  });
}

function words(text: string): number {
  return text.match(/\S+/g)?.length ?? 0;
}
