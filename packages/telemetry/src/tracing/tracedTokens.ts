import type { SpanCount, Tracer } from '@bettertherapy/core';

type TokenKind = 'prompt' | 'reused' | 'output';

/** Input tokens are all of a prompt, also those that the model had evaluated before. */
const COUNTS: Readonly<Record<TokenKind, readonly SpanCount[]>> = {
  prompt: ['gen_ai.usage.input_tokens'],
  reused: ['gen_ai.usage.input_tokens', 'gen_ai.usage.cache_read.input_tokens'],
  output: ['gen_ai.usage.output_tokens'],
};

/** A model's metrics that also tell the span for which it works what it evaluated. */
export function tracedTokens<Metrics extends { tokens(kind: TokenKind, count: number): void }>(
  metrics: Metrics,
  tracer: Tracer,
): Metrics {
  return {
    ...metrics,
    tokens: (kind: TokenKind, count: number): void => {
      metrics.tokens(kind, count);
      for (const name of COUNTS[kind]) tracer.add(name, count);
    },
  };
}
