import type { LengthFit } from '@bettertherapy/scoring';
import type { Question } from '../question.js';

/** Plain data as JSON holds it, for whoever keeps it. */
export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };
export type JsonRecord = Record<string, JsonValue>;

/** An answer as the judge sees it: nothing about who gave it. */
export interface ExaminedAnswer {
  readonly question: Question;
  readonly askedText: string;
  readonly answer: string;
  /** How rewards ran with length before this round; null or none: lengths cost nothing. */
  readonly lengthFit?: LengthFit | null | undefined;
  /** Published with an earlier judgement of this answer: gives the same prompts again. */
  readonly boundarySeed?: string | undefined;
}

export interface GateVerdict {
  readonly pass: boolean;
  /** Why it earns nothing, null when it passes. */
  readonly reason: string | null;
  /** A confirmed try to cheat. */
  readonly strike: boolean;
  readonly result: JsonRecord;
}

/** A judgement with every probability it was made from, as it is kept. */
export interface JudgementRecord {
  readonly items: readonly {
    readonly itemId: string;
    readonly text: string;
    readonly points: number;
    readonly critical: boolean;
    readonly p: number;
    /** Probability of both labels together. */
    readonly mass: number | null;
    readonly undecided: boolean;
  }[];
  readonly versus: { readonly levels: number[]; readonly value: number | null };
  readonly rubric: number | null;
  readonly facts: number | null;
  readonly lengthAdjustment: number;
  readonly caps: JsonRecord[];
  readonly reward: number | null;
  readonly manifestSha256: string;
  /** Gate, likelihood, doubt, words, cost and the seed of the boundary codes. */
  readonly details: JsonRecord;
}

export interface ExaminedJudgement {
  readonly row: JudgementRecord;
  /** A gate that only the model can apply, closed after all; null when the answer was judged. */
  readonly gateReason: string | null;
  readonly strike: boolean;
}

/** An answer whose score is known beforehand, and what it got. */
export interface ExaminedControl {
  readonly kind: string;
  readonly bankId: string;
  readonly reward: number | null;
  readonly low: number;
  readonly high: number;
  readonly pass: boolean;
}

/** The judge as rounds need it; rows come without the ids that only the journal knows. */
export interface Examiner {
  /** Of the judge, as the operator named it. */
  readonly modelName: string;
  readonly manifestSha256: string;
  readonly manifest: JsonRecord;
  /** Needs no model. */
  gate(answer: ExaminedAnswer): GateVerdict;
  judge(answer: ExaminedAnswer, signal: AbortSignal): Promise<ExaminedJudgement>;
  /** Judges the question's own reference, which any working model can; rejects when it cannot. */
  probe(question: Question, signal: AbortSignal): Promise<void>;
  readonly controlKinds: readonly string[];
  /** Judges one answer whose score is known beforehand. */
  control(kind: string, question: Question, other: Question, signal: AbortSignal): Promise<ExaminedControl>;
  /** The question in other words, or its own when no good wording was found. */
  paraphrase(question: Question, seed: number, signal: AbortSignal): Promise<string>;
  /** A new question made from one of the bank, judged by the same rubric; null when none was found that may be. */
  variant(question: Question, seed: number, signal: AbortSignal): Promise<Question | null>;
}
