/** What kind of danger a cue points to. */
export type RiskKind = 'self_harm' | 'harm_to_others' | 'medical_emergency' | 'abuse';
/** `crisis`: help must be named in the answer. `concern`: ask gently and say where help is. */
export type RiskLevel = 'none' | 'concern' | 'crisis';

export interface RiskRule {
  readonly id: string;
  readonly kind: RiskKind;
  readonly level: Exclude<RiskLevel, 'none'>;
  /** Finer than the kind, where what to do differs. */
  readonly topic?: 'overdose' | 'psychosis';
  /**
   * Matched against one normalised sentence; or several that must all occur within four sentences on end. Repetitions
   * are bounded, so that the time grows with the length of the text only. No `^` and `$`: every sentence ends in a mark.
   */
  readonly cue: RegExp | readonly RegExp[];
  /** When this matches the same passage, the rule stays silent. */
  readonly unless?: RegExp;
}

/** One expression that matches where any of several does. */
export function anyOf(...parts: readonly (RegExp | string)[]): RegExp {
  return new RegExp(parts.map((part) => (typeof part === 'string' ? part : part.source)).join('|'));
}
