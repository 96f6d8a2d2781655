/** Log probabilities of an echoed text; the first token has none and is left out. Null when the server echoes none. */
export function echoedLogProbs(
  logprobs: { readonly token_logprobs?: readonly (number | null)[] } | null,
): number[] | null {
  const all = logprobs?.token_logprobs;
  if (all === undefined || all.length === 0) return null;
  const known: number[] = [];
  for (const value of all[0] === null ? all.slice(1) : all) {
    if (value === null) return null;
    known.push(value);
  }
  return known;
}
