import type { ChatMessage } from '@bettertherapy/llm';
import type { Turn } from '@bettertherapy/protocol';
import { NOTES_HEADING } from '@bettertherapy/twins';
import { fitPrompt } from './fitPrompt.js';

/** What a model is to be told, before it is known how much of it fits. */
export interface Conversation {
  /** Who it is. */
  readonly persona: string;
  /** What of the persona is said to the model alone, where that is known: an answer that repeats it is none. */
  readonly instructions: readonly string[];
  /** What it should know for this question, best first. */
  readonly notes: readonly string[];
  /** What the safety rules add; never left out. */
  readonly guidance: string;
  /** Earlier turns, oldest first. */
  readonly history: readonly Turn[];
  readonly question: string;
}

/** Tokens a question gets at least. */
const MIN_QUESTION_TOKENS = 64;
/** What a long persona leaves to the question. */
const QUESTION_ROOM = 256;
/** Share of the room that notes may take. */
const NOTES_SHARE = 0.35;

/**
 * The messages that fit `room` tokens: guidance always; the persona, cut in its middle only when it leaves no room for a
 * question; the question; then notes, best first; then history, newest first.
 */
export async function composeMessages(
  conversation: Conversation,
  room: number,
  count: (text: string) => Promise<number>,
): Promise<ChatMessage[]> {
  const { guidance, notes, history } = conversation;
  const guidanceTokens = guidance === '' ? 0 : await count(guidance);
  const personaRoom = Math.max(0, room - guidanceTokens - QUESTION_ROOM);
  const persona = await fitPrompt(conversation.persona, personaRoom, count);
  let left = room - guidanceTokens - (await count(persona));
  const question = await fitPrompt(conversation.question, Math.max(MIN_QUESTION_TOKENS, left), count);
  left -= await count(question);
  const told: string[] = [];
  let notesLeft = Math.min(left, Math.floor(room * NOTES_SHARE));
  for (const note of notes) {
    const tokens = await count(note);
    if (tokens > notesLeft) continue;
    told.push(note);
    notesLeft -= tokens;
    left -= tokens;
  }
  const known = told.length === 0 ? '' : `\n\n${NOTES_HEADING}\n${told.join('\n\n')}`;
  const turns = await newestThatFit(history, left, count);
  return [
    { role: 'system', content: `${persona}${known}${guidance === '' ? '' : `\n\n${guidance}`}` },
    ...alternating([...turns, { role: 'user', content: question }]),
  ];
}

async function newestThatFit(
  history: readonly Turn[],
  room: number,
  count: (text: string) => Promise<number>,
): Promise<Turn[]> {
  const kept: Turn[] = [];
  let left = room;
  for (const turn of [...history].reverse()) {
    left -= await count(turn.content);
    if (left < 0) break;
    kept.unshift(turn);
  }
  return kept;
}

/** Chat templates want a person first and then turn by turn: neighbours of one role are joined, an answer without a question goes. */
function alternating(turns: readonly Turn[]): ChatMessage[] {
  const joined: ChatMessage[] = [];
  for (const turn of turns) {
    const last = joined.at(-1);
    if (last === undefined && turn.role === 'assistant') continue;
    if (last?.role === turn.role)
      joined[joined.length - 1] = { role: turn.role, content: `${last.content}\n\n${turn.content}` };
    else joined.push({ role: turn.role, content: turn.content });
  }
  return joined;
}
