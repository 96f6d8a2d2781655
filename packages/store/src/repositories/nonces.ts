import { type Clock, CodedError } from '@bettertherapy/core';
import { and, count, desc, eq, lt } from 'drizzle-orm';
import { StoreErrorCode } from '../errors.js';
import { nonces } from '../schema/index.js';
import type { Session } from '../session.js';

/** A nonce as the axon's replay protection sees it. */
export interface NonceEntry {
  readonly scheme: 'v10' | 'btauth1';
  /** v10: hotkey and uuid of the sender; btauth1: its hotkey. */
  readonly key: string;
  readonly nonceNs: bigint;
  /** After this the freshness window alone refuses the request and the row may go. */
  readonly expiresAtMs: number;
}

/** Nonces that were used, so that a request cannot be replayed after a restart. */
export class NonceRepository {
  private acceptsLeft = 0;

  constructor(
    private readonly session: Session,
    private readonly clock: Clock,
    /** Live nonces kept at most; an axon's rate limit times its freshness window stays far below. */
    private readonly capacity = 1_000_000,
  ) {}

  /**
   * Commits a nonce before it returns. False when it was used: for v10 anything not above the newest of its key
   * (wire rule), for btauth1 the exact pair.
   * @throws CodedError STORE_NONCES_FULL rather than forget one that could still be replayed.
   */
  accept(entry: NonceEntry): boolean {
    if (this.acceptsLeft === 0) this.makeRoom();
    this.acceptsLeft -= 1;
    const row = { scheme: entry.scheme, key: entry.key, nonce: digits(entry.nonceNs), expiresMs: entry.expiresAtMs };
    return this.session.write('nonces.accept', (tx) => {
      if (entry.scheme === 'v10') {
        const key = and(eq(nonces.scheme, 'v10'), eq(nonces.key, entry.key));
        const last = tx
          .select({ nonce: nonces.nonce, expiresMs: nonces.expiresMs })
          .from(nonces)
          .where(key)
          .orderBy(desc(nonces.nonce))
          .limit(1)
          .get();
        if (last && row.nonce <= last.nonce) return false;
        if (last) row.expiresMs = Math.max(row.expiresMs, last.expiresMs);
        if (last) tx.delete(nonces).where(key).run();
      }
      return tx.insert(nonces).values(row).onConflictDoNothing().run().changes === 1;
    });
  }

  /** The newest v10 nonce of a key, if one is remembered. */
  lastV10(key: string): bigint | null {
    return this.session.read('nonces.lastV10', (tx) => {
      const row = tx
        .select({ nonce: nonces.nonce })
        .from(nonces)
        .where(and(eq(nonces.scheme, 'v10'), eq(nonces.key, key)))
        .orderBy(desc(nonces.nonce))
        .limit(1)
        .get();
      return row ? BigInt(row.nonce) : null;
    });
  }

  /** Forgets up to `limit` nonces that expired before `nowMs`; returns how many. */
  cleanUp(nowMs: number, limit: number): number {
    return this.session.write('nonces.cleanUp', (tx) => {
      const old = tx
        .select()
        .from(nonces)
        .where(lt(nonces.expiresMs, nowMs))
        .orderBy(nonces.expiresMs)
        .limit(limit)
        .all();
      for (const row of old) {
        tx.delete(nonces)
          .where(and(eq(nonces.scheme, row.scheme), eq(nonces.key, row.key), eq(nonces.nonce, row.nonce)))
          .run();
      }
      return old.length;
    });
  }

  private makeRoom(): void {
    let removed = SWEEP_EVERY;
    while (removed === SWEEP_EVERY) removed = this.cleanUp(this.clock.wallMs(), SWEEP_EVERY);
    if (this.count() >= this.capacity) {
      throw new CodedError(StoreErrorCode.NoncesFull, 'the nonce table is full of live entries', {
        remedy: 'Lower the rate of requests that are let in; the entries expire by themselves within minutes.',
        details: { capacity: this.capacity },
      });
    }
    this.acceptsLeft = Math.min(SWEEP_EVERY, this.capacity);
  }

  count(): number {
    return this.session.read('nonces.count', (tx) => tx.select({ n: count() }).from(nonces).get()?.n ?? 0);
  }
}

/** Expired rows are removed, and the bound checked, once in so many accepts. */
const SWEEP_EVERY = 500;

function digits(nonceNs: bigint): string {
  return nonceNs.toString().padStart(20, '0');
}
