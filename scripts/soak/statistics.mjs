/** The middle value; 0 of none. */
export function median(values) {
  if (values.length === 0) return 0;
  const sorted = [...values].sort((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

export function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}

/**
 * Theil-Sen: the median of the slopes between all pairs of points, which no handful of outliers moves. Null for fewer than
 * three points, or when all have one x.
 */
export function theilSen(points) {
  const slopes = [];
  for (let a = 0; a < points.length; a += 1) {
    for (let b = a + 1; b < points.length; b += 1) {
      const run = points[b].x - points[a].x;
      if (run !== 0) slopes.push((points[b].y - points[a].y) / run);
    }
  }
  return points.length < 3 || slopes.length === 0 ? null : median(slopes);
}

/** At most `most` points, evenly spread. */
export function thinned(points, most) {
  if (points.length <= most) return points;
  return Array.from({ length: most }, (_, at) => points[Math.floor((at * (points.length - 1)) / (most - 1))]);
}
