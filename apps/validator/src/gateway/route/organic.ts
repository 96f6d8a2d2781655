import type { OrganicAnswer, Store } from '@bettertherapy/store';
import { deidentify } from '@bettertherapy/twins';
import type { PatientQuestion } from './question.js';

/** What one miner made of a question. */
export interface Heard {
  readonly hotkey: OrganicAnswer['hotkey'];
  readonly registeredAtBlock: number;
  readonly text: string | null;
  readonly responseMs: number;
  readonly gateReason: string | null;
}

/** Longer answers are not judged, so they are not kept. */
const LONGEST_CHARACTERS = 20_000;

/**
 * Keeps a question and all answers to it for the full judge, without identifiers. A text that may still say who it is
 * about, or whose patient is gone meanwhile, is not kept at all. True when it was kept.
 */
export function keepForJudging(
  question: PatientQuestion,
  heard: readonly Heard[],
  { store, nowMs }: { readonly store: Pick<Store, 'organic'>; readonly nowMs: number },
): boolean {
  const turns = question.turns.map(({ role, text }) => ({ role, masked: deidentify(text) }));
  if (turns.some(({ masked }) => masked.residualRisk)) return false;
  return store.organic.keep({
    question: {
      answerId: question.answerId,
      twinId: question.twin.id,
      twinVersion: question.twin.version,
      lang: question.lang,
      turns: turns.map(({ role, masked }) => ({ role, text: masked.text })),
      crisis: question.crisis?.level === 'crisis',
      askedMs: nowMs,
    },
    // A miner may have repeated what the patient said.
    answers: heard.map((one) => ({
      ...one,
      text: one.text === null || one.text.length > LONGEST_CHARACTERS ? null : deidentify(one.text).text,
    })),
  });
}
