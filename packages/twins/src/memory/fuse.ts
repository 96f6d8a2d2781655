/** The constant of reciprocal rank fusion (Cormack, Clarke and Büttcher, 2009): how little the first ranks stand out. */
const RRF_K = 60;

/**
 * Several rankings of the same things made into one: each thing scores the sum of 1 / (60 + rank) over the rankings it is
 * in, so that ranks count and scales of different scorers need not be compared. Ties keep the order of the first ranking.
 */
export function fuseRankings(rankings: readonly (readonly string[])[]): string[] {
  const scores = new Map<string, number>();
  for (const ranking of rankings) {
    ranking.forEach((key, rank) => {
      scores.set(key, (scores.get(key) ?? 0) + 1 / (RRF_K + rank + 1));
    });
  }
  return [...scores].sort(([, a], [, b]) => b - a).map(([key]) => key);
}

/** Dot product; the cosine, for vectors of length 1. */
export function similarity(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at += 1) sum += (a[at] ?? 0) * (b[at] ?? 0);
  return sum;
}
