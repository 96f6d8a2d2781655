import type { Cap } from '@bettertherapy/scoring';
import type { JudgeCost } from './asker.js';
import type { JudgedItem, VersusResult } from './evaluation.js';
import type { GateReason } from './gates/gate.js';
import type { LikelihoodReport } from './gates/likelihood.js';

/** How the gates ended for one answer. */
export type GateOutcome =
  | { readonly pass: true }
  | { readonly pass: false; readonly reason: GateReason; readonly rules: readonly string[] };

/** What was done about text that may speak to the judge. */
export interface DoubtReport {
  /** Names of the rules that fired. */
  readonly rules: readonly string[];
  /** Sentences hidden from the model. */
  readonly removed: number;
  /** Reward of the whole text and of the text without those sentences; the lower one counts. */
  readonly rewardWhole: number | null;
  readonly rewardCleaned: number | null;
  /** Reward of a truncated, shuffled copy; honest text loses by it. Null when not tried. */
  readonly rewardCopy: number | null;
}

/** Everything a score was made from. Plain data, stored as it is. */
export interface Judgement {
  readonly items: readonly JudgedItem[];
  readonly versus: VersusResult;
  /** R on the anchor scale, 0…1; null when undecided or gated. */
  readonly rubric: number | null;
  /** Null: nothing was checked against a corpus. */
  readonly facts: number | null;
  readonly lengthAdjustment: number;
  readonly caps: readonly Cap[];
  /** 0…1 in steps of 0.01; null when the judge could not decide. */
  readonly reward: number | null;
  readonly gate: GateOutcome;
  readonly likelihood: LikelihoodReport | null;
  readonly doubt: DoubtReport | null;
  /** Confirmed cheating. */
  readonly strike: boolean;
  /** Of the text that the reward is for: what is left of a doubtful one. */
  readonly words: number;
  readonly cost: JudgeCost;
  /** What the boundary codes of this answer were made from; gives the same prompts again. */
  readonly boundarySeed: string;
  readonly manifestSha256: string;
}

/** The reference of a question judged like an answer; what its answers are measured against. */
export interface ReferenceValues {
  /** Raw R of the reference before the anchor scale; null when undecided. */
  readonly rubric: number | null;
  readonly versus: VersusResult;
  readonly items: readonly JudgedItem[];
  readonly words: number;
  /** True when the crisis items are asked for this question. */
  readonly crisis: boolean;
  /** What the boundary code in its prompts was made from; none in values from before it was kept. */
  readonly boundarySeed?: string | undefined;
}

/**
 * Keeps reference values beyond the process, for one manifest and one boundary seed: what answers were measured against
 * stays the same when a round is resumed, and can be looked up later.
 */
export interface ReferenceMemory {
  get(questionSha256: string): ReferenceValues | null;
  /** Each time answers are measured against the values, so that they are kept as long as those answers are. */
  use(questionSha256: string, values: ReferenceValues): void;
}
