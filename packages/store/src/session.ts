import type { Clock } from '@bettertherapy/core';
import { type BetterSQLite3Database, drizzle } from 'drizzle-orm/better-sqlite3';
import type { Sqlite } from './connection.js';
import * as tables from './schema/index.js';

export type Orm = BetterSQLite3Database<typeof tables>;
/** What a repository method works on: one transaction. */
export type Tx = Parameters<Parameters<Orm['transaction']>[0]>[0];

export interface StoreMetrics {
  /** A transaction has committed; `took` in milliseconds. */
  transactionCommitted(name: string, tookMs: number): void;
}

/** Runs each repository method as one transaction: writes take the write lock at once, reads see one snapshot. */
export class Session {
  private readonly orm: Orm;

  constructor(
    db: Sqlite,
    private readonly parts: { readonly clock: Clock; readonly metrics: StoreMetrics | null },
  ) {
    this.orm = drizzle(db, { schema: tables });
  }

  write<T>(name: string, work: (tx: Tx) => T): T {
    return this.run(name, 'immediate', work);
  }

  read<T>(name: string, work: (tx: Tx) => T): T {
    return this.run(name, 'deferred', work);
  }

  private run<T>(name: string, behavior: 'immediate' | 'deferred', work: (tx: Tx) => T): T {
    const startedMs = this.parts.clock.monotonicMs();
    const result = this.orm.transaction(work, { behavior });
    this.parts.metrics?.transactionCommitted(name, this.parts.clock.monotonicMs() - startedMs);
    return result;
  }
}
