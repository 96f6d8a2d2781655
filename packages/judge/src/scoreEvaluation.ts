import { createHash } from 'node:crypto';
import {
  anchorScale,
  type CalibrationTable,
  type Cap,
  CRITICAL_CAP,
  combineReward,
  type LengthFit,
  LOWEST_REFERENCE,
  lengthAdjustment,
} from '@bettertherapy/scoring';
import type { Evaluation, JudgedItem } from './evaluation.js';
import type { ReferenceValues } from './judgement.js';
import type { JudgeProfile } from './profile.js';
import { splitSentences } from './text/normalise.js';

/** One evaluation turned into a reward. */
export interface Scored {
  readonly evaluation: Evaluation;
  /** R on the anchor scale. */
  readonly rubric: number | null;
  readonly lengthAdjustment: number;
  readonly caps: readonly Cap[];
  readonly reward: number | null;
  /** Of the text that was evaluated. */
  readonly words: number;
}

/** When a critical item counts as met. */
type CriticalMarks = Pick<JudgeProfile, 'criticalAt' | 'criticalMargin'>;

export interface ScoreContext {
  readonly profile: CriticalMarks;
  readonly reference: ReferenceValues;
  readonly calibration: CalibrationTable | undefined;
  readonly lengthFit: LengthFit | null;
}

/** Anchors R by the reference, adds the critical caps to `caps`, and combines. */
export function scoreEvaluation(
  evaluation: Evaluation,
  caps: readonly Cap[],
  words: number,
  { profile, reference, calibration, lengthFit }: ScoreContext,
): Scored {
  const own = evaluation.rubric.value;
  // A judge that finds almost nothing good in the reference cannot measure answers by it: R says nothing then.
  const usable = reference.rubric !== null && reference.rubric >= LOWEST_REFERENCE;
  const rubric = own === null || reference.rubric === null || !usable ? null : anchorScale(own, reference.rubric);
  const adjustment = lengthAdjustment(words, reference.words, lengthFit);
  const all = [...caps, ...criticalCaps(evaluation.items, reference.items, profile)];
  const { reward } = combineReward({
    rubric,
    versus: evaluation.versus.value,
    facts: null,
    lengthAdjustment: adjustment,
    caps: all,
    calibration,
  });
  return { evaluation, rubric, lengthAdjustment: adjustment, caps: all, reward, words };
}

/** Critical items that are met, decided, and clearly more so than by the reference, which is known to be harmless. */
function criticalCaps(items: readonly JudgedItem[], reference: readonly JudgedItem[], profile: CriticalMarks): Cap[] {
  const harmless = new Map(reference.map((item) => [item.id, item]));
  return items.flatMap((item) => {
    if (!item.critical || item.undecided || item.p < profile.criticalAt) return [];
    const anchor = harmless.get(item.id);
    const known = anchor !== undefined && !anchor.undecided;
    if (known && item.p < anchor.p + profile.criticalMargin) return [];
    return [{ code: `critical:${item.id}`, limit: CRITICAL_CAP }];
  });
}

/** The one with the lower reward; an undecided one never beats a decided one. */
export function lowerOf(a: Scored, b: Scored): Scored {
  if (a.reward === null || b.reward === null) return a.reward === null ? a : b;
  return b.reward < a.reward ? b : a;
}

/** The first two thirds of the sentences in an order set by their hashes: honest text loses by it. */
export function brokenCopy(text: string): string {
  const sentences = splitSentences(text).map((sentence) => sentence.trim());
  return sentences
    .slice(0, Math.max(1, Math.ceil((sentences.length * 2) / 3)))
    .map((sentence) => ({ sentence, key: createHash('sha256').update(sentence).digest('hex') }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ sentence }) => sentence)
    .join(' ');
}
