import { clamp, roundTo } from './numbers.js';

/** What an answer's score is made from. */
export interface JudgedAnswer {
  /** 0…1 from the judge, or null when it gave none. */
  readonly reward: number | null;
  /** Request flushed → last byte, measured by the validator's monotonic clock. */
  readonly responseMs: number;
  readonly output: string | null;
}

export interface TotalScore {
  /** 0…100 */
  readonly quality: number;
  /** 100, 50, 20 or 0 */
  readonly time: number;
  /** 0.7·quality + 0.3·time, 0…100 */
  readonly total: number;
}

/** One answer with its score, from the journal or from evidence. */
export interface ScoredAnswer extends TotalScore {
  /** 0…1 from the judge, or null when it gave none. */
  readonly reward: number | null;
  readonly responseMs: number;
  /** Why it counts as no answer: `timeout`, `refused`…; null when there is one. */
  readonly refusedBy: string | null;
  /** The request whose answer it repeats; null when it is its own. */
  readonly copyOf: string | null;
  /** As the score stage writes them: rubric, versus, facts, lengthAdjustment, caps, gate, judge. */
  readonly components: unknown;
}

/** A latency bonus is paid only above this reward. */
export const BONUS_ABOVE = 0.2;

/** Half-open tiers of the response time, the fastest first; whoever takes longer gets 0. */
export const TIME_TIERS = [
  { belowMs: 10_000, points: 100 },
  { belowMs: 20_000, points: 50 },
  { belowMs: 30_000, points: 20 },
] as const;

/** The points of the tier, 0 beyond the last. A time that is no time (negative, NaN) gets 0. */
export function timeScore(responseMs: number): number {
  if (!(responseMs >= 0)) return 0;
  return TIME_TIERS.find(({ belowMs }) => responseMs < belowMs)?.points ?? 0;
}

/** White space, controls, format and zero-width characters, and letters that are drawn as nothing. */
const INVISIBLE = /\s|\p{C}|\p{Z}|\p{Variation_Selector}|\u034f|\u115f|\u1160|\u2800|\u3164|\uffa0/gu;

/** Nothing that a reader could see: null, empty, or invisible characters only. */
export function isBlank(output: string | null): boolean {
  return output === null || output.replace(INVISIBLE, '') === '';
}

/**
 * The settled score: quality = 100·reward; time by tier and 0 unless reward > 0.2; total = 0.7·quality + 0.3·time.
 * No output, blank output, reward null or ≤ 0 → all 0. Rewards above 1 count as 1. Rounded to 1e-6 (halves up).
 */
export function totalScore(answer: JudgedAnswer): TotalScore {
  const { reward } = answer;
  if (reward === null || !(reward > 0) || isBlank(answer.output)) return { quality: 0, time: 0, total: 0 };
  const bounded = clamp(reward, 0, 1);
  const time = bounded > BONUS_ABOVE ? timeScore(answer.responseMs) : 0;
  const quality = roundTo(100 * bounded, 1e6);
  return { quality, time, total: roundTo(0.7 * quality + 0.3 * time, 1e6) };
}
