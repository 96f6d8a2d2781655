import type { CustomBatchingPrioritizationStrategy, PrioritizedBatchItem } from 'node-llama-cpp';

/**
 * One prompt chunk per batch, or all single tokens of running generations together: how a chunk is rounded, and with it
 * a judgement, cannot depend on what else the model is doing. On a CPU larger batches are not faster anyway.
 */
export const oneChunkPerBatch: CustomBatchingPrioritizationStrategy = ({ items, size }) => {
  const ordered = [...items].sort((a, b) => b.evaluationPriority - a.evaluationPriority);
  const first = ordered[0];
  if (first === undefined) return [];
  if (first.tokens.length > 1) return [{ item: first, processAmount: Math.min(size, first.tokens.length) }];
  const batch: PrioritizedBatchItem[] = [];
  for (const item of ordered) {
    if (item.tokens.length === 1 && batch.length < size) batch.push({ item, processAmount: 1 });
  }
  return batch;
};
