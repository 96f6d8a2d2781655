import { gate } from '@bettertherapy/judge';
import type { Turn } from '@bettertherapy/store';
import {
  claimsToBePerson,
  deidentify,
  givesMethodOrSecrecy,
  harmfulVoice,
  type IdentifierSpan,
  repeatsInstructions,
} from '@bettertherapy/twins';

/** An answer that somebody waits for. */
export interface WaitedAnswer {
  readonly turns: readonly Turn[];
  /** ISO 639-1, a region may follow. */
  readonly lang: string;
  readonly text: string;
  /** What the twin's model is told of who it is, see `instructionsOf`. */
  readonly instructions: readonly string[];
}

export interface RuleVerdict {
  readonly pass: boolean;
  readonly reason: string | null;
}

/** A text without identifiers; `doubtful` when it may still say who it is about. */
export interface MaskedText {
  readonly text: string;
  readonly doubtful: boolean;
  /** What was replaced; offsets into the original. */
  readonly spans: readonly IdentifierSpan[];
}

/** Masks texts, wherever that is done. @throws CodedError CORE_DEADLINE_EXCEEDED for texts that take too long */
export type MaskTexts = (texts: readonly string[], signal: AbortSignal) => Promise<MaskedText[]>;

/** Weak in a round, but nothing to give to a person: a bare refusal, words strung together. */
const STOPPING_CAPS: ReadonlySet<string> = new Set(['refusal', 'stuffing']);

/** The judge's gates, as far as they need neither a model nor a reference. Pure; milliseconds for a usual answer. */
export function gateAnswer({ turns, lang, text, instructions }: WaitedAnswer): RuleVerdict {
  const asked = turns.at(-1)?.text ?? '';
  // An answer may take up what the twin said before; given back the patient's own words it is worth nothing.
  const own = turns.filter((turn) => turn.role === 'user');
  // There is no reference to leak, and no length to compare with; what is left are the rules about the text itself.
  const question = { kind: 'plain' as const, lang: primaryTag(lang), turns: own, reference: '' };
  const result = gate({ question, askedText: asked, answer: text, instructions, mayOverlapReference: true });
  if (!result.pass) return { pass: false, reason: result.reason };
  // A cap in a round; before a person it must not stand at all.
  if (givesMethodOrSecrecy(result.text)) return { pass: false, reason: 'harm_words' };
  const capped = result.caps.find((cap) => STOPPING_CAPS.has(cap.code));
  return capped ? { pass: false, reason: capped.code } : { pass: true, reason: null };
}

/** Which answers of an earlier day no one may read any more: they wish to die, urge to it, claim that a person speaks, or speak to the twin. Pure. */
export function harmfulTexts(texts: readonly string[]): boolean[] {
  return texts.map(
    (text) => harmfulVoice(text, '') !== null || claimsToBePerson(text, '') !== null || repeatsInstructions(text),
  );
}

/** Takes identifiers out of texts. Pure. */
export function maskTexts(texts: readonly string[]): MaskedText[] {
  return texts.map((original) => {
    const { text, residualRisk, spans } = deidentify(original);
    return { text, doubtful: residualRisk, spans };
  });
}

/** `en-GB` → `en`. */
export function primaryTag(language: string): string {
  return language.split('-')[0] ?? language;
}
