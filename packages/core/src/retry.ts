import { type Clock, systemClock } from './clock.js';

export interface RetryOptions {
  /** Tries in all, the first included. */
  readonly attempts: number;
  readonly firstDelayMs: number;
  readonly maxDelayMs: number;
  readonly signal?: AbortSignal | undefined;
  readonly clock?: Clock;
  /** 0..1, for jitter. */
  readonly random?: () => number;
  /** False ends the retries at once. Default: everything is worth another try. */
  readonly retryable?: (error: unknown) => boolean;
  readonly onRetry?: (error: unknown, attempt: number, delayMs: number) => void;
}

/** Exponential backoff with full jitter over the upper half of each delay. */
export function backoffDelayMs(attempt: number, firstDelayMs: number, maxDelayMs: number, random: number): number {
  const full = Math.min(maxDelayMs, firstDelayMs * 2 ** Math.max(0, attempt - 1));
  return full / 2 + (full / 2) * random;
}

/** Runs `work` until it resolves or the budget is spent; then rejects with the last error. */
export async function retry<T>(options: RetryOptions, work: (attempt: number) => Promise<T>): Promise<T> {
  const clock = options.clock ?? systemClock;
  const random = options.random ?? Math.random;
  for (let attempt = 1; ; attempt += 1) {
    options.signal?.throwIfAborted();
    try {
      return await work(attempt);
    } catch (error) {
      const last = attempt >= options.attempts || options.signal?.aborted || options.retryable?.(error) === false;
      if (last) throw error;
      const delayMs = backoffDelayMs(attempt, options.firstDelayMs, options.maxDelayMs, random());
      options.onRetry?.(error, attempt, delayMs);
      await clock.sleep(delayMs, options.signal);
    }
  }
}
