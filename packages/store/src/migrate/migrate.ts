import { chmodSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Clock, CodedError, describeError, type Logger, silentLogger, systemClock } from '@bettertherapy/core';
import { APPLICATION_ID, connect, type Sqlite } from '../connection.js';
import { StoreErrorCode } from '../errors.js';
import { OwnerLock } from '../lock.js';
import { type MigrationFile, readMigrations } from './files.js';
import { appliedMigrations, pendingMigrations } from './status.js';

export interface MigrateOptions {
  readonly file: string;
  readonly migrationsDir: string;
  /** Copy the database away before changing one that holds data. Default true. */
  readonly backup?: boolean | undefined;
  /** Stop after this number; for tests that carry rows across one migration. */
  readonly upTo?: number | undefined;
}

export interface MigrateReport {
  /** Names of the migrations applied now, in order. */
  readonly applied: readonly string[];
  /** The number the database stands at. */
  readonly version: number;
  readonly backupFile: string | null;
}

/**
 * Brings a database to the newest migration, creating it when absent: each file in a transaction of its own with foreign keys off,
 * checked by `foreign_key_check` before it commits. A failing file leaves the database as it was before that file.
 * @throws CodedError STORE_LOCKED when a daemon has it open, STORE_MIGRATION_*, STORE_SCHEMA_NEWER, STORE_NOT_OURS
 */
export function migrate(
  options: MigrateOptions,
  parts: { readonly clock?: Clock | undefined; readonly log?: Logger | undefined } = {},
): MigrateReport {
  const clock = parts.clock ?? systemClock;
  const log = parts.log ?? silentLogger;
  const files = readMigrations(options.migrationsDir);
  mkdirSync(dirname(options.file), { recursive: true });
  const lock = OwnerLock.take({ file: options.file, owner: 'migrate' }, { clock });
  try {
    const db = connect({ file: options.file, mode: 'create' });
    try {
      keepPrivate(options.file, log);
      const before = appliedMigrations(db);
      const pending = pendingMigrations(before, files).filter((file) => file.number <= (options.upTo ?? Infinity));
      const backupFile =
        pending.length > 0 && options.backup !== false ? backUp(db, options.file, before.length, { clock, log }) : null;
      for (const file of pending) {
        apply(db, file, clock.wallMs());
        log.info('migration applied', { name: file.name });
      }
      return {
        applied: pending.map((file) => file.name),
        version: pending.at(-1)?.number ?? before.at(-1)?.number ?? 0,
        backupFile,
      };
    } finally {
      db.close();
    }
  } finally {
    lock.release();
  }
}

function apply(db: Sqlite, file: MigrationFile, nowMs: number): void {
  // SQLite ignores this pragma inside a transaction, so it is set around it.
  db.pragma('foreign_keys = OFF');
  db.exec('BEGIN IMMEDIATE');
  try {
    db.pragma(`application_id = ${APPLICATION_ID}`);
    db.exec(
      'CREATE TABLE IF NOT EXISTS schema_migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL, sha256 TEXT NOT NULL, applied_ms INTEGER NOT NULL) STRICT',
    );
    db.exec(file.sql);
    if (!db.inTransaction) throw new Error('the file ends the transaction it runs in');
    const broken = db.pragma('foreign_key_check');
    if (Array.isArray(broken) && broken.length > 0)
      throw new Error(`${broken.length} rows point at nothing afterwards`);
    db.prepare('INSERT INTO schema_migrations (number, name, sha256, applied_ms) VALUES (?, ?, ?, ?)').run(
      file.number,
      file.name,
      file.sha256,
      nowMs,
    );
    db.exec('COMMIT');
  } catch (cause) {
    if (db.inTransaction) db.exec('ROLLBACK');
    throw new CodedError(StoreErrorCode.MigrationFailed, `${file.name} failed and was rolled back`, {
      remedy: 'Nothing was changed by it. Report it; the backup beside the database is from before this run.',
      details: { file: file.name },
      cause,
    });
  } finally {
    db.pragma('foreign_keys = ON');
  }
}

/** A consistent copy beside the database, or null when there is nothing in it yet. */
function backUp(
  db: Sqlite,
  file: string,
  version: number,
  { clock, log }: { readonly clock: Clock; readonly log: Logger },
): string | null {
  if (version === 0) return null;
  const target = `${file}.before-${String(version + 1).padStart(4, '0')}-${clock.wallMs()}.sqlite`;
  db.prepare('VACUUM INTO ?').run(target);
  keepPrivate(target, log);
  return target;
}

/** Questions, answers and the round secret are for the daemon's user alone; SQLite's side files take over the mode. */
function keepPrivate(file: string, log: Logger): void {
  try {
    chmodSync(file, 0o600);
  } catch (error) {
    // Somebody else's file, or a file system without modes: no reason not to work.
    log.warn('the database may be readable by others', { file, error: describeError(error) });
  }
}
