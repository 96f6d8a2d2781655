import type { Clock } from '@bettertherapy/core';
import { parse, type Runtime } from '../runtime/index.js';
import type { Head } from './head.js';

/** Block time of the main network, for a runtime that does not say. */
const USUAL_BLOCK_TIME_MS = 12_000;
/** A silent socket is dropped after this many block times… */
const STALL_BLOCKS = 5;
/** …but never sooner than this: on fast chains a busy machine may skip a few seconds. */
const STALL_FLOOR_MS = 10_000;
/** Ancestors kept: enough to anchor an extrinsic a few blocks behind the tip. */
const KEPT_HEADS = 16;

/**
 * How long a chain may be silent: five block times, at least 10 s. That is 60 s on a chain with 12 s blocks.
 */
export function stallMs(blockTimeMs: number): number {
  return Math.max(STALL_FLOOR_MS, STALL_BLOCKS * blockTimeMs);
}

/** Block time in ms from `Aura.SlotDuration`, else twice `Timestamp.MinimumPeriod`, else 12 s. */
export function blockTimeMs(runtime: Runtime): number {
  const slot = runtime.constant('Aura', 'SlotDuration');
  if (slot !== null) return Math.max(1, parse.intOf(slot, 'Aura.SlotDuration'));
  const minimum = runtime.constant('Timestamp', 'MinimumPeriod');
  if (minimum !== null) return Math.max(1, 2 * parse.intOf(minimum, 'Timestamp.MinimumPeriod'));
  return USUAL_BLOCK_TIME_MS;
}

/** The best block seen last, when it came, and its nearest ancestors by number. */
export class HeadTrail {
  private readonly hashes = new Map<number, string>();
  private newest: { readonly head: Head; readonly atMs: number };

  constructor(
    first: Head,
    private readonly clock: Clock,
  ) {
    this.newest = { head: first, atMs: clock.monotonicMs() };
    this.keep(first);
  }

  get head(): Head {
    return this.newest.head;
  }

  /** Time since the newest head arrived. */
  get ageMs(): number {
    return this.clock.monotonicMs() - this.newest.atMs;
  }

  /** Takes a new best head; a re-organised branch replaces what was kept above it. */
  push(head: Head): void {
    this.newest = { head, atMs: this.clock.monotonicMs() };
    for (const number of this.hashes.keys()) {
      if (number > head.number || number <= head.number - KEPT_HEADS) this.hashes.delete(number);
    }
    if (this.hashes.get(head.number - 1) !== head.parentHash) this.hashes.clear();
    this.keep(head);
  }

  /** The known ancestor that is `depth` blocks behind the tip, or the oldest known one after it. */
  ancestor(depth: number): { readonly number: number; readonly hash: string } {
    const { head } = this.newest;
    for (let number = Math.max(0, head.number - depth); number < head.number; number += 1) {
      const hash = this.hashes.get(number);
      if (hash !== undefined) return { number, hash };
    }
    return head;
  }

  private keep(head: Head): void {
    this.hashes.set(head.number, head.hash);
    if (head.number > 0) this.hashes.set(head.number - 1, head.parentHash);
  }
}
