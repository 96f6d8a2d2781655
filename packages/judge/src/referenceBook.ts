import type { ReferenceMemory, ReferenceValues } from './judgement.js';
import { type Question, questionSha256 } from './question.js';

/** Questions whose values are kept in this process. */
const KEPT = 512;

/** Values of references, evaluated once per question and version: here, and in `memory` across restarts. */
export class ReferenceBook {
  private readonly kept = new Map<string, Promise<ReferenceValues>>();

  constructor(
    private readonly memory: ReferenceMemory | null,
    private readonly evaluate: (question: Question, signal: AbortSignal | undefined) => Promise<ReferenceValues>,
  ) {}

  /** Whoever asks while a question is being evaluated waits for that one; a failed evaluation is not kept. */
  async valuesOf(question: Question, signal: AbortSignal | undefined): Promise<ReferenceValues> {
    const key = questionSha256(question);
    const values = await this.recall(key, question, signal);
    this.memory?.use(key, values);
    return values;
  }

  private recall(key: string, question: Question, signal: AbortSignal | undefined): Promise<ReferenceValues> {
    const known = this.kept.get(key);
    if (known) return known;
    const held = this.memory?.get(key) ?? null;
    const fresh = held ? Promise.resolve(held) : this.evaluate(question, signal);
    this.kept.set(key, fresh);
    fresh.catch(() => this.kept.delete(key));
    const oldest = this.kept.keys().next();
    if (this.kept.size > KEPT && oldest.value !== undefined) this.kept.delete(oldest.value);
    return fresh;
  }
}
