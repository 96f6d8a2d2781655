import { existsSync } from 'node:fs';
import { CodedError } from '@bettertherapy/core';
import Database from 'better-sqlite3';
import { StoreErrorCode } from './errors.js';

export type Sqlite = Database.Database;

/** Marks our files in SQLite's own header ("BTth"), so that no other application's database is ever migrated. */
export const APPLICATION_ID = 0x42547468;

/** How long a statement waits for another connection's write (a running `pnpm migrate` or backup). */
const BUSY_TIMEOUT_MS = 5_000;

export interface ConnectionOptions {
  readonly file: string;
  readonly mode: 'write' | 'read' | 'create';
}

/**
 * Pages of the database that a connection keeps in memory. The system keeps them too; SQLite's own 16,000 KiB for each connection
 * only make a daemon grow for as long as its database does.
 */
const CACHE_KIB = 4_000;

/**
 * Opens one SQLite connection the way all of ours are: WAL, foreign keys on, a busy timeout, synchronous NORMAL.
 *
 * NORMAL is enough for "an acknowledged row survives kill -9": in WAL mode a commit has been written to the log file
 * (the kernel's page cache) before it returns, and the kernel keeps that when the process dies. Only a power cut can
 * take the last commits, always whole transactions from the end, and the journal resumes from whatever is left: lost
 * answers are asked again, a lost weight intent is caught by the chain's own LastUpdate. FULL would add an fsync to
 * every answer while the fan-out is being timed on the same thread.
 * @throws CodedError STORE_CANNOT_OPEN, STORE_NOT_OURS
 */
export function connect(options: ConnectionOptions): Sqlite {
  let db: Sqlite;
  try {
    db = new Database(options.file, {
      readonly: options.mode === 'read',
      fileMustExist: options.mode !== 'create',
      timeout: BUSY_TIMEOUT_MS,
    });
  } catch (cause) {
    throw cannotOpen(options.file, cause);
  }
  try {
    refuseForeign(db, options.file);
    db.pragma(`cache_size = -${CACHE_KIB}`);
    if (options.mode !== 'read') {
      db.pragma('journal_mode = WAL');
      db.pragma('synchronous = NORMAL');
      db.pragma('foreign_keys = ON');
      // What is deleted is overwritten with zeros: a patient's words must not stay in free pages of the file.
      db.pragma('secure_delete = ON');
    }
    return db;
  } catch (cause) {
    db.close();
    if (cause instanceof CodedError) throw cause;
    throw cannotOpen(options.file, cause);
  }
}

/** True when the file is there and not empty. */
export function databaseExists(file: string): boolean {
  return existsSync(file);
}

function refuseForeign(db: Sqlite, file: string): void {
  const id = db.pragma('application_id', { simple: true });
  const tables = Number(db.prepare('SELECT count(*) FROM sqlite_schema').pluck().get());
  if (id === APPLICATION_ID || (id === 0 && tables === 0)) return;
  throw new CodedError(StoreErrorCode.NotOurs, `${file} is a database of another application`, {
    remedy: 'Point --data.dir at an empty folder or at one this software made.',
    details: { file },
  });
}

function cannotOpen(file: string, cause: unknown): CodedError<StoreErrorCode> {
  return new CodedError(StoreErrorCode.CannotOpen, `cannot open the database ${file}`, {
    remedy: 'Check that the folder of --data.dir exists and is writable by this user, and that the disk is not full.',
    details: { file },
    cause,
  });
}
