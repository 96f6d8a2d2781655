import { CRISIS_REGIONS } from '@bettertherapy/twins';
import { z } from 'zod';

/** Characters of one message. */
export const LONGEST_MESSAGE = 8_000;
const MOST_MESSAGES = 200;

const textPart = z.looseObject({ type: z.literal('text'), text: z.string() });

/** A text, or OpenAI's list of parts, of which text is the only kind we can read. */
const content = z
  .union([z.string(), z.array(textPart)], { error: 'must be text, or parts of type text' })
  .transform((value) => (typeof value === 'string' ? value : value.map((part) => part.text).join('\n')));

const message = z.looseObject({
  role: z.enum(['system', 'developer', 'user', 'assistant', 'tool', 'function']),
  content: content.nullish(),
});

/**
 * OpenAI's request, with three fields of our own. What a twin's answer does not depend on (temperature, tools, …) is
 * accepted and has no effect.
 */
export const chatRequest = z.looseObject({
  model: z.string().min(1).max(64),
  messages: z.array(message).max(MOST_MESSAGES),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().nullish() }).nullish(),
  max_tokens: z.int().min(1).nullish(),
  max_completion_tokens: z.int().min(1).nullish(),
  n: z.literal(1, { error: 'only one answer per question is given' }).nullish(),
  /** Of a session that POST /v1/sessions opened; needs that patient's token. */
  session_id: z.string().max(64).nullish(),
  /** With session_id: asks the last question of the session again. */
  regenerate: z.boolean().nullish(),
  /** Without session_id: where the person is, for crisis help. */
  region: z.enum(CRISIS_REGIONS).nullish(),
});
export type ChatRequest = z.output<typeof chatRequest>;

const usage = z.object({ prompt_tokens: z.int(), completion_tokens: z.int(), total_tokens: z.int() });
export type Usage = z.output<typeof usage>;

export const crisisView = z.object({
  level: z.enum(['concern', 'crisis']),
  kinds: z.array(z.string()),
  region: z.string(),
  line: z.string(),
  emergency: z.string(),
  text: z.string(),
});

const source = z.object({
  id: z.string(),
  title: z.string(),
  publisher: z.string(),
  year: z.int().nullable(),
  url: z.string().nullable(),
});

/** Our own object beside OpenAI's fields: on the whole reply, or on the first and the last chunk. */
export const answerFacts = z.object({
  answer_id: z.string(),
  twin: z.object({ id: z.string(), version: z.int(), name: z.string() }),
  notice: z.string(),
  sources: z.array(source),
  crisis: crisisView.nullable(),
  rating_token: z.string().nullable(),
});
export type AnswerFacts = z.output<typeof answerFacts>;

export const chatCompletion = z.object({
  id: z.string(),
  object: z.literal('chat.completion'),
  created: z.int(),
  model: z.string(),
  choices: z.array(
    z.object({
      index: z.int(),
      message: z.object({ role: z.literal('assistant'), content: z.string(), refusal: z.null() }),
      logprobs: z.null(),
      finish_reason: z.enum(['stop', 'length']),
    }),
  ),
  usage,
  bettertherapy: answerFacts,
});
export type ChatCompletion = z.output<typeof chatCompletion>;
export type FinishReason = ChatCompletion['choices'][number]['finish_reason'];
