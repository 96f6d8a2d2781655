import { systemClock } from '@bettertherapy/core';

/** Waits until `check` gives true, polling; fails with `what` after ten seconds. */
export async function eventually(what: string, check: () => boolean | Promise<boolean>): Promise<void> {
  const end = systemClock.monotonicMs() + 10_000;
  while (!(await check())) {
    if (systemClock.monotonicMs() > end) throw new Error(`never happened: ${what}`);
    await systemClock.sleep(10);
  }
}
