import type { AnswerSource, Turn } from '@bettertherapy/store';
import type { TwinPack } from '@bettertherapy/twins';
import { noticeOf } from '../notices.js';
import type { CrisisHelp, PatientQuestion } from '../route/question.js';
import { honestMessage, type Routed } from '../route/router.js';
import type { FinishReason, Usage } from './chatSchema.js';

/** What is said to the patient, whole. */
export interface Speech {
  readonly text: string;
  readonly finishReason: FinishReason;
}

/** Bytes of text in one token, roughly; miners do not tell their counts. */
const BYTES_PER_TOKEN = 4;
const WORDS_IN_A_PIECE = 5;

/**
 * The answer as it is given. A program that knows nothing of our own fields finds help, notice and sources in the text
 * itself; in a session they stand beside it, and help is added only where the answer names none.
 */
export function speechOf(
  question: PatientQuestion,
  { winner }: Routed,
  at: { readonly inSession: boolean; readonly sources: readonly AnswerSource[]; readonly maxTokens: number | null },
): Speech {
  const { crisis, twin } = question;
  const answer = shortened((winner?.text ?? honestMessage(question)).trim(), winner ? at.maxTokens : null);
  if (at.inSession) {
    const bare = crisis?.level === 'crisis' && winner !== null && !winner.namesHelp;
    return { ...answer, text: bare ? `${answer.text}\n\n${crisis.text}` : answer.text };
  }
  const parts = [
    ...(crisis ? [helpFirst(crisis)] : []),
    answer.text,
    `— ${noticeOf(twin)}`,
    ...(winner ? sourceLines(at.sources) : []),
  ];
  return { ...answer, text: parts.join('\n\n') };
}

/** The part that goes out before any miner has answered. */
export function openingOf(crisis: CrisisHelp | null, inSession: boolean): string {
  return crisis && !inSession ? `${helpFirst(crisis)}\n\n` : '';
}

function helpFirst(crisis: CrisisHelp): string {
  return crisis.text;
}

function sourceLines(sources: readonly AnswerSource[]): string[] {
  if (sources.length === 0) return [];
  const lines = sources.map(
    ({ title, publisher, year }) => `${title} (${publisher}${year === null ? '' : `, ${year}`})`,
  );
  return [`Sources: ${lines.join('; ')}`];
}

function shortened(text: string, maxTokens: number | null): Speech {
  const bytes = maxTokens === null ? Number.POSITIVE_INFINITY : maxTokens * BYTES_PER_TOKEN;
  if (Buffer.byteLength(text) <= bytes) return { text, finishReason: 'stop' };
  let kept = '';
  for (const word of text.match(/\s*\S+/g) ?? []) {
    if (Buffer.byteLength(kept + word) > bytes) break;
    kept += word;
  }
  return { text: kept.trimStart(), finishReason: 'length' };
}

/** A text in pieces of a few words; joined they are the text again. */
export function piecesOf(text: string): string[] {
  const words = text.match(/\s*\S+|\s+$/g) ?? [];
  const pieces: string[] = [];
  for (let at = 0; at < words.length; at += WORDS_IN_A_PIECE) {
    pieces.push(words.slice(at, at + WORDS_IN_A_PIECE).join(''));
  }
  return pieces;
}

/** Milliseconds from one piece to the next; 0 for a rate of 0, which is all at once. */
export function pieceDelayMs(wordsPerSecond: number): number {
  return wordsPerSecond === 0 ? 0 : (WORDS_IN_A_PIECE / wordsPerSecond) * 1000;
}

export function usageOf(turns: readonly Turn[], said: string): Usage {
  const tokens = (text: string): number => Math.ceil(Buffer.byteLength(text) / BYTES_PER_TOKEN);
  const prompt = turns.reduce((sum, turn) => sum + tokens(turn.text), 0);
  const completion = tokens(said);
  return { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion };
}

export function twinFacts({ id, version, name }: TwinPack): { id: string; version: number; name: string } {
  return { id, version, name };
}
