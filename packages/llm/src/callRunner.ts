import { BoundedQueue, type Clock, CoreErrorCode, hasCode, withDeadline } from '@bettertherapy/core';
import { LlmErrorCode, llmError } from './errors.js';
import { EventStream } from './eventStream.js';
import type { CallOptions, ChatEvent, ChatResult, ModelCall, ModelMetrics } from './languageModel.js';

export interface CallRunnerOptions {
  /** Calls at once. */
  readonly concurrency: number;
  /** Calls that may wait; more are refused with LLM_OVERLOADED. */
  readonly capacity: number;
  /** Deadline of a call that names none. */
  readonly defaultDeadlineMs: number;
}

/** What all backends do around a call: the bounded queue by priority, the deadline, the metrics, the stream. */
export class CallRunner {
  private readonly queue: BoundedQueue;
  private closed = false;

  constructor(
    private readonly options: CallRunnerOptions,
    private readonly parts: { readonly clock: Clock; readonly metrics: ModelMetrics | null },
  ) {
    this.queue = new BoundedQueue({ concurrency: options.concurrency, capacity: options.capacity });
  }

  /** No more calls from now on. */
  close(): void {
    this.closed = true;
  }

  /** @throws CodedError LLM_OVERLOADED, LLM_CLOSED, CORE_DEADLINE_EXCEEDED, or what `work` throws. */
  async run<T>(call: ModelCall, options: CallOptions, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    if (this.closed) throw llmError(LlmErrorCode.Closed, 'the model was closed', { remedy: 'Open it again.' });
    const { clock, metrics } = this.parts;
    const startedMs = clock.monotonicMs();
    const priority = options.priority ?? 0;
    const bound = {
      what: `model ${call}`,
      ms: options.deadlineMs ?? this.options.defaultDeadlineMs,
      signal: options.signal,
      clock,
    };
    try {
      const result = await withDeadline(bound, (signal) => {
        const queued = this.queue.run(() => work(signal), { priority, signal });
        metrics?.queueDepth(this.queue.depth);
        return queued;
      });
      metrics?.callFinished(call, 'ok', clock.monotonicMs() - startedMs);
      return result;
    } catch (error) {
      const aborted = options.signal?.aborted === true;
      metrics?.callFinished(call, aborted ? 'aborted' : 'error', clock.monotonicMs() - startedMs);
      if (!hasCode(error, CoreErrorCode.QueueFull)) throw error;
      throw llmError(LlmErrorCode.Overloaded, 'the model has no free slot and its queue is full', {
        remedy: 'Try again a little later, raise --model.slots, or send less.',
        details: { waiting: this.queue.depth, running: this.queue.active },
        cause: error,
      });
    } finally {
      metrics?.queueDepth(this.queue.depth);
    }
  }

  /** A chat as a stream of events; leaving the loop early aborts the call. */
  async *stream(
    options: CallOptions,
    work: (signal: AbortSignal, onText: (text: string) => void) => Promise<ChatResult>,
  ): AsyncGenerator<ChatEvent> {
    const events = new EventStream<ChatEvent>();
    const left = new AbortController();
    const onAbort = (): void => left.abort(options.signal?.reason);
    if (options.signal?.aborted) onAbort();
    options.signal?.addEventListener('abort', onAbort, { once: true });
    this.run('chat', { ...options, signal: left.signal }, (signal) =>
      work(signal, (text) => events.push({ type: 'text', text })),
    ).then(
      (result) => {
        events.push({ type: 'done', result });
        events.end();
      },
      (error: unknown) => events.fail(error),
    );
    try {
      yield* events;
    } finally {
      options.signal?.removeEventListener('abort', onAbort);
      left.abort(new DOMException('The reader of the answer left.', 'AbortError'));
    }
  }
}
