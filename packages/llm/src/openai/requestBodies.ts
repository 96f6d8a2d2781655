import type OpenAI from 'openai';
import type { ChatRequest, NextTokenRequest, Sampling } from '../languageModel.js';
import type { OpenAiDialect } from '../modelConfig.js';

type StreamBody = OpenAI.Chat.ChatCompletionCreateParamsStreaming;
type Body = OpenAI.Chat.ChatCompletionCreateParamsNonStreaming;

/** The most alternatives the protocol allows. */
const TOP_LOGPROBS = 20;

/** A streamed chat; sampling that the dialect has no word for is left out. */
export function chatBody(model: string, request: ChatRequest, dialect: OpenAiDialect): StreamBody {
  return {
    model,
    messages: request.messages.map(({ role, content }) => ({ role, content })),
    stream: true,
    stream_options: { include_usage: true },
    ...answerBound(request.maxTokens, dialect),
    ...samplingFields(request.sampling ?? {}, dialect),
  };
}

/** One token at temperature 1 and without truncation, so that the named probabilities are those of the full softmax. */
export function nextTokenBody(model: string, { prompt }: NextTokenRequest, dialect: OpenAiDialect): Body {
  const { system, prefix, suffix } = prompt;
  const opening = system === '' ? [] : [{ role: 'system' as const, content: system }];
  return {
    model,
    messages: [...opening, { role: 'user', content: prefix + suffix }],
    ...answerBound(1, dialect),
    temperature: 1,
    top_p: 1,
    logprobs: true,
    top_logprobs: TOP_LOGPROBS,
  };
}

function answerBound(
  maxTokens: number,
  dialect: OpenAiDialect,
): { max_tokens?: number; max_completion_tokens?: number } {
  return dialect === 'openai' ? { max_completion_tokens: maxTokens } : { max_tokens: maxTokens };
}

function samplingFields(sampling: Sampling, dialect: OpenAiDialect): Record<string, number> {
  const { temperature, topP, topK, minP, repeatPenalty, seed } = sampling;
  const fields: Record<string, number | undefined> = { temperature, top_p: topP, seed };
  if (dialect === 'vllm' || dialect === 'llama-server') {
    fields.top_k = topK;
    fields.min_p = minP;
    fields[dialect === 'vllm' ? 'repetition_penalty' : 'repeat_penalty'] = repeatPenalty;
  }
  const given: Record<string, number> = {};
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) given[name] = value;
  return given;
}
