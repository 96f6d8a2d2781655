import type { Question } from '@bettertherapy/judge';
import type { ControlRow, FullJudgement, JsonRecord } from '@bettertherapy/store';

/** An answer as the judge sees it: nothing about who gave it. */
export interface ExaminedAnswer {
  readonly question: Question;
  readonly askedText: string;
  readonly answer: string;
}

export interface GateVerdict {
  readonly pass: boolean;
  /** Why it earns nothing, null when it passes. */
  readonly reason: string | null;
  /** A confirmed try to cheat. */
  readonly strike: boolean;
  readonly result: JsonRecord;
}

/** The judge as rounds need it; rows come without the ids that only the journal knows. */
export interface Examiner {
  readonly manifestSha256: string;
  readonly manifest: JsonRecord;
  /** Needs no model. */
  gate(answer: ExaminedAnswer): GateVerdict;
  judge(
    answer: ExaminedAnswer & { readonly gate: JsonRecord },
    signal: AbortSignal,
  ): Promise<Omit<FullJudgement, 'requestId' | 'judgedMs' | 'tookMs'>>;
  controls(
    question: Question,
    other: Question,
    signal: AbortSignal,
  ): Promise<readonly Omit<ControlRow, 'roundId' | 'checkedMs'>[]>;
  /** The question in other words, or its own when no good wording was found. */
  paraphrase(question: Question, signal: AbortSignal): Promise<string>;
}
