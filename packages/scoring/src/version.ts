/**
 * Version of the arithmetic in this package; travels with every stored score. The major part changes when the same
 * input gives another number, so that scores of two versions are never averaged by accident.
 */
export const SCORING_VERSION = '1.2.0';

/** True when scores of two versions come from the same arithmetic: their major parts are equal. */
export function sameArithmetic(a: string, b: string): boolean {
  return a.split('.')[0] === b.split('.')[0];
}
