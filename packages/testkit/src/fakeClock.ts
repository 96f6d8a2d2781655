import type { Clock } from '@bettertherapy/core';

interface Timer {
  readonly at: number;
  readonly fire: () => void;
}

/** Lets promise callbacks that are due run, so that they can set their timers. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** A clock that stands still until `advance`; wall and monotonic time move together. */
export class FakeClock implements Clock {
  private elapsedMs = 0;
  private timers: Timer[] = [];

  constructor(private startWallMs = 1_750_000_000_000) {}

  wallMs(): number {
    return this.startWallMs + this.elapsedMs;
  }

  monotonicMs(): number {
    return this.elapsedMs;
  }

  /** Moves wall time alone, as an operator or NTP would. */
  jumpWall(ms: number): void {
    this.startWallMs += ms;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason);
        return;
      }
      const cancel = this.after(ms, () => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      });
      function onAbort(): void {
        cancel();
        reject(signal?.reason);
      }
      signal?.addEventListener('abort', onAbort, { once: true });
    });
  }

  after(ms: number, callback: () => void): () => void {
    const timer: Timer = { at: this.elapsedMs + Math.max(0, ms), fire: callback };
    this.timers.push(timer);
    return () => {
      this.timers = this.timers.filter((other) => other !== timer);
    };
  }

  /** Fires what falls due on the way, in order, letting promises settle between. */
  async advance(ms: number): Promise<void> {
    const end = this.elapsedMs + ms;
    await settle();
    for (;;) {
      const next = this.timers.filter((t) => t.at <= end).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.timers = this.timers.filter((t) => t !== next);
      this.elapsedMs = Math.max(this.elapsedMs, next.at);
      next.fire();
      await settle();
    }
    this.elapsedMs = end;
    await settle();
  }
}
