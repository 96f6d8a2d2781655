import type { Hotkey } from '@bettertherapy/core';
import { and, count, eq, gte, lt } from 'drizzle-orm';
import { strikes } from '../schema/index.js';
import type { Session } from '../session.js';

export type Strike = typeof strikes.$inferSelect;

/** Confirmed cheating. A strike is given once per round and reason. */
export class StrikeRepository {
  constructor(private readonly session: Session) {}

  /** False when that strike was given already. */
  add(strike: Omit<Strike, 'id'>): boolean {
    return this.session.write(
      'strikes.add',
      (tx) => tx.insert(strikes).values(strike).onConflictDoNothing().run().changes === 1,
    );
  }

  /** Strikes of every hotkey since `sinceMs`. */
  countsSince(sinceMs: number): Map<string, number> {
    return this.session.read('strikes.countsSince', (tx) => {
      const rows = tx
        .select({ hotkey: strikes.hotkey, registeredAtBlock: strikes.registeredAtBlock, n: count() })
        .from(strikes)
        .where(gte(strikes.atMs, sinceMs))
        .groupBy(strikes.hotkey, strikes.registeredAtBlock)
        .all();
      return new Map(rows.map((row) => [`${row.hotkey}:${row.registeredAtBlock}`, row.n]));
    });
  }

  of(hotkey: Hotkey, registeredAtBlock: number): Strike[] {
    return this.session.read('strikes.of', (tx) =>
      tx
        .select()
        .from(strikes)
        .where(and(eq(strikes.hotkey, hotkey), eq(strikes.registeredAtBlock, registeredAtBlock)))
        .orderBy(strikes.atMs)
        .all(),
    );
  }

  deleteBefore(beforeMs: number): number {
    return this.session.write(
      'strikes.deleteBefore',
      (tx) => tx.delete(strikes).where(lt(strikes.atMs, beforeMs)).run().changes,
    );
  }
}
