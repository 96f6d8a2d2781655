import type { WeightSkip } from '@bettertherapy/scoring';
import type { ExamHold } from '../exam/startUpExam.js';

/** Why no weights are sent now. */
export type SkipReason =
  | WeightSkip
  | 'no_scores'
  | 'not_registered'
  | 'no_permit'
  | 'intent_open'
  | 'window_done'
  | 'backing_off'
  | 'rate_limit'
  | 'version_too_old'
  | ExamHold
  | 'controls_failing';

/** What the operator has to do about it; null where time alone mends it. */
export const SKIP_REMEDIES: Readonly<Record<SkipReason, string | null>> = {
  not_registered:
    'Register the hotkey again: `pnpm bt subnet register`. The validator goes on by itself once it is there.',
  no_permit: 'Add stake: `pnpm bt stake add`. Permits go to those with most stake, at the end of an epoch.',
  version_too_old: 'Update the validator: the subnet requires a newer weights version.',
  exam_failed: 'Judge with a larger model: `pnpm bt models list`, then --model.name.',
  controls_failing: 'The judge fails its own controls: see the log of the round, and check --model.name.',
  exam_pending: null,
  no_scores: null,
  no_positive_weight: null,
  too_few_weights: null,
  max_weight_unreachable: null,
  intent_open: null,
  window_done: null,
  backing_off: null,
  rate_limit: null,
};
