import { badInput } from './errors.js';

/**
 * Arithmetic that gives the same bits on every machine: only + − × ÷ and comparisons (IEEE 754 double), never
 * Math.pow/log/exp, whose last bits differ between engines. Sums run over the values in ascending order, so that the
 * order of the input never matters.
 */

/** Sum of the values in ascending order; 0 for none. */
export function orderedSum(values: readonly number[]): number {
  let sum = 0;
  for (const value of [...values].sort((a, b) => a - b)) sum += value;
  return sum;
}

/** Mean over `orderedSum`; 0 for none. */
export function orderedMean(values: readonly number[]): number {
  return values.length === 0 ? 0 : orderedSum(values) / values.length;
}

export function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, value));
}

/** `floor(value·scale + 0.5) / scale`: halves go up. `scale` is 100 for two digits. Never gives −0. */
export function roundTo(value: number, scale: number): number {
  return Math.floor(value * scale + 0.5) / scale + 0;
}

/** Nearest integer, exact halves to the even neighbour (the rule of the Python SDK's `round`). */
export function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return rest < 0.5 ? floor : floor + 1;
  return floor % 2 === 0 ? floor : floor + 1;
}

/** `base` to a whole power ≥ 0 by squaring, most significant bit first. */
export function powInt(base: number, exponent: number): number {
  if (!Number.isSafeInteger(exponent) || exponent < 0)
    throw badInput('exponent must be a whole number ≥ 0', { exponent });
  let result = 1;
  for (const bit of exponent.toString(2)) {
    result *= result;
    if (bit === '1') result *= base;
  }
  return result;
}

/** Natural logarithm of a number > 0 to about 1e-15, by atanh series after halving into [0.75, 1.5). */
export function ln(value: number): number {
  if (!(value > 0) || !Number.isFinite(value)) throw badInput('ln needs a finite number above 0', { value });
  let mantissa = value;
  let halvings = 0;
  while (mantissa >= 1.5) {
    mantissa /= 2;
    halvings += 1;
  }
  while (mantissa < 0.75) {
    mantissa *= 2;
    halvings -= 1;
  }
  const z = (mantissa - 1) / (mantissa + 1);
  const square = z * z;
  let series = 0;
  for (let n = 25; n >= 1; n -= 2) series = series * square + 1 / n;
  return halvings * Math.LN2 + 2 * z * series;
}

/** The value itself when it is finite and inside [low, high]. @throws CodedError SCORING_BAD_INPUT */
export function inRange(name: string, value: number, low: number, high: number): number {
  if (!(value >= low && value <= high)) throw badInput(`${name} must be in ${low}…${high}`, { name, value });
  return value;
}
