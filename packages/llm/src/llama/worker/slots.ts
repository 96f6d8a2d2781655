import type { LlamaContextSequence, Token } from 'node-llama-cpp';
import { Cancelled } from './cancelled.js';
import { type EvaluationPlan, reusableTokens } from './evaluationPlan.js';

const NOTHING: EvaluationPlan = { tokens: [], borders: [] };

/** One sequence of the context and what its cache holds. */
export class Slot {
  busy = false;
  lastUsed = 0;
  /** What was evaluated as planned; generated tokens behind it are not counted on. */
  evaluated: EvaluationPlan = NOTHING;

  constructor(readonly sequence: LlamaContextSequence) {}

  /** Drops everything behind `keep` tokens from the cache. */
  async rewind(keep: number): Promise<void> {
    const { tokens, borders } = this.evaluated;
    this.evaluated = { tokens: tokens.slice(0, keep), borders: borders.filter((border) => border <= keep) };
    const end = this.sequence.nextTokenIndex;
    if (end > keep) await this.sequence.eraseContextTokenRanges([{ start: keep, end }]);
  }

  /** Notes that `piece` was evaluated up to `border`. */
  noteEvaluated(piece: readonly Token[], border: number): void {
    this.evaluated = {
      tokens: [...this.evaluated.tokens, ...piece],
      borders: [...this.evaluated.borders, border],
    };
  }

  /** Forgets the cache after a failed evaluation, whose effect on it is unknown. */
  async forget(): Promise<void> {
    this.evaluated = NOTHING;
    await this.sequence.clearHistory();
  }
}

/** The sequences of one context; hands out the free one whose cache saves the most, or else the longest unused. */
export class SlotPool {
  private readonly slots: Slot[];
  private readonly waiting: (() => void)[] = [];
  private uses = 0;

  constructor(sequences: readonly LlamaContextSequence[]) {
    this.slots = sequences.map((sequence) => new Slot(sequence));
  }

  /** Runs `work` on a slot rewound to what it shares with `plan`. The parent never sends more calls than there are slots, so waiting is short. */
  async use<T>(plan: EvaluationPlan, work: (slot: Slot, reused: number) => Promise<T>): Promise<T> {
    let slot = this.pick(plan);
    while (slot === null) {
      await new Promise<void>((resolve) => this.waiting.push(resolve));
      slot = this.pick(plan);
    }
    slot.busy = true;
    this.uses += 1;
    slot.lastUsed = this.uses;
    try {
      const reused = reusableTokens(slot.evaluated, plan);
      await slot.rewind(reused);
      return await work(slot, reused);
    } catch (error) {
      if (!(error instanceof Cancelled)) await slot.forget();
      throw error;
    } finally {
      slot.busy = false;
      this.waiting.shift()?.();
    }
  }

  private pick(plan: EvaluationPlan): Slot | null {
    let best: Slot | null = null;
    let bestSaving = -1;
    for (const slot of this.slots) {
      if (slot.busy) continue;
      const saving = reusableTokens(slot.evaluated, plan);
      if (best === null || saving > bestSaving || (saving === bestSaving && slot.lastUsed < best.lastUsed)) {
        best = slot;
        bestSaving = saving;
      }
    }
    return best;
  }
}
