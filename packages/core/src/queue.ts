import { CodedError, CoreErrorCode } from './errors.js';

interface Waiter {
  readonly priority: number;
  readonly order: number;
  readonly start: () => void;
}

/**
 * Runs at most `concurrency` jobs at once and keeps at most `capacity` waiting, highest priority first,
 * oldest first among equals. A waiting job whose signal aborts leaves the queue.
 */
export class BoundedQueue {
  private readonly waiting: Waiter[] = [];
  private running = 0;
  private order = 0;

  constructor(private readonly options: { readonly concurrency: number; readonly capacity: number }) {}

  get depth(): number {
    return this.waiting.length;
  }

  get active(): number {
    return this.running;
  }

  /** True when a job offered now would be refused. */
  get full(): boolean {
    return this.running >= this.options.concurrency && this.waiting.length >= this.options.capacity;
  }

  /** @throws CodedError CORE_QUEUE_FULL at once when full; the signal's reason when aborted while waiting. */
  async run<T>(
    job: () => Promise<T>,
    at: { readonly priority?: number; readonly signal?: AbortSignal } = {},
  ): Promise<T> {
    at.signal?.throwIfAborted();
    if (this.running >= this.options.concurrency) {
      if (this.full) {
        throw new CodedError(CoreErrorCode.QueueFull, 'queue is full', {
          remedy: 'Try again later, or raise the queue or slot setting.',
          details: { capacity: this.options.capacity },
        });
      }
      await this.turn(at.priority ?? 0, at.signal);
    } else {
      this.running += 1;
    }
    try {
      return await job();
    } finally {
      this.release();
    }
  }

  private turn(priority: number, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        priority,
        order: this.order++,
        start: () => {
          signal?.removeEventListener('abort', onAbort);
          resolve();
        },
      };
      const onAbort = (): void => {
        const at = this.waiting.indexOf(waiter);
        if (at >= 0) this.waiting.splice(at, 1);
        reject(signal?.reason);
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      const at = this.waiting.findIndex((w) => w.priority < priority);
      if (at < 0) this.waiting.push(waiter);
      else this.waiting.splice(at, 0, waiter);
    });
  }

  /** Hands the slot to the next waiter, so `running` only drops when nobody waits. */
  private release(): void {
    const next = this.waiting.shift();
    if (next) next.start();
    else this.running -= 1;
  }
}
