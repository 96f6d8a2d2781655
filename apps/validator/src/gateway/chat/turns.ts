import type { PatientMessage, Turn } from '@bettertherapy/store';
import { apiError } from '../http/errors.js';
import { type ChatRequest, LONGEST_MESSAGE } from './chatSchema.js';

/** How much of a conversation is told to miners. */
const TURNS_TOLD = 12;
const CHARACTERS_TOLD = 16_000;

/** The new question of a request. @throws CodedError invalid_request, request_too_large */
export function questionIn({ messages }: ChatRequest): string {
  const last = messages.at(-1);
  const text = last?.role === 'user' ? (last.content ?? '').trim() : '';
  if (text === '')
    throw apiError('invalid_request', 'The last message must be the user’s and hold text.', { param: 'messages' });
  if (text.length > LONGEST_MESSAGE) {
    throw apiError('request_too_large', `A message may have ${LONGEST_MESSAGE} characters.`, { param: 'messages' });
  }
  return text;
}

/**
 * The conversation that a program sends along. System and tool messages are left out: how a twin talks is its doctor's
 * to say, not the caller's.
 */
export function turnsOfRequest(request: ChatRequest): Turn[] {
  const question = questionIn(request);
  const earlier = request.messages.slice(0, -1).flatMap(({ role, content }): Turn[] => {
    const text = (content ?? '').trim();
    return (role === 'user' || role === 'assistant') && text !== '' ? [{ role, text }] : [];
  });
  return told([...earlier, { role: 'user', text: question }]);
}

/** The conversation of a session up to its last question. What failed or was set aside is not part of it. */
export function turnsOfSession(messages: readonly PatientMessage[], question: string | null): Turn[] {
  const kept = messages.filter(
    ({ status, content }) => (status === 'complete' || status === 'stopped') && content !== '',
  );
  const turns = kept.map(({ role, content }): Turn => ({ role, text: content }));
  if (question !== null) return told([...turns, { role: 'user', text: question }]);
  const lastAsked = turns.findLastIndex(({ role }) => role === 'user');
  if (lastAsked < 0) throw apiError('conflict', 'Nothing was asked in this session yet.', { param: 'regenerate' });
  return told(turns.slice(0, lastAsked + 1));
}

/** The last turns that fit, the question always among them. */
function told(turns: readonly Turn[]): Turn[] {
  const kept: Turn[] = [];
  let characters = 0;
  for (const turn of turns.slice(-TURNS_TOLD).reverse()) {
    characters += turn.text.length;
    if (kept.length > 0 && characters > CHARACTERS_TOLD) break;
    kept.unshift(turn);
  }
  return kept;
}
