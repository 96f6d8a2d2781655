import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Clock, Logger } from '@bettertherapy/core';

/** At the pace of the main network two hours. */
const EVERY_ROUNDS = 12;

/**
 * Moves what lives in the heap together, once in a while and between two rounds, so that the pages between are given back.
 * By itself V8 lets pages that are half empty stay: resident memory would climb for days with nothing leaked. Meanwhile
 * nothing else runs, for about 100 ms, which is too long for every collection and nothing every two hours.
 */
export class HeapCompaction {
  private rounds = 0;

  constructor(private readonly parts: { readonly clock: Clock; readonly log: Logger }) {}

  /** Call it when no answer is waited for. */
  afterRound(): void {
    this.rounds += 1;
    if (this.rounds % EVERY_ROUNDS !== 0) return;
    const { clock, log } = this.parts;
    const startedMs = clock.monotonicMs();
    compactHeap();
    log.debug('heap compacted', { tookMs: Math.round(clock.monotonicMs() - startedMs) });
  }
}

/** One full collection that compacts every page of this thread's heap. */
export function compactHeap(): void {
  setFlagsFromString('--expose-gc');
  // A context that is made with that flag has it; the global object of this one stays as it is.
  const collect = runInNewContext('gc') as () => void;
  setFlagsFromString('--no-expose-gc');
  setFlagsFromString('--compact-on-every-full-gc');
  try {
    collect();
  } finally {
    setFlagsFromString('--no-compact-on-every-full-gc');
  }
}
