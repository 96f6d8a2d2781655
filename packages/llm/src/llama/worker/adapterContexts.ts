import type { LlamaContext } from 'node-llama-cpp';
import { readAdapter } from '../../adapters/adapterFile.js';
import { type BaseModel, requireFittingBase, requireNamedBase } from '../../adapters/baseModel.js';
import { LlmErrorCode, llmError } from '../../errors.js';
import type { AdapterUse } from '../../languageModel.js';
import type { ModelSession } from './modelSession.js';

/** An adapter with its context. */
interface Held {
  readonly ready: Promise<OpenAdapter>;
  /** Calls on it now; only one without any may go. */
  calls: number;
  /** Known once it is open. */
  bytes: number;
}

interface OpenAdapter {
  readonly session: ModelSession;
  readonly context: LlamaContext;
}

export interface AdapterContextParts {
  readonly base: BaseModel;
  /** A context like the base's with this file laid over the model. */
  readonly open: (file: string, scale: number) => Promise<OpenAdapter>;
  /** @throws CodedError LLM_INSUFFICIENT_MEMORY when one more context and so many bytes do not fit */
  readonly requireRoom: (adapterBytes: number) => Promise<void>;
}

/**
 * The contexts of adapters: made on first use, kept while there is room, and the one not used for longest goes. The
 * library keeps an adapter's weights until the model goes, so a context made again costs no reading; what has piled up
 * counts as growth of the process, which is replaced when that becomes too much.
 */
export class AdapterContexts {
  /** Least recently used first. */
  private readonly held = new Map<string, Held>();
  /** The library knows adapters by path: a file that was replaced would silently stay the old one. */
  private readonly loaded = new Map<string, string>();
  private readonly waiting = new Set<() => void>();

  constructor(
    private readonly options: { readonly most: number },
    private readonly parts: AdapterContextParts,
  ) {}

  get bytes(): number {
    return [...this.held.values()].reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** How many adapters have a context. */
  get size(): number {
    return this.held.size;
  }

  /**
   * Runs `work` with the adapter laid over the model.
   * @throws CodedError LLM_ADAPTER_INVALID, LLM_ADAPTER_MISMATCH, LLM_ADAPTER_WRONG_BASE, LLM_INSUFFICIENT_MEMORY
   */
  async use<T>(adapter: AdapterUse, signal: AbortSignal, work: (session: ModelSession) => Promise<T>): Promise<T> {
    // Of every call: two publishers may say different things of one file.
    requireNamedBase(adapter.baseModel, this.parts.base);
    const key = `${adapter.sha256} ${adapter.scale ?? 1}`;
    const held = await this.take(key, adapter, signal);
    try {
      const { session } = await held.ready;
      return await work(session);
    } finally {
      held.calls -= 1;
      for (const wake of this.waiting) wake();
    }
  }

  private async take(key: string, adapter: AdapterUse, signal: AbortSignal): Promise<Held> {
    for (;;) {
      signal.throwIfAborted();
      const known = this.held.get(key);
      if (known !== undefined) {
        known.calls += 1;
        this.held.delete(key);
        this.held.set(key, known);
        return known;
      }
      if (this.held.size < this.options.most) return this.begin(key, adapter);
      if (!(await this.letGoOldest())) await this.change(signal);
    }
  }

  private begin(key: string, adapter: AdapterUse): Held {
    const held: Held = { calls: 1, bytes: 0, ready: this.open(adapter, (bytes) => (held.bytes = bytes)) };
    this.held.set(key, held);
    held.ready.catch(() => {
      // Whoever waits for it gets the error from `use`; the next call begins anew.
      if (this.held.get(key) === held) this.held.delete(key);
    });
    return held;
  }

  private async open(adapter: AdapterUse, noteBytes: (bytes: number) => void): Promise<OpenAdapter> {
    const { file, sha256, scale = 1 } = adapter;
    if (file === null || !Number.isFinite(scale)) {
      throw llmError(LlmErrorCode.BadRequest, 'an adapter needs a file and a scale that is a number', {
        remedy: 'Name the file of the adapter.',
      });
    }
    const before = this.loaded.get(file);
    if (before !== undefined && before !== sha256) {
      throw llmError(LlmErrorCode.AdapterMismatch, 'the file of the adapter was replaced after it had been loaded', {
        remedy: 'Give the new adapter a file name of its own, or restart.',
        details: { sha256, loaded: before },
      });
    }
    const facts = await readAdapter(file);
    requireFittingBase(facts, this.parts.base);
    await this.makeRoom(facts.bytes);
    this.loaded.set(file, sha256);
    const opened = await this.parts.open(file, scale);
    const { ram, vram } = opened.context.memoryUsage;
    noteBytes(ram + vram + facts.bytes);
    return opened;
  }

  private async makeRoom(adapterBytes: number): Promise<void> {
    for (;;) {
      try {
        await this.parts.requireRoom(adapterBytes);
        return;
      } catch (error) {
        if (!(await this.letGoOldest())) throw error;
      }
    }
  }

  /** False when every context is in use. */
  private async letGoOldest(): Promise<boolean> {
    for (const [key, held] of this.held) {
      if (held.calls > 0) continue;
      this.held.delete(key);
      await (await held.ready).context.dispose();
      return true;
    }
    return false;
  }

  /** Resolves when a call on an adapter has ended. */
  private change(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const end = (): void => {
        this.waiting.delete(end);
        signal.removeEventListener('abort', end);
        if (signal.aborted) reject(signal.reason);
        else resolve();
      };
      this.waiting.add(end);
      signal.addEventListener('abort', end, { once: true });
    });
  }
}
