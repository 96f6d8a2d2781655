import { type Clock, CodedError, noTracer, type Tracer } from '@bettertherapy/core';
import Database from 'better-sqlite3';
import { type BetterSQLite3Database, drizzle } from 'drizzle-orm/better-sqlite3';
import type { Sqlite } from './connection.js';
import { StoreErrorCode } from './errors.js';
import * as tables from './schema/index.js';

export type Orm = BetterSQLite3Database<typeof tables>;
/** What a repository method works on: one transaction. */
export type Tx = Parameters<Parameters<Orm['transaction']>[0]>[0];

export interface StoreMetrics {
  /** A transaction has committed; `took` in milliseconds. */
  transactionCommitted(name: string, tookMs: number): void;
}

/**
 * Runs each repository method as one transaction: writes take the write lock at once, reads see one snapshot. A write
 * without room on the disk is undone and fails with STORE_DISK_FULL.
 */
export class Session {
  private readonly orm: Orm;
  private readonly tracer: Tracer;

  constructor(
    db: Sqlite,
    private readonly parts: {
      readonly clock: Clock;
      readonly metrics: StoreMetrics | null;
      /** Told of every transaction that the disk had no room for. */
      readonly diskFull?: (() => void) | undefined;
      readonly tracer?: Tracer | undefined;
    },
  ) {
    this.tracer = parts.tracer ?? noTracer;
    this.orm = drizzle(db, { schema: tables });
  }

  write<T>(name: string, work: (tx: Tx) => T): T {
    const attributes = { 'db.system.name': 'sqlite', 'db.operation.name': name };
    return this.tracer.span(`store ${name}`, { partOnly: true, attributes }, () => this.run(name, 'immediate', work));
  }

  read<T>(name: string, work: (tx: Tx) => T): T {
    return this.run(name, 'deferred', work);
  }

  private run<T>(name: string, behavior: 'immediate' | 'deferred', work: (tx: Tx) => T): T {
    const startedMs = this.parts.clock.monotonicMs();
    const result = this.attempt(name, () => this.orm.transaction(work, { behavior }));
    this.parts.metrics?.transactionCommitted(name, this.parts.clock.monotonicMs() - startedMs);
    return result;
  }
  private attempt<T>(name: string, work: () => T): T {
    try {
      return work();
    } catch (cause) {
      if (!isDiskFull(cause)) throw cause;
      this.parts.diskFull?.();
      throw new CodedError(StoreErrorCode.DiskFull, 'the disk has no room for what has to be written', {
        remedy: 'Make room where --data.dir lies; what was refused is tried again.',
        details: { transaction: name },
        cause,
      });
    }
  }
}

/** SQLite's own word for it, and what it says when the index of its log cannot grow. The query builder wraps errors. */
function isDiskFull(error: unknown): boolean {
  if (error instanceof Database.SqliteError) {
    return error.code === 'SQLITE_FULL' || error.code === 'SQLITE_IOERR_SHMSIZE';
  }
  return error instanceof Error && error.cause !== undefined && isDiskFull(error.cause);
}
