import { CodedError } from '@bettertherapy/core';

export const ScoringErrorCode = {
  /** A number handed to the arithmetic is not finite, out of range, or given twice. */
  BadInput: 'SCORING_BAD_INPUT',
  /** A calibration table is not a rising piecewise-linear curve over 0…1. */
  BadCalibration: 'SCORING_BAD_CALIBRATION',
} as const;
export type ScoringErrorCode = (typeof ScoringErrorCode)[keyof typeof ScoringErrorCode];

export function badInput(message: string, details: Readonly<Record<string, unknown>> = {}): CodedError {
  return new CodedError(ScoringErrorCode.BadInput, message, {
    remedy: 'This is a fault of the caller: check the stored rows of this round, and report it with these details.',
    details,
  });
}
