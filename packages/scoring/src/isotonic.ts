import { type CalibrationTable, checkCalibration } from './calibration.js';
import { orderedMean, roundTo } from './numbers.js';

/** A reward without calibration beside the grade that people gave, both 0…1. */
export interface GradedReward {
  readonly raw: number;
  readonly grade: number;
}

interface Block {
  readonly raw: number;
  readonly grade: number;
  readonly weight: number;
}

const STEPS = 10_000;

/**
 * The rising curve that comes closest to the grades (isotonic regression, pool adjacent violators), as a table through the
 * means of its blocks. Where nothing was seen, below the first block and above the last, it runs to 0 and to 1.
 */
export function fitCalibration(points: readonly GradedReward[]): CalibrationTable {
  const pooled: Block[] = [];
  for (const block of blocksByReward(points)) {
    let last = block;
    for (let before = pooled.at(-1); before && before.grade >= last.grade; before = pooled.at(-1)) {
      pooled.pop();
      last = joined(before, last);
    }
    pooled.push(last);
  }
  const knots: [number, number][] = [];
  for (const { raw, grade } of pooled) {
    const knot: [number, number] = [roundTo(raw, STEPS), roundTo(grade, STEPS)];
    if (knot[0] > (knots.at(-1)?.[0] ?? -1)) knots.push(knot);
  }
  if (knots[0]?.[0] !== 0) knots.unshift([0, 0]);
  if (knots.at(-1)?.[0] !== 1) knots.push([1, 1]);
  return checkCalibration(knots);
}

/** One block for each reward, rising. */
function blocksByReward(points: readonly GradedReward[]): Block[] {
  const rewards = [...new Set(points.map(({ raw }) => raw))].sort((a, b) => a - b);
  return rewards.map((raw) => {
    const grades = points.filter((point) => point.raw === raw).map(({ grade }) => grade);
    return { raw, grade: orderedMean(grades), weight: grades.length };
  });
}

function joined(a: Block, b: Block): Block {
  const weight = a.weight + b.weight;
  return {
    raw: (a.raw * a.weight + b.raw * b.weight) / weight,
    grade: (a.grade * a.weight + b.grade * b.weight) / weight,
    weight,
  };
}
