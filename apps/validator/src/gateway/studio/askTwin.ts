import { withDeadline } from '@bettertherapy/core';
import type { ChatMessage } from '@bettertherapy/llm';
import {
  crisisGuidance,
  detectRisk,
  NOTES_HEADING,
  noteText,
  type PackContent,
  personaOf,
  type RecalledNote,
} from '@bettertherapy/twins';
import type { StudioParts } from './parts.js';

/** Notes that are looked up for one question. */
const NOTES = 4;
const DEADLINE_MS = 90_000;
/** Rounds go first: a doctor's preview waits while answers are judged. */
const PRIORITY = -1;
/** Tokens of a chat template around system and user text. */
const TEMPLATE_TOKENS = 48;

export interface TwinAnswer {
  readonly text: string;
  /** By the monotonic clock, waiting included. */
  readonly ms: number;
  /** The notes that the model was given. */
  readonly sources: readonly RecalledNote[];
}

/**
 * Has the validator's own model answer as a twin, with the persona, the notes and the guidance that miners give theirs.
 * Notes that do not fit into the context are left out, the last ones first.
 * @throws CodedError LLM_…, CORE_DEADLINE_EXCEEDED
 */
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
  const found = await memory.recall({ books, question, limit: NOTES, signal });
  return withDeadline({ what: 'an answer of the twin', ms: DEADLINE_MS, signal, clock }, async (limited) => {
    const room = model.info.contextTokens - maxTokens - TEMPLATE_TOKENS;
    const questionTokens = await model.countTokens(question, { signal: limited });
    let sources = found;
    let system = systemOf(pack, sources, question);
    while (sources.length > 0 && questionTokens + (await model.countTokens(system, { signal: limited })) > room) {
      sources = sources.slice(0, -1);
      system = systemOf(pack, sources, question);
    }
    const messages: ChatMessage[] = [
      { role: 'system', content: system },
      { role: 'user', content: question },
    ];
    const result = await model.complete(
      { messages, maxTokens, sampling: { temperature: 0.2, seed: 7 } },
      { signal: limited, priority: PRIORITY },
    );
    return { text: result.text.trim(), ms: Math.round(clock.monotonicMs() - startedMs), sources };
  });
}

function systemOf(pack: PackContent, notes: readonly RecalledNote[], question: string): string {
  const known = notes.length === 0 ? [] : [`${NOTES_HEADING}\n${notes.map(noteText).join('\n\n')}`];
  const { level, kinds } = detectRisk(question);
  // What every twin's model is told besides when a question shows danger; no pack can take it away.
  const guidance = level === 'none' ? [] : [crisisGuidance(level, kinds, 'international')];
  return [personaOf(pack), ...known, ...guidance].join('\n\n');
}
