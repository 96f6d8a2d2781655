import { type Clock, describeError, type Logger } from '@bettertherapy/core';
import type { Head } from './head.js';

/** A head that the node has is announced within moments; longer means the announcement was skipped. */
const PATIENCE_MS = 5_000;

/** Remembers the newest best block over all sessions and tells listeners of each new one. */
export class HeadHub {
  private readonly listeners = new Set<(head: Head) => void>();
  private newest: { readonly head: Head; readonly atMs: number } | null = null;

  constructor(private readonly parts: { readonly clock: Clock; readonly log: Logger }) {}

  /** Null before the first. */
  get latest(): { readonly head: Head; readonly ageMs: number } | null {
    return this.newest && { head: this.newest.head, ageMs: this.parts.clock.monotonicMs() - this.newest.atMs };
  }

  /** The same block announced again, as after a re-dial, is no news. */
  announce(head: Head): void {
    if (this.newest?.head.hash === head.hash) return;
    this.newest = { head, atMs: this.parts.clock.monotonicMs() };
    for (const listener of this.listeners) {
      try {
        listener(head);
      } catch (error) {
        this.parts.log.error('block listener failed', { block: head.number, error: describeError(error) });
      }
    }
  }

  onHead(listener: (head: Head) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /**
   * Resolves when a head of at least `block` was seen, or after a few seconds without one.
   * @throws the signal's reason.
   */
  async atLeast(block: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if ((this.newest?.head.number ?? -1) >= block) return;
    let cancel: () => void = () => undefined;
    await new Promise<void>((resolve, reject) => {
      const stopHead = this.onHead((head) => {
        if (head.number >= block) resolve();
      });
      const stopTimer = this.parts.clock.after(PATIENCE_MS, resolve);
      const onAbort = (): void => reject(signal.reason);
      signal.addEventListener('abort', onAbort, { once: true });
      cancel = () => {
        stopHead();
        stopTimer();
        signal.removeEventListener('abort', onAbort);
      };
    }).finally(() => cancel());
  }

  clear(): void {
    this.listeners.clear();
  }
}
