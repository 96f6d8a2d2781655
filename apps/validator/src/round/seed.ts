import { createHash } from 'node:crypto';

/**
 * seed = SHA-256(block hash ‖ validator secret ‖ round number), hex: nobody can know it before the block, nobody but
 * this validator after it, and it can be shown to have been honest once the secret is published.
 */
export function roundSeed(blockHash: string, secret: string, roundNumber: number): string {
  return createHash('sha256').update(`${blockHash}\n${secret}\n${roundNumber}`).digest('hex');
}

/** Random numbers in [0, 1) that depend on nothing but the seed and a label: SHA-256 in counter mode, 48 bits each. */
export function seededRandom(seed: string, label: string): () => number {
  let counter = 0;
  return () => {
    const digest = createHash('sha256').update(`${seed}\n${label}\n${counter}`).digest();
    counter += 1;
    return digest.readUIntBE(0, 6) / 2 ** 48;
  };
}

/** A shuffled copy (Fisher–Yates). */
export function shuffled<T>(values: readonly T[], random: () => number): T[] {
  const deck = [...values];
  for (let last = deck.length - 1; last > 0; last -= 1) {
    const pick = Math.floor(random() * (last + 1));
    // Both indexes lie inside the deck.
    [deck[last], deck[pick]] = [deck[pick] as T, deck[last] as T];
  }
  return deck;
}

/** `n` values drawn without replacement, each with a chance in proportion to its weight (Efraimidis–Spirakis keys). */
export function weightedSample<T>(
  values: readonly T[],
  n: number,
  weightOf: (value: T) => number,
  random: () => number,
): T[] {
  return values
    .map((value) => ({ value, key: random() ** (1 / weightOf(value)) }))
    .sort((a, b) => b.key - a.key)
    .slice(0, n)
    .map(({ value }) => value);
}
