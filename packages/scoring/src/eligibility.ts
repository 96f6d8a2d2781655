/** What one miner did in the window (24 h). */
export interface WindowCounts {
  readonly asked: number;
  /** Answers that came in time and were judged. */
  readonly judged: number;
}

export type Eligibility =
  | { readonly eligible: true; readonly responseRate: number }
  | {
      readonly eligible: false;
      readonly responseRate: number;
      readonly reason: 'too_few_judged' | 'low_response_rate';
    };

/** A miner is in the paying ranks with ≥ 8 judged answers and a response rate ≥ 0.7 in the window. */
export function windowEligibility(
  counts: WindowCounts,
  rule: { readonly minimumJudged?: number | undefined; readonly minimumResponseRate?: number | undefined } = {},
): Eligibility {
  const responseRate = counts.asked <= 0 ? 0 : counts.judged / counts.asked;
  if (counts.judged < (rule.minimumJudged ?? 8)) return { eligible: false, responseRate, reason: 'too_few_judged' };
  if (responseRate < (rule.minimumResponseRate ?? 0.7)) {
    return { eligible: false, responseRate, reason: 'low_response_rate' };
  }
  return { eligible: true, responseRate };
}
