import type { BatchItem, Token } from 'node-llama-cpp';
import { describe, expect, it } from 'vitest';
import { oneChunkPerBatch } from '../../../../src/llama/worker/batching.js';

const item = (length: number, evaluationPriority: 1 | 5 = 5): BatchItem => ({
  // Token numbers are branded by the library; only their count matters here.
  tokens: Array.from({ length }, (_, i) => i as Token),
  logits: [],
  evaluationPriority,
});

describe('what goes into one batch', () => {
  it('is a prompt chunk alone, so that neighbours cannot change its rounding', () => {
    const chunk = item(100);
    expect(oneChunkPerBatch({ items: [chunk, item(1), item(50)], size: 128 })).toEqual([
      { item: chunk, processAmount: 100 },
    ]);
  });

  it('is at most what fits', () => {
    expect(oneChunkPerBatch({ items: [item(300)], size: 128 })[0]?.processAmount).toBe(128);
  });

  it('is all single tokens together', () => {
    const [a, b] = [item(1), item(1)];
    const batch = oneChunkPerBatch({ items: [a, item(50), b], size: 128 });
    expect(batch.map((entry) => entry.item)).toEqual([a, b]);
  });

  it('begins with the highest priority', () => {
    const urgent = item(40, 5);
    expect(oneChunkPerBatch({ items: [item(1, 1), urgent], size: 128 })).toEqual([{ item: urgent, processAmount: 40 }]);
  });

  it('is nothing when nothing waits', () => {
    expect(oneChunkPerBatch({ items: [], size: 128 })).toEqual([]);
  });
});
