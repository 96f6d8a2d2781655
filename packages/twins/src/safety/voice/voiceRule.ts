/** In an answer: it wishes to die or hurts itself or others, or it drives somebody to it. */
export type VoiceKind = 'own_harm' | 'urged_harm';

export interface VoiceRule {
  readonly id: string;
  readonly kind: VoiceKind;
  /** Matched against one normalised sentence without quotations. Repetitions are bounded. */
  readonly cue: RegExp;
  /** When this matches the sentence, the rule stays silent; before it as well with `nearDeath`. */
  readonly unless?: RegExp;
  /** Words that mean harm only where death is talked about. */
  readonly nearDeath?: true;
}
