/** Ranks from 1, ties share their mean rank. */
function ranks(values: readonly number[]): number[] {
  const order = values.map((value, at) => ({ value, at })).sort((a, b) => a.value - b.value);
  const result = new Array<number>(values.length).fill(0);
  let from = 0;
  while (from < order.length) {
    let to = from;
    while (to + 1 < order.length && order[to + 1]?.value === order[from]?.value) to += 1;
    for (let n = from; n <= to; n += 1) result[order[n]?.at ?? 0] = (from + to) / 2 + 1;
    from = to + 1;
  }
  return result;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Spearman's rank correlation with ties; null for fewer than 3 pairs or when a side does not vary. */
export function spearman(a: readonly number[], b: readonly number[]): number | null {
  if (a.length !== b.length || a.length < 3) return null;
  const [ra, rb] = [ranks(a), ranks(b)];
  const [ma, mb] = [mean(ra), mean(rb)];
  let ab = 0;
  let aa = 0;
  let bb = 0;
  ra.forEach((rank, at) => {
    const da = rank - ma;
    const db = (rb[at] ?? mb) - mb;
    ab += da * db;
    aa += da * da;
    bb += db * db;
  });
  return aa === 0 || bb === 0 ? null : ab / Math.sqrt(aa * bb);
}

/** Cohen's kappa with quadratic weights over `bins` equal bins of 0…1; null without pairs or when chance explains all. */
export function quadraticKappa(a: readonly number[], b: readonly number[], bins = 5): number | null {
  if (a.length !== b.length || a.length === 0) return null;
  const bin = (value: number): number => Math.min(bins - 1, Math.max(0, Math.floor(value * bins)));
  const left = new Array<number>(bins).fill(0);
  const right = new Array<number>(bins).fill(0);
  let observed = 0;
  a.forEach((value, at) => {
    const x = bin(value);
    const y = bin(b[at] ?? 0);
    left[x] = (left[x] ?? 0) + 1;
    right[y] = (right[y] ?? 0) + 1;
    observed += (x - y) * (x - y);
  });
  let expected = 0;
  left.forEach((countA, x) => {
    right.forEach((countB, y) => {
      expected += (countA * countB * (x - y) * (x - y)) / a.length;
    });
  });
  return expected === 0 ? null : 1 - observed / expected;
}

/** Mean of a − b. */
export function meanDifference(a: readonly number[], b: readonly number[]): number {
  return a.length === 0 ? 0 : mean(a.map((value, at) => value - (b[at] ?? 0)));
}
