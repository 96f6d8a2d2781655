import type { Clock } from '@bettertherapy/core';

/** Makes a value at most once in `forMs`, so that pages asked for by many do not hold up those who chat. */
export function remembered<T>(forMs: number, clock: Clock, make: () => T): () => T {
  let last: { readonly value: T; readonly atMs: number } | null = null;
  return () => {
    const nowMs = clock.monotonicMs();
    if (last === null || nowMs - last.atMs >= forMs) last = { value: make(), atMs: nowMs };
    return last.value;
  };
}
