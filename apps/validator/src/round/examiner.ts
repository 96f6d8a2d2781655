import type { Question } from '@bettertherapy/judge';
import type { LengthFit } from '@bettertherapy/scoring';
import type { ControlRow, FullJudgement, JsonRecord } from '@bettertherapy/store';

/** An answer as the judge sees it: nothing about who gave it. */
export interface ExaminedAnswer {
  readonly question: Question;
  readonly askedText: string;
  readonly answer: string;
  /** How rewards ran with length before this round; null or none: lengths cost nothing. */
  readonly lengthFit?: LengthFit | null | undefined;
}

export interface GateVerdict {
  readonly pass: boolean;
  /** Why it earns nothing, null when it passes. */
  readonly reason: string | null;
  /** A confirmed try to cheat. */
  readonly strike: boolean;
  readonly result: JsonRecord;
}

export interface ExaminedJudgement {
  readonly row: Omit<FullJudgement, 'requestId' | 'judgedMs' | 'tookMs'>;
  /** A gate that only the model can apply, closed after all; null when the answer was judged. */
  readonly gateReason: string | null;
  readonly strike: boolean;
}

/** The judge as rounds need it; rows come without the ids that only the journal knows. */
export interface Examiner {
  readonly manifestSha256: string;
  readonly manifest: JsonRecord;
  /** Needs no model. */
  gate(answer: ExaminedAnswer): GateVerdict;
  judge(answer: ExaminedAnswer, signal: AbortSignal): Promise<ExaminedJudgement>;
  /** Judges the question's own reference, which any working model can; rejects when it cannot. */
  probe(question: Question, signal: AbortSignal): Promise<void>;
  readonly controlKinds: readonly string[];
  /** Judges one answer whose score is known beforehand. */
  control(
    kind: string,
    question: Question,
    other: Question,
    signal: AbortSignal,
  ): Promise<Omit<ControlRow, 'roundId' | 'checkedMs'>>;
  /** The question in other words, or its own when no good wording was found. */
  paraphrase(question: Question, seed: number, signal: AbortSignal): Promise<string>;
  /** A new question made from one of the bank, judged by the same rubric; null when none was found that may be. */
  variant(question: Question, seed: number, signal: AbortSignal): Promise<Question | null>;
}
