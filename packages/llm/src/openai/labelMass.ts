import type { NextTokenResult } from '../languageModel.js';

/** Sums, per label, the probabilities of the named alternatives that are one of its spellings. What the server did not name counts as 0. */
export function labelMass(
  labels: Readonly<Record<string, readonly string[]>>,
  alternatives: readonly { readonly token: string; readonly logprob: number }[],
): NextTokenResult {
  const probabilities: Record<string, number> = {};
  let mass = 0;
  for (const [label, spellings] of Object.entries(labels)) {
    const wanted = new Set(spellings);
    let probability = 0;
    for (const { token, logprob } of alternatives) if (wanted.delete(token)) probability += Math.exp(logprob);
    probabilities[label] = probability;
    mass += probability;
  }
  return { probabilities, mass };
}
