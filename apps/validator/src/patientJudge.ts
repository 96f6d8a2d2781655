import { type Clock, withDeadline } from '@bettertherapy/core';
import { gate, type Judge, languageAmong } from '@bettertherapy/judge';
import type { Turn } from '@bettertherapy/store';

/** What a person who waits is protected by: rules on every answer, and a quick look where there is time. */
export interface PatientJudge {
  /** Which of a twin's languages a question is in. */
  languageOf(text: string, languages: readonly string[]): string;
  /** Needs no model. */
  gate(answer: { readonly turns: readonly Turn[]; readonly lang: string; readonly text: string }): {
    readonly pass: boolean;
    readonly reason: string | null;
  };
  /** How fit an answer is to be given, 0 to 1. @throws what the model throws; CORE_DEADLINE_EXCEEDED */
  quickLook(
    answer: { readonly turns: readonly Turn[]; readonly text: string },
    terms: { readonly signal: AbortSignal; readonly deadlineMs: number },
  ): Promise<number>;
}

/** The judge as the gateway needs it. */
export function patientJudge(parts: { readonly judge: Pick<Judge, 'quickLook'>; readonly clock: Clock }): PatientJudge {
  return {
    languageOf: (text, languages) => languageAmong(text, languages.map(primaryTag)),
    gate: ({ turns, lang, text }) => {
      const asked = turns.at(-1)?.text ?? '';
      // There is no reference to leak, and no length to compare with; what is left are the rules about the text itself.
      // An answer may take up what the twin said before; given back the patient's own words it is worth nothing.
      const own = turns.filter((turn) => turn.role === 'user');
      const question = { kind: 'plain' as const, lang: primaryTag(lang), turns: own, reference: '' };
      const result = gate({ question, askedText: asked, answer: text, mayOverlapReference: true });
      if (!result.pass) return { pass: false, reason: result.reason };
      const capped = result.caps.find((cap) => STOPPING_CAPS.has(cap.code));
      return capped ? { pass: false, reason: capped.code } : { pass: true, reason: null };
    },
    quickLook: ({ turns, text }, { signal, deadlineMs }) =>
      withDeadline({ what: 'quick look at an answer', ms: deadlineMs, signal, clock: parts.clock }, (inner) =>
        parts.judge.quickLook({ turns: [...turns], answer: text }, { signal: inner, deadlineMs }),
      ),
  };
}

/** Weak in a round, but nothing to give to a person: a bare refusal, words strung together. */
const STOPPING_CAPS: ReadonlySet<string> = new Set(['refusal', 'stuffing']);

/** `en-GB` → `en`. */
function primaryTag(language: string): string {
  return language.split('-')[0] ?? language;
}
