import { CodedError } from '@bettertherapy/core';
import { ScoringErrorCode } from './errors.js';
import { inRange } from './numbers.js';

/** Rising knots [raw, calibrated], both in 0…1; the first raw is 0 and the last is 1. */
export type CalibrationTable = readonly (readonly [raw: number, calibrated: number])[];

/** Changes nothing: used until a gold set has been judged. */
export const IDENTITY_CALIBRATION: CalibrationTable = [
  [0, 0],
  [1, 1],
];

function badTable(message: string): CodedError {
  return new CodedError(ScoringErrorCode.BadCalibration, message, {
    remedy: 'Run the judge exam again to make a new table, or leave the table out to use the identity.',
  });
}

/** @throws CodedError SCORING_BAD_CALIBRATION unless the raws rise strictly from 0 to 1 and the values never fall. */
export function checkCalibration(table: CalibrationTable): CalibrationTable {
  const first = table[0];
  const last = table.at(-1);
  if (!first || !last || table.length < 2) throw badTable('a calibration table needs at least two knots');
  if (first[0] !== 0 || last[0] !== 1) throw badTable('a calibration table must run from raw 0 to raw 1');
  let before: readonly [number, number] | null = null;
  for (const knot of table) {
    if (!(knot[1] >= 0 && knot[1] <= 1)) throw badTable('calibrated values must lie in 0…1');
    if (before && !(knot[0] > before[0])) throw badTable('raw values must rise strictly');
    if (before && knot[1] < before[1]) throw badTable('calibrated values may not fall');
    before = knot;
  }
  return table;
}

/** Linear between the two neighbouring knots. Monotone because the table is. */
export function calibrate(raw: number, table: CalibrationTable = IDENTITY_CALIBRATION): number {
  checkCalibration(table);
  const value = inRange('raw', raw, 0, 1);
  let left = table[0] ?? [0, 0];
  for (const right of table.slice(1)) {
    if (value <= right[0]) {
      if (value === right[0]) return right[1];
      const step = ((value - left[0]) / (right[0] - left[0])) * (right[1] - left[1]);
      return Math.min(right[1], left[1] + step);
    }
    left = right;
  }
  return left[1];
}
