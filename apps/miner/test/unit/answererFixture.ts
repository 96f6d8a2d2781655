import {
  CodedError,
  encodeSs58,
  noTracer,
  parseHotkey,
  silentLogger,
  systemClock,
  type Tracer,
} from '@bettertherapy/core';
import { type CallOptions, type ChatEvent, type ChatRequest, ScriptedModel } from '@bettertherapy/llm';
import { Answerer, type AnswerMetrics, ModelHealth, type TwinSource } from '../../src/answer/index.js';

export const caller = parseHotkey(encodeSs58(new Uint8Array(32).fill(7)));
export const SENTENCE = 'It sounds hard, and today you could rest, drink some water and call a friend. ';
export const GOOD = Array.from({ length: 6 }, (_, i) => SENTENCE.replace('today', `on day ${i}`)).join('');
export const CRISIS = 'I have decided to kill myself tonight.';

export type Say = (request: ChatRequest, signal: AbortSignal, nth: number) => string | Promise<string>;

/** Says a text at once and then hangs until the call's deadline. */
class SlowModel extends ScriptedModel {
  constructor(private readonly text: string) {
    super({ chat: () => new Promise(() => undefined) });
  }

  override async *chat(request: ChatRequest, options: CallOptions = {}): AsyncGenerator<ChatEvent> {
    yield { type: 'text', text: this.text };
    yield* super.chat(request, options);
  }
}

export function make(
  say: Say,
  options: { minWords?: number; contextTokens?: number; slow?: string; twins?: TwinSource; tracer?: Tracer } = {},
) {
  const requests: ChatRequest[] = [];
  const events: string[] = [];
  const scripted = new ScriptedModel(
    {
      chat: (request, signal) => {
        requests.push(request);
        return say(request, signal, requests.length);
      },
    },
    {
      contextTokens: options.contextTokens ?? 4096,
      capabilities: { nextToken: false, logLikelihood: false, embeddings: false, adapters: 'verified' },
    },
  );
  const model = options.slow === undefined ? scripted : new SlowModel(options.slow);
  const health = new ModelHealth();
  const metrics: AnswerMetrics = {
    finished: (outcome) => events.push(outcome),
    words: () => undefined,
    retried: () => events.push('retried'),
    crisisSeen: (kind) => events.push(`crisis ${kind}`),
    crisisLineAdded: () => events.push('line added'),
    adapterUsed: (state) => events.push(`adapter ${state}`),
  };
  const answerer = new Answerer(
    { sampling: { temperature: 0 }, maxTokens: 200, minWords: options.minWords ?? 50, maxWords: 120, region: 'us' },
    {
      model,
      persona: { current: async () => ({ text: 'You are a kind doctor.', sha256: 'x' }) },
      twins: options.twins ?? null,
      clock: systemClock,
      log: silentLogger,
      tracer: options.tracer ?? noTracer,
      metrics,
      health,
      modelLost: (error) => events.push(`lost ${error instanceof CodedError ? error.code : ''}`),
    },
  );
  const ask = (prompt: string, deadlineMs = 20_000, signal = new AbortController().signal) =>
    answerer.answer({ prompt, requestId: 'r1', caller, deadlineMs, priority: 1, signal }).then(({ output }) => output);
  const askTwin = (more: Partial<Parameters<typeof answerer.answer>[0]>) => {
    const { signal } = new AbortController();
    const request = { prompt: 'flattened', requestId: 'r1', caller, deadlineMs: 20_000, priority: 1, signal };
    return answerer.answer({ ...request, twin: { id: 'dr-indra-gurung', version: 1 }, ...more });
  };
  return { ask, askTwin, requests, events, health };
}
