import type { SpanCount, Tracer } from '@bettertherapy/core';

type TokenKind = 'prompt' | 'reused' | 'output';

const COUNTS: Readonly<Record<TokenKind, SpanCount>> = {
  prompt: 'gen_ai.usage.input_tokens',
  reused: 'bt.model.reused_tokens',
  output: 'gen_ai.usage.output_tokens',
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
      tracer.add(COUNTS[kind], count);
    },
  };
}
