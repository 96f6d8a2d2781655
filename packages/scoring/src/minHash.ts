/** Number of hash functions; the estimate of Jaccard has a standard error of at most 1/(2·√128) ≈ 0.044. */
export const MIN_HASHES = 128;

/** FNV-1a over UTF-16 code units, 32 bits. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) {
    hash ^= text.charCodeAt(at);
    hash = Math.imul(hash, 0x01000193);
  }
  return hash >>> 0;
}

/** A 32-bit finaliser: every input bit moves about half of the output bits. */
function mix(value: number): number {
  let x = value;
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  return (x ^ (x >>> 16)) >>> 0;
}

const SEEDS: readonly number[] = Array.from({ length: MIN_HASHES }, (_, n) => mix(Math.imul(n + 1, 0x9e3779b9)));

/** The smallest hash under each of the 128 functions; all 0xffffffff for an empty set. Can be stored and compared later. */
export function minHash(items: ReadonlySet<string>): Uint32Array {
  const signature = new Uint32Array(MIN_HASHES).fill(0xffffffff);
  for (const item of items) {
    const hash = fnv1a(item);
    SEEDS.forEach((seed, n) => {
      const value = mix(hash ^ seed);
      if (value < (signature[n] ?? 0)) signature[n] = value;
    });
  }
  return signature;
}

/** Share of equal places: an unbiased estimate of the Jaccard similarity. */
export function estimateJaccard(a: Uint32Array, b: Uint32Array): number {
  let equal = 0;
  for (let n = 0; n < MIN_HASHES; n += 1) if (a[n] === b[n]) equal += 1;
  return equal / MIN_HASHES;
}
