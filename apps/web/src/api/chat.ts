import { errorIn, GatewayError, requestEvents } from '../edge/http.js';
import type { AnswerFacts } from './types.js';

export interface Question {
  readonly twin: string;
  readonly sessionId: string;
  /** The question, or null to ask the session's last one again. */
  readonly text: string | null;
}

/** One piece of an answer as it comes: the facts, words, or the end and its reason. */
export type AnswerPart =
  | { readonly kind: 'facts'; readonly facts: AnswerFacts }
  | { readonly kind: 'words'; readonly text: string }
  | { readonly kind: 'end'; readonly reason: string };

interface Chunk {
  readonly choices?: readonly {
    readonly delta?: { readonly content?: string | null };
    readonly finish_reason?: string | null;
  }[];
  readonly bettertherapy?: AnswerFacts;
}

/** What one frame of the stream says; `[DONE]` says nothing. @throws GatewayError for an error frame */
export function partsOf(data: string): AnswerPart[] {
  if (data === '[DONE]') return [];
  const refused = errorIn(data);
  if (refused) throw new GatewayError(200, refused.code, refused.message);
  // OpenAI's chunk shape with our one extra object; only read, never kept.
  const chunk = JSON.parse(data) as Chunk;
  const parts: AnswerPart[] = [];
  if (chunk.bettertherapy) parts.push({ kind: 'facts', facts: chunk.bettertherapy });
  for (const choice of chunk.choices ?? []) {
    if (choice.delta?.content) parts.push({ kind: 'words', text: choice.delta.content });
    if (choice.finish_reason) parts.push({ kind: 'end', reason: choice.finish_reason });
  }
  return parts;
}

/** Asks within a session and yields the answer as it arrives. Aborting frees the miner. @throws GatewayError */
export async function* ask(question: Question, token: string, signal: AbortSignal): AsyncGenerator<AnswerPart> {
  const body = {
    model: question.twin,
    stream: true,
    session_id: question.sessionId,
    messages: question.text === null ? [] : [{ role: 'user', content: question.text }],
    ...(question.text === null ? { regenerate: true } : {}),
  };
  for await (const { data } of requestEvents('/v1/chat/completions', { method: 'POST', token, body, signal })) {
    yield* partsOf(data);
  }
}
