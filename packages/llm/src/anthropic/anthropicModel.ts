import Anthropic, { APIConnectionTimeoutError, APIError, APIUserAbortError } from '@anthropic-ai/sdk';
import type { Clock, Logger } from '@bettertherapy/core';
import type { CallRunner } from '../callRunner.js';
import { collectChat } from '../collectChat.js';
import { LlmErrorCode, llmError } from '../errors.js';
import type {
  CallOptions,
  ChatEvent,
  ChatRequest,
  ChatResult,
  LanguageModel,
  LogLikelihoodResult,
  ModelInfo,
  ModelMetrics,
  NextTokenResult,
} from '../languageModel.js';
import type { AnthropicConfig } from '../modelConfig.js';
import { estimateTokens, remoteCalls } from '../remote/remoteCalls.js';
import { RemoteClient } from '../remote/remoteClient.js';
import type { RemoteFailure } from '../remote/remoteErrors.js';

const CONTEXT_TOKENS = 200_000;
const SERVER = 'https://api.anthropic.com';

/** A model of Anthropic's API. It chats; it gives no probabilities and no embeddings, so it cannot judge. Token counts before a call are estimates. */
export class AnthropicModel implements LanguageModel {
  readonly info: ModelInfo;
  private readonly client: Anthropic;
  private readonly calls: CallRunner;
  private readonly server: string;
  private readonly remote: RemoteClient;

  constructor(
    private readonly config: AnthropicConfig,
    private readonly parts: { readonly clock: Clock; readonly log: Logger; readonly metrics: ModelMetrics | null },
  ) {
    const baseURL = config.baseUrl ?? SERVER;
    this.server = new URL(baseURL).host;
    this.client = new Anthropic({ baseURL, apiKey: config.apiKey, authToken: null, maxRetries: 0, logLevel: 'off' });
    const { server } = this;
    this.remote = new RemoteClient({ server, apiKey: config.apiKey, attempts: config.attempts, readFailure }, parts);
    this.calls = remoteCalls(config, parts);
    this.info = {
      backend: 'anthropic',
      name: config.model,
      names: [config.model],
      sha256: null,
      quantisation: null,
      contextTokens: config.contextTokens ?? CONTEXT_TOKENS,
      runtime: `anthropic ${this.server}`,
      capabilities: { nextToken: false, logLikelihood: false, embeddings: false, adapters: null },
    };
  }

  chat(request: ChatRequest, options: CallOptions = {}): AsyncGenerator<ChatEvent> {
    return this.calls.stream(options, async (outer, onText) => {
      if (request.adapter !== undefined) throw unsupported('LoRA adapters');
      const result = await this.remote.askStreaming(outer, onText, (signal, note) =>
        this.streamChat(request, signal, note),
      );
      this.parts.metrics?.tokens('prompt', result.promptTokens);
      this.parts.metrics?.tokens('output', result.outputTokens);
      return result;
    });
  }

  complete(request: ChatRequest, options: CallOptions = {}): Promise<ChatResult> {
    return collectChat(this.chat(request, options));
  }

  nextTokenProbabilities(): Promise<NextTokenResult> {
    return Promise.reject(unsupported('next-token probabilities'));
  }

  logLikelihood(): Promise<LogLikelihoodResult> {
    return Promise.reject(unsupported('log-likelihoods'));
  }

  embed(): Promise<Float32Array[]> {
    return Promise.reject(unsupported('embeddings'));
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
    const stream = await this.client.messages.create(messageBody(this.config.model, request), { signal });
    let text = '';
    let stop: string | null = null;
    let promptTokens = 0;
    let outputTokens = 0;
    for await (const event of stream) {
      if (event.type === 'message_start') promptTokens = event.message.usage.input_tokens;
      if (event.type === 'content_block_delta' && event.delta.type === 'text_delta') {
        text += event.delta.text;
        onText(event.delta.text);
      }
      if (event.type === 'message_delta') {
        stop = event.delta.stop_reason ?? stop;
        outputTokens = event.usage.output_tokens;
      }
    }
    signal.throwIfAborted();
    if (stop === null) throw this.remote.broken('the stream was cut');
    return { text, stopReason: stop === 'max_tokens' ? 'length' : 'end', promptTokens, outputTokens };
  }
}

/** System messages go to their own field; sampling without a counterpart (minP, repeatPenalty, seed) is left out. */
function messageBody(model: string, request: ChatRequest): Anthropic.MessageCreateParamsStreaming {
  const system = request.messages.filter(({ role }) => role === 'system').map(({ content }) => content);
  const messages: Anthropic.MessageParam[] = [];
  for (const { role, content } of request.messages) if (role !== 'system') messages.push({ role, content });
  const { temperature, topP, topK } = request.sampling ?? {};
  return {
    model,
    max_tokens: request.maxTokens,
    messages,
    stream: true,
    ...(system.length === 0 ? {} : { system: system.join('\n\n') }),
    ...(temperature === undefined ? {} : { temperature: Math.min(1, temperature) }),
    ...(topP === undefined ? {} : { top_p: topP }),
    ...(topK === undefined ? {} : { top_k: topK }),
  };
}

function unsupported(what: string): Error {
  return llmError(LlmErrorCode.Unsupported, `Anthropic's API gives no ${what}`, {
    remedy: 'Use --model.backend llama for the judge.',
  });
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
