import { LlmErrorCode, llmError } from './errors.js';
import type { ChatEvent, ChatResult } from './languageModel.js';

/** The result at the end of a chat stream. @throws CodedError LLM_REMOTE_UNAVAILABLE when the stream ends without one. */
export async function collectChat(events: AsyncIterable<ChatEvent>): Promise<ChatResult> {
  for await (const event of events) {
    if (event.type === 'done') return event.result;
  }
  throw llmError(LlmErrorCode.RemoteUnavailable, 'the answer ended before it was complete', {
    remedy: 'Try again; if it repeats, look at the log of the model server.',
  });
}
