import { type Clock, systemClock } from './clock.js';
import { CodedError, CoreErrorCode } from './errors.js';

export interface DeadlineOptions {
  /** What is being waited for, as it should read in the error: "chain metagraph". */
  readonly what: string;
  readonly ms: number;
  readonly signal?: AbortSignal | undefined;
  readonly clock?: Clock;
}

/**
 * Runs `work` with a signal that aborts at the deadline or with the caller's signal, and rejects at that moment
 * even when `work` does not listen.
 * @throws CodedError CORE_DEADLINE_EXCEEDED, or the caller's abort reason.
 */
export async function withDeadline<T>(options: DeadlineOptions, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const clock = options.clock ?? systemClock;
  const controller = new AbortController();
  const outer = options.signal;
  if (outer?.aborted) throw outer.reason;
  const onOuterAbort = (): void => controller.abort(outer?.reason);
  outer?.addEventListener('abort', onOuterAbort, { once: true });
  const cancel = clock.after(options.ms, () =>
    controller.abort(
      new CodedError(CoreErrorCode.DeadlineExceeded, `${options.what} took longer than ${options.ms} ms`, {
        remedy: 'Try again; if it repeats, look at the load of this machine and of the other side.',
        details: { what: options.what, ms: options.ms },
      }),
    ),
  );
  try {
    return await new Promise<T>((resolve, reject) => {
      controller.signal.addEventListener('abort', () => reject(controller.signal.reason), { once: true });
      work(controller.signal).then(resolve, reject);
    });
  } finally {
    cancel();
    outer?.removeEventListener('abort', onOuterAbort);
  }
}
