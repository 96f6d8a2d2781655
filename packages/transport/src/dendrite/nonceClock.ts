import type { Clock } from '@bettertherapy/core';

/** Unix nanoseconds that strictly increase, also within one millisecond and when the wall clock steps back. */
export class NonceClock {
  private last = 0n;

  constructor(private readonly parts: { readonly clock: Clock }) {}

  next(): bigint {
    const now = BigInt(Math.floor(this.parts.clock.wallMs())) * 1_000_000n;
    this.last = now > this.last ? now : this.last + 1n;
    return this.last;
  }
}
