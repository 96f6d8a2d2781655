import type { LlamaEmbeddingContext } from 'node-llama-cpp';
import { LlmErrorCode, llmError } from '../../errors.js';
import { normalise } from '../../normalise.js';
import type { WorkerResultOf } from '../messages.js';
import type { ModelSession } from './modelSession.js';

/** A vector is made of one text in one batch, so this also bounds the batch's memory. */
const LONGEST_TEXT_TOKENS = 2048;

/** Embeddings of one model; its context is made on first use. Vectors of a chat model are those of its last token. */
export class Embedder {
  private context: Promise<LlamaEmbeddingContext> | null = null;

  constructor(private readonly session: ModelSession) {}

  async call(texts: readonly string[], signal: AbortSignal): Promise<WorkerResultOf<'embed'>> {
    const context = await this.open();
    const vectors: Float32Array<ArrayBuffer>[] = [];
    let tokens = 0;
    for (const text of texts) {
      signal.throwIfAborted();
      const length = context.calculateInputLength(text);
      if (length === 0) {
        throw llmError(LlmErrorCode.BadRequest, 'an empty text has no embedding', { remedy: 'Leave empty texts out.' });
      }
      if (length >= this.longest) {
        throw llmError(
          LlmErrorCode.ContextExceeded,
          `${length} tokens do not fit the ${this.longest} of an embedding`,
          {
            remedy: 'Split the text.',
            details: { promptTokens: length, contextTokens: this.longest },
          },
        );
      }
      tokens += length;
      vectors.push(normalise((await context.getEmbeddingFor(text)).vector));
      this.session.progressed();
    }
    return { kind: 'embed', vectors, use: { prompt: tokens, reused: 0, output: 0 } };
  }

  private get longest(): number {
    return Math.min(LONGEST_TEXT_TOKENS, this.session.contextTokens);
  }

  private open(): Promise<LlamaEmbeddingContext> {
    this.context ??= this.session.model.createEmbeddingContext({
      contextSize: this.longest,
      batchSize: this.longest,
      threads: this.session.threads,
    });
    return this.context;
  }
}
