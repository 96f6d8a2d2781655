import { and, count, desc, eq, lt } from 'drizzle-orm';
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
  constructor(private readonly session: Session) {}

  /**
   * Commits a nonce before it returns. False when it was used: for v10 anything not above the newest of its key
   * (wire rule), for btauth1 the exact pair.
   */
  accept(entry: NonceEntry): boolean {
    const row = { scheme: entry.scheme, key: entry.key, nonce: digits(entry.nonceNs), expiresMs: entry.expiresAtMs };
    return this.session.write('nonces.accept', (tx) => {
      if (entry.scheme === 'v10') {
        const key = and(eq(nonces.scheme, 'v10'), eq(nonces.key, entry.key));
        const last = tx
          .select({ nonce: nonces.nonce })
          .from(nonces)
          .where(key)
          .orderBy(desc(nonces.nonce))
          .limit(1)
          .get();
        if (last && row.nonce <= last.nonce) return false;
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

  count(): number {
    return this.session.read('nonces.count', (tx) => tx.select({ n: count() }).from(nonces).get()?.n ?? 0);
  }
}

function digits(nonceNs: bigint): string {
  return nonceNs.toString().padStart(20, '0');
}
