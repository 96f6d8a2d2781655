import { flattenConversation, MAX_TURNS, type Turn } from './conversation.js';
import type { InferenceRequest } from './inference.js';
import type { TwinRef } from './twins.js';

/** JSON bytes of prompt and turns together; what an axon takes is 64 KiB with everything around them. */
const MAX_CONVERSATION_BYTES = 56 * 1024;

/**
 * The request that asks a twin in a conversation: the newest turns that fit the size and count an axon takes, and the
 * prompt flattened from them. The question itself is never cut.
 * @param turns oldest first; the last is the question
 */
export function conversationRequest(ask: {
  readonly requestId: string;
  readonly twin: TwinRef;
  readonly turns: readonly Turn[];
}): InferenceRequest {
  let kept = ask.turns.slice(-MAX_TURNS);
  while (kept.length > 1 && sizeOf(kept) > MAX_CONVERSATION_BYTES) kept = kept.slice(1);
  return { prompt: flattenConversation(kept), requestId: ask.requestId, twin: ask.twin, messages: kept };
}

function sizeOf(turns: readonly Turn[]): number {
  return new TextEncoder().encode(JSON.stringify([flattenConversation(turns), turns])).length;
}
