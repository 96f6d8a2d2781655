export type Matrix = number[][];

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** Scaled to sum 1; all zero stays all zero. */
export function normalise(values: readonly number[]): number[] {
  const total = sum(values);
  return total === 0 ? values.map(() => 0) : values.map((value) => value / total);
}

export function zeros(rows: number, columns: number): Matrix {
  return Array.from({ length: rows }, () => new Array<number>(columns).fill(0));
}

export function mapMatrix(matrix: Matrix, change: (value: number, row: number, column: number) => number): Matrix {
  return matrix.map((row, i) => row.map((value, j) => change(value, i, j)));
}

export function at(matrix: Matrix, row: number, column: number): number {
  return matrix[row]?.[column] ?? 0;
}

export function columnSums(matrix: Matrix, columns: number): number[] {
  const sums = new Array<number>(columns).fill(0);
  for (const row of matrix) {
    for (const [j, value] of row.entries()) sums[j] = (sums[j] ?? 0) + value;
  }
  return sums;
}

export function normaliseColumns(matrix: Matrix, columns: number): Matrix {
  const sums = columnSums(matrix, columns);
  return mapMatrix(matrix, (value, _, j) => ((sums[j] ?? 0) === 0 ? 0 : value / (sums[j] ?? 1)));
}

/**
 * The largest value that voters with at least `majority` of all stake support, where a voter supports every value up to
 * its own. Voters without stake do not count.
 */
export function weightedMedian(
  votes: readonly { readonly stake: number; readonly value: number }[],
  majority: number,
): number {
  const voters = votes.filter((vote) => vote.stake > 0).sort((a, b) => a.value - b.value);
  const total = sum(voters.map((voter) => voter.stake));
  if (total === 0) return 0;
  const minority = total - majority;
  let below = 0;
  for (const voter of voters) {
    below += voter.stake;
    if (minority < below) return voter.value;
  }
  return voters.at(-1)?.value ?? 0;
}

const U16_TOP = 65_535;

/** 0…1 as 0…65535, rounded down, saturating. */
export function toU16(value: number): number {
  return Math.max(0, Math.min(U16_TOP, Math.floor(value * U16_TOP + 1e-9)));
}
