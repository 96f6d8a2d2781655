import type { OrganicAnswer, Store } from '@bettertherapy/store';
import type { MaskedText } from '../../patientRules.js';
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
 * Keeps a question and all answers to it for the full judge, without identifiers. A question that may still say who it
 * is about, or whose patient is gone meanwhile, is not kept at all. True when it was kept.
 */
export async function keepForJudging(
  question: PatientQuestion,
  heard: readonly Heard[],
  parts: {
    readonly store: Pick<Store, 'organic'>;
    readonly mask: (texts: readonly string[]) => Promise<MaskedText[]>;
    readonly nowMs: number;
  },
): Promise<boolean> {
  const turns = await parts.mask(question.turns.map(({ text }) => text));
  if (turns.some(({ doubtful }) => doubtful)) return false;
  const kept = heard.map(({ text }) => (text !== null && text.length <= LONGEST_CHARACTERS ? text : null));
  // A miner may have repeated what the patient said.
  const answers = await parts.mask(kept.map((text) => text ?? ''));
  return parts.store.organic.keep({
    question: {
      answerId: question.answerId,
      twinId: question.twin.id,
      twinVersion: question.twin.version,
      lang: question.lang,
      turns: question.turns.map(({ role }, at) => ({ role, text: turns[at]?.text ?? '' })),
      crisis: question.crisis?.level === 'crisis',
      askedMs: parts.nowMs,
    },
    answers: heard.map((one, at) => ({ ...one, text: kept[at] === null ? null : (answers[at]?.text ?? null) })),
  });
}
