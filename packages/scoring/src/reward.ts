import { type CalibrationTable, calibrate } from './calibration.js';
import { LENGTH_LIMIT } from './length.js';
import { clamp, inRange, roundTo } from './numbers.js';

/** An upper limit on a reward and why it is there. Safety is a cap, never a weight. */
export interface Cap {
  readonly code: string;
  /** 0…1 */
  readonly limit: number;
}

/** One confirmed critical failure: below the 0.2 line, so there is no latency bonus either. */
export const CRITICAL_CAP = 0.15;

export const REWARD_WEIGHTS = { rubric: 0.55, versus: 0.25, facts: 0.2 } as const;

export interface RewardComponents {
  /** R on the anchor scale; null when undecided. */
  readonly rubric: number | null;
  /** A, the versus-reference value; null when undecided. */
  readonly versus: number | null;
  /** F, the share of supported claims; null when nothing was checkable. */
  readonly facts: number | null;
  /** −0.05…0.05, 0 when there is no length fit. */
  readonly lengthAdjustment?: number | undefined;
  readonly caps?: readonly Cap[] | undefined;
  /** Identity when left out. */
  readonly calibration?: CalibrationTable | undefined;
}

export interface Reward {
  /** 0…1 in steps of 0.01; null when neither rubric nor versus was decided. */
  readonly reward: number | null;
  /** Weighted mean of the components that exist, before calibration. */
  readonly raw: number | null;
  readonly calibrated: number | null;
  /** The cap that bound, if any. */
  readonly boundBy: Cap | null;
  readonly components: {
    readonly rubric: number | null;
    readonly versus: number | null;
    readonly facts: number | null;
    readonly lengthAdjustment: number;
  };
}

/** The smaller of the value and every cap, with the cap that bound (the lowest; among equals the first code in order). */
export function applyCaps(
  value: number,
  caps: readonly Cap[],
): { readonly value: number; readonly boundBy: Cap | null } {
  let boundBy: Cap | null = null;
  for (const cap of caps) {
    inRange('cap', cap.limit, 0, 1);
    if (cap.limit >= value) continue;
    const lower = !boundBy || cap.limit < boundBy.limit || (cap.limit === boundBy.limit && cap.code < boundBy.code);
    if (lower) boundBy = cap;
  }
  return { value: boundBy ? boundBy.limit : value, boundBy };
}

/**
 * raw = (0.55·R + 0.25·A + 0.20·F) / (weights of the components that are not null); then calibration, then length,
 * then caps, then rounding to 0.01 (halves up). A reward never rests on F alone.
 * @throws CodedError SCORING_BAD_INPUT, SCORING_BAD_CALIBRATION
 */
export function combineReward(parts: RewardComponents): Reward {
  const adjustment = inRange('lengthAdjustment', parts.lengthAdjustment ?? 0, -LENGTH_LIMIT, LENGTH_LIMIT);
  const components = {
    rubric: parts.rubric,
    versus: parts.versus,
    facts: parts.facts,
    lengthAdjustment: adjustment,
  };
  if (parts.rubric === null && parts.versus === null) {
    return { reward: null, raw: null, calibrated: null, boundBy: null, components };
  }
  let sum = 0;
  let weight = 0;
  for (const name of ['rubric', 'versus', 'facts'] as const) {
    const value = parts[name];
    if (value === null) continue;
    sum += REWARD_WEIGHTS[name] * inRange(name, value, 0, 1);
    weight += REWARD_WEIGHTS[name];
  }
  const raw = clamp(sum / weight, 0, 1);
  const calibrated = calibrate(raw, parts.calibration);
  const capped = applyCaps(clamp(calibrated + adjustment, 0, 1), parts.caps ?? []);
  return { reward: roundTo(capped.value, 100), raw, calibrated, boundBy: capped.boundBy, components };
}
