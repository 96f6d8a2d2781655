import type { Clock } from './clock.js';

export interface RepeatOptions {
  /** From the end of one turn to the next. */
  readonly everyMs: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Told of a turn that failed; the next comes as usual. */
  readonly failed: (error: unknown) => void;
}

/** Does `work` again and again until the signal aborts, with whose reason it rejects. */
export async function repeat(options: RepeatOptions, work: () => Promise<unknown>): Promise<never> {
  const { everyMs, clock, signal, failed } = options;
  for (;;) {
    try {
      await work();
    } catch (error) {
      signal.throwIfAborted();
      failed(error);
    }
    await clock.sleep(everyMs, signal);
  }
}
