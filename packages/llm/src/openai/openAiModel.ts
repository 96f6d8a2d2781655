import { type Clock, CodedError, type Logger } from '@bettertherapy/core';
import OpenAI, { APIConnectionTimeoutError, APIError, APIUserAbortError } from 'openai';
import type { CallRunner } from '../callRunner.js';
import { collectChat } from '../collectChat.js';
import { LlmErrorCode, llmError } from '../errors.js';
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
import type { OpenAiConfig, OpenAiDialect } from '../modelConfig.js';
import { normalise } from '../normalise.js';
import { estimateTokens, remoteCalls } from '../remote/remoteCalls.js';
import { RemoteClient } from '../remote/remoteClient.js';
import type { RemoteFailure } from '../remote/remoteErrors.js';
import { echoedLogProbs } from './echoedLogProbs.js';
import { labelMass } from './labelMass.js';
import { chatBody, nextTokenBody } from './requestBodies.js';

const CONTEXT_TOKENS = 8_192;

export interface OpenAiParts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: ModelMetrics | null;
}

/**
 * A model behind the OpenAI protocol. Differences to a local model: token counts before a call are estimates; a next-token
 * probability is summed over the alternatives the server names (20 at most), so `mass` is a lower bound; log-likelihoods
 * exist for raw text only, where the server echoes.
 */
export class OpenAiModel implements LanguageModel {
  readonly info: ModelInfo;
  private readonly client: OpenAI;
  private readonly calls: CallRunner;
  private readonly dialect: OpenAiDialect;
  private readonly server: string;
  private readonly remote: RemoteClient;

  constructor(
    private readonly config: OpenAiConfig,
    private readonly parts: OpenAiParts,
  ) {
    this.server = new URL(config.baseUrl).host;
    this.dialect = config.dialect ?? (this.server === 'api.openai.com' ? 'openai' : 'generic');
    this.client = new OpenAI({
      baseURL: config.baseUrl,
      // Servers without keys ignore it; the library insists on one and must not look for it in the environment.
      apiKey: config.apiKey ?? 'none',
      organization: null,
      project: null,
      webhookSecret: null,
      // Retries are ours: with our clock, our budget, and never after the first streamed word.
      maxRetries: 0,
      logLevel: 'off',
    });
    const { server } = this;
    this.remote = new RemoteClient({ server, apiKey: config.apiKey, attempts: config.attempts, readFailure }, parts);
    this.calls = remoteCalls(config, parts);
    this.info = {
      backend: 'openai',
      name: config.model,
      names: [config.model],
      sha256: null,
      quantisation: null,
      contextTokens: config.contextTokens ?? CONTEXT_TOKENS,
      runtime: `openai-compatible ${this.server} (${this.dialect})`,
      capabilities: {
        nextToken: config.nextToken ?? true,
        logLikelihood: config.logLikelihood ?? false,
        embeddings: config.embeddingModel !== undefined,
        adapters: config.adapterAsModel === true ? 'named' : null,
      },
    };
  }

  chat(request: ChatRequest, options: CallOptions = {}): AsyncGenerator<ChatEvent> {
    return this.calls.stream(options, async (outer, onText) => {
      const result = await this.remote
        .askStreaming(outer, onText, (signal, note) => this.streamChat(request, signal, note))
        .catch((error: unknown) => {
          throw request.adapter === undefined ? error : unknownAdapter(error, request.adapter);
        });
      this.parts.metrics?.tokens('prompt', result.promptTokens);
      this.parts.metrics?.tokens('output', result.outputTokens);
      return result;
    });
  }

  complete(request: ChatRequest, options: CallOptions = {}): Promise<ChatResult> {
    return collectChat(this.chat(request, options));
  }

  /** @throws CodedError LLM_UNSUPPORTED when the server sends no `top_logprobs` */
  nextTokenProbabilities(request: NextTokenRequest, options: CallOptions = {}): Promise<NextTokenResult> {
    return this.calls.run('nextToken', options, async (outer) => {
      this.require('nextToken');
      const body = nextTokenBody(this.config.model, request, this.dialect);
      const answer = await this.remote.ask(outer, never, (signal) =>
        this.client.chat.completions.create(body, { signal }),
      );
      const alternatives = answer.choices[0]?.logprobs?.content?.[0]?.top_logprobs;
      if (alternatives === undefined) throw this.unsupported('next-token probabilities');
      return labelMass(request.labels, alternatives);
    });
  }

  /** Raw text only: how a server would render a turn is not known here. @throws CodedError LLM_UNSUPPORTED */
  logLikelihood(request: LogLikelihoodRequest, options: CallOptions = {}): Promise<LogLikelihoodResult> {
    return this.calls.run('logLikelihood', options, async (outer) => {
      this.require('logLikelihood');
      if (request.prompt !== null) throw this.unsupported('log-likelihoods behind a prompt');
      const body = {
        model: this.modelFor(request),
        prompt: request.text,
        max_tokens: 0,
        echo: true,
        logprobs: 1,
        temperature: 0,
      };
      const answer = await this.remote.ask(outer, never, (signal) => this.client.completions.create(body, { signal }));
      const logProbs = echoedLogProbs(answer.choices[0]?.logprobs ?? null);
      if (logProbs === null) throw this.unsupported('log-likelihoods');
      return { logProbs };
    });
  }

  embed(texts: readonly string[], options: CallOptions = {}): Promise<Float32Array[]> {
    return this.calls.run('embed', options, async (outer) => {
      const { embeddingModel } = this.config;
      if (embeddingModel === undefined) throw this.unsupported('embeddings');
      const body = { model: embeddingModel, input: [...texts], encoding_format: 'float' as const };
      const answer = await this.remote.ask(outer, never, (signal) => this.client.embeddings.create(body, { signal }));
      const vectors = [...answer.data].sort((a, b) => a.index - b.index);
      if (vectors.length !== texts.length)
        throw this.remote.broken(`${vectors.length} vectors for ${texts.length} texts`);
      return vectors.map(({ embedding }) => normalise(embedding));
    });
  }

  /** An estimate: four bytes a token. */
  async countTokens(text: string): Promise<number> {
    return estimateTokens(text);
  }

  async close(): Promise<void> {
    this.calls.close();
    this.remote.close();
  }

  private async streamChat(
    request: ChatRequest,
    signal: AbortSignal,
    onText: (text: string) => void,
  ): Promise<ChatResult> {
    const stream = await this.client.chat.completions.create(chatBody(this.modelFor(request), request, this.dialect), {
      signal,
    });
    let text = '';
    let finish: string | null = null;
    let pieces = 0;
    let usage: { prompt_tokens: number; completion_tokens: number } | null = null;
    for await (const chunk of stream) {
      const choice = chunk.choices[0];
      const piece = choice?.delta?.content ?? '';
      if (piece !== '') {
        text += piece;
        pieces += 1;
        onText(piece);
      }
      finish = choice?.finish_reason ?? finish;
      usage = chunk.usage ?? usage;
    }
    signal.throwIfAborted();
    if (finish === null) throw this.remote.broken('the stream was cut');
    const prompt = request.messages.reduce((sum, { content }) => sum + estimateTokens(content), 0);
    return {
      text,
      stopReason: finish === 'length' ? 'length' : 'end',
      promptTokens: usage?.prompt_tokens ?? prompt,
      outputTokens: usage?.completion_tokens ?? pieces,
    };
  }

  /** The name under which the server has what was asked for. @throws CodedError LLM_UNSUPPORTED */
  private modelFor({ adapter }: { readonly adapter?: AdapterUse | undefined }): string {
    if (adapter === undefined) return this.config.model;
    if (this.config.adapterAsModel === true && (adapter.scale ?? 1) === 1) return adapter.sha256;
    throw llmError(LlmErrorCode.Unsupported, `${this.server} is not known to have adapters`, {
      remedy: 'Serve each adapter under its SHA-256 as the name and set --model.adapter_as_model; the scale is fixed.',
    });
  }

  private require(capability: 'nextToken' | 'logLikelihood'): void {
    if (!this.info.capabilities[capability]) throw this.unsupported(capability);
  }

  private unsupported(what: string): Error {
    return llmError(LlmErrorCode.Unsupported, `${this.server} gives no ${what}`, {
      remedy: 'Use --model.backend llama for the judge, or a server that sends them (vLLM, llama-server).',
    });
  }
}

/** A server that knows no model of an adapter's name refuses with 404. */
function unknownAdapter(error: unknown, { sha256 }: AdapterUse): unknown {
  if (!(error instanceof CodedError) || error.code !== LlmErrorCode.RemoteRefused) return error;
  if (error.details.status !== 404) return error;
  return llmError(LlmErrorCode.AdapterUnknown, 'the server has no model named by the SHA-256 of the adapter', {
    remedy:
      'Give the adapter to the server under that name (vLLM: --lora-modules SHA256=folder), or load it at run time.',
    details: { sha256 },
    cause: error,
  });
}

function never(): boolean {
  return false;
}

function readFailure(error: unknown): RemoteFailure | null {
  if (!(error instanceof APIError)) return null;
  const timedOut = error instanceof APIConnectionTimeoutError || error instanceof APIUserAbortError;
  return {
    status: error.status ?? null,
    message: timedOut ? 'no answer in time' : error.message,
    retryAfter: error.headers?.get('retry-after') ?? null,
  };
}
