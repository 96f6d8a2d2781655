import { withDeadline } from '@bettertherapy/core';
import type { ChatMessage } from '@bettertherapy/llm';
import { crisisGuidance, detectRisk, type PackContent, type RecalledNote } from '@bettertherapy/twins';
import type { StudioParts } from './parts.js';
import { NOTES, twinPrompt } from './twinPrompt.js';

const DEADLINE_MS = 90_000;
/** Rounds go first: a doctor's preview waits while answers are judged. */
const PRIORITY = -1;

export interface TwinAnswer {
  readonly text: string;
  /** By the monotonic clock, waiting included. */
  readonly ms: number;
  readonly sources: readonly RecalledNote[];
}

/** Has the validator's own model answer as a twin, with the twin's memory. @throws CodedError LLM_…, CORE_DEADLINE_EXCEEDED */
export async function askTwin(
  at: {
    readonly pack: PackContent;
    readonly books: readonly string[];
    readonly question: string;
    readonly maxTokens: number;
  },
  { model, memory, clock }: Pick<StudioParts, 'model' | 'memory' | 'clock'>,
  signal: AbortSignal,
): Promise<TwinAnswer> {
  const startedMs = clock.monotonicMs();
  const { pack, books, question, maxTokens } = at;
  const sources = await memory.recall({ books, question, limit: NOTES, signal });
  const messages: ChatMessage[] = [
    { role: 'system', content: withGuidance(twinPrompt(pack, sources), question) },
    { role: 'user', content: question },
  ];
  const result = await withDeadline({ what: 'an answer of the twin', ms: DEADLINE_MS, signal, clock }, (limited) =>
    model.complete(
      { messages, maxTokens, sampling: { temperature: 0.2, seed: 7 } },
      { signal: limited, priority: PRIORITY },
    ),
  );
  return { text: result.text.trim(), ms: Math.round(clock.monotonicMs() - startedMs), sources };
}

/** What every twin's model is told besides when the question shows danger; no pack can take it away. */
function withGuidance(prompt: string, question: string): string {
  const { level, kinds } = detectRisk(question);
  return level === 'none' ? prompt : `${prompt}\n${crisisGuidance(level, kinds, 'international')}`;
}
