import { z } from 'zod';

/** One message of a conversation between a person and a twin. */
export interface Turn {
  readonly role: 'user' | 'assistant';
  readonly content: string;
}

/** Turns of one request, the question included. */
export const MAX_TURNS = 32;

/** A conversation on the wire; its last turn is the question. */
export const turnsSchema = z
  .array(z.object({ role: z.enum(['user', 'assistant']), content: z.string().min(1) }))
  .min(1)
  .max(MAX_TURNS)
  .refine((turns) => turns.at(-1)?.role === 'user', 'the last turn must be the question');

/** Earlier turns that are told in a flattened prompt, and how much of each (in UTF-16 units). */
const TOLD_TURNS = 6;
const TOLD_CHARS = 500;

/**
 * A conversation as one text that a miner which knows only `prompt` can answer: the last few turns, shortened, and the
 * question in full. A conversation of one turn is that turn's text.
 */
export function flattenConversation(turns: readonly Turn[]): string {
  const question = turns.at(-1)?.content ?? '';
  const earlier = turns.slice(0, -1).slice(-TOLD_TURNS);
  if (earlier.length === 0) return question;
  const told = earlier.map(({ role, content }) => `${role === 'user' ? 'Person' : 'Doctor'}: ${shortened(content)}`);
  return `Earlier in this conversation:\n${told.join('\n')}\n\nThe person now writes:\n${question}`;
}

function shortened(text: string): string {
  const line = text.replace(/\s+/gu, ' ').trim();
  if (line.length <= TOLD_CHARS) return line;
  // A cut through a surrogate pair would leave half a character.
  return `${line.slice(0, TOLD_CHARS - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}
