/** Number of single-character edits (a swap of neighbours counts as one) between two short texts. */
function editDistance(a: string, b: string): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i += 1) {
    const current = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min((previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1, (previous[j - 1] ?? 0) + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        best = Math.min(best, (beforePrevious[j - 2] ?? 0) + 1);
      }
      current.push(best);
    }
    beforePrevious = previous;
    previous = current;
  }
  return previous[b.length] ?? 0;
}

/** The candidate a typist most likely meant, or null when nothing is close. */
export function nearestName(typed: string, candidates: readonly string[]): string | null {
  const wanted = normalise(typed);
  let best: { readonly name: string; readonly distance: number } | null = null;
  for (const name of candidates) {
    const known = normalise(name);
    // The last part alone is often what an operator remembers: --port for --axon.port.
    const tail = normalise(name.slice(name.lastIndexOf('.') + 1));
    const distance = Math.min(editDistance(wanted, known), wanted === tail ? 1 : Number.POSITIVE_INFINITY);
    if (best === null || distance < best.distance) best = { name, distance };
  }
  if (best === null) return null;
  return best.distance <= Math.max(2, Math.floor(wanted.length / 4)) ? best.name : null;
}

function normalise(name: string): string {
  return name.toLowerCase().replaceAll('-', '_');
}
