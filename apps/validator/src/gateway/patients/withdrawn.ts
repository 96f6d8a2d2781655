import { describeError } from '@bettertherapy/core';
import type { PatientMessage, Turn } from '@bettertherapy/store';
import type { GatewayParts } from '../parts.js';

/** Stands where an answer stood that the rules of today would not let through. */
const WITHDRAWN = 'This answer has been withdrawn: it said something that no answer here may say.';

type Parts = Pick<GatewayParts, 'patientJudge' | 'log'>;

/** Messages as they may be read again: answers were let through by the rules of their day. @throws the reason of `signal` */
export async function readAgain<T extends PatientMessage>(
  messages: readonly T[],
  parts: Parts,
  signal: AbortSignal,
): Promise<T[]> {
  const withdrawn = await withdrawnAmong(
    messages.flatMap(({ role, content }) => (role === 'assistant' ? [content] : [])),
    parts,
    signal,
  );
  return messages.map((message) =>
    message.role === 'assistant' && withdrawn.has(message.content)
      ? { ...message, content: WITHDRAWN, sources: [] }
      : message,
  );
}

/** Turns as miners may be told them: a model goes on in the tone in which it is said to have spoken. @throws the reason of `signal` */
export async function toldAgain(turns: readonly Turn[], parts: Parts, signal: AbortSignal): Promise<Turn[]> {
  const withdrawn = await withdrawnAmong(
    turns.flatMap(({ role, text }) => (role === 'assistant' ? [text] : [])),
    parts,
    signal,
  );
  return turns.map((turn) =>
    turn.role === 'assistant' && withdrawn.has(turn.text) ? { ...turn, text: WITHDRAWN } : turn,
  );
}

async function withdrawnAmong(
  texts: readonly string[],
  { patientJudge, log }: Parts,
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  if (texts.length === 0) return new Set();
  try {
    const harmful = await patientJudge.harmful(texts, signal);
    return new Set(texts.filter((_, at) => harmful[at]));
  } catch (error) {
    signal.throwIfAborted();
    // All of it was let through once; a conversation that cannot be opened any more would help nobody.
    log.warn('earlier answers could not be looked at', { answers: texts.length, error: describeError(error) });
    return new Set();
  }
}
