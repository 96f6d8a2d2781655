import { type Clock, withDeadline } from '@bettertherapy/core';
import { type Judge, languageAmong } from '@bettertherapy/judge';
import type { Turn } from '@bettertherapy/store';
import { primaryTag } from './patientRules.js';
import type { TextRules } from './rulesPool.js';

/** What a person who waits is protected by: rules on every answer, and a quick look where there is time. */
export interface PatientJudge extends TextRules {
  /** Which of a twin's languages a question is in. */
  languageOf(text: string, languages: readonly string[]): string;
  /** How fit an answer is to be given, 0 to 1. @throws what the model throws; CORE_DEADLINE_EXCEEDED */
  quickLook(
    answer: { readonly turns: readonly Turn[]; readonly text: string },
    terms: { readonly signal: AbortSignal; readonly deadlineMs: number },
  ): Promise<number>;
}

/** The judge as the gateway needs it. */
export function patientJudge(parts: {
  readonly judge: Pick<Judge, 'quickLook'>;
  readonly rules: TextRules;
  readonly clock: Clock;
}): PatientJudge {
  const { judge, rules, clock } = parts;
  return {
    languageOf: (text, languages) => languageAmong(text, languages.map(primaryTag)),
    gate: (answer, signal) => rules.gate(answer, signal),
    harmful: (texts, signal) => rules.harmful(texts, signal),
    mask: (texts, signal) => rules.mask(texts, signal),
    quickLook: ({ turns, text }, { signal, deadlineMs }) =>
      withDeadline({ what: 'quick look at an answer', ms: deadlineMs, signal, clock }, (inner) =>
        judge.quickLook({ turns: [...turns], answer: text }, { signal: inner, deadlineMs }),
      ),
  };
}
