import type { Token } from 'node-llama-cpp';

/**
 * A prompt cut into the pieces in which it is evaluated. The matrix kernels round differently for different batch
 * lengths, so the same tokens give the same logits only when they are evaluated in the same pieces: every segment is
 * cut from its own start into chunks of a fixed size, and cached state is reused at those borders only.
 */
export interface EvaluationPlan {
  readonly tokens: readonly Token[];
  /** Ends of the pieces, ascending; the last is `tokens.length`. */
  readonly borders: readonly number[];
}

/** Cuts each segment into chunks of `chunkTokens`; empty segments vanish. */
export function planEvaluation(segments: readonly (readonly Token[])[], chunkTokens: number): EvaluationPlan {
  const tokens: Token[] = [];
  const borders: number[] = [];
  for (const segment of segments) {
    for (let at = 0; at < segment.length; at += chunkTokens) {
      for (const token of segment.slice(at, at + chunkTokens)) tokens.push(token);
      borders.push(tokens.length);
    }
  }
  return { tokens, borders };
}

/**
 * How many tokens of `plan` an already evaluated plan saves: the last border that both share with all tokens before
 * it equal. The last piece is never taken from the cache, because its logits are wanted.
 */
export function reusableTokens(evaluated: EvaluationPlan, plan: EvaluationPlan): number {
  let reusable = 0;
  for (let i = 0; i < plan.borders.length - 1; i += 1) {
    const border = plan.borders[i];
    if (border === undefined || evaluated.borders[i] !== border) break;
    if (!sameTokens(evaluated.tokens, plan.tokens, reusable, border)) break;
    reusable = border;
  }
  return reusable;
}

function sameTokens(a: readonly Token[], b: readonly Token[], from: number, to: number): boolean {
  for (let i = from; i < to; i += 1) if (a[i] !== b[i]) return false;
  return true;
}
