import { describeError, systemClock } from '@bettertherapy/core';

/**
 * Polls until `check` neither throws nor returns false/null/undefined, and returns what it returned.
 * @throws Error with the last failure once `deadlineMs` (10 s unless said) is over.
 */
export async function eventually<T>(
  what: string,
  check: () => T | Promise<T>,
  options: { readonly deadlineMs?: number; readonly everyMs?: number } = {},
): Promise<NonNullable<T>> {
  const endsAt = systemClock.monotonicMs() + (options.deadlineMs ?? 10_000);
  let last = 'it never held';
  for (;;) {
    try {
      const value = await check();
      if (value !== false && value !== null && value !== undefined) return value;
    } catch (error) {
      last = describeError(error);
    }
    if (systemClock.monotonicMs() >= endsAt) throw new Error(`waited in vain for ${what}: ${last}`);
    await systemClock.sleep(options.everyMs ?? 25);
  }
}
