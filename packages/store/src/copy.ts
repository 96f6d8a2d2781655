import { createHash } from 'node:crypto';
import { closeSync, createReadStream, existsSync, fsyncSync, openSync, statSync } from 'node:fs';
import { CodedError } from '@bettertherapy/core';
import { connect, type Sqlite } from './connection.js';
import { StoreErrorCode } from './errors.js';
import { identityOf } from './identity.js';
import { appliedMigrations, pendingMigrations, readMigrations } from './migrate/index.js';

/** A copy of a database that was looked through from end to end. */
export interface VerifiedCopy {
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
  /** Number of the newest migration applied to it. */
  readonly version: number;
  /** Names of the migrations that this build has and it has not. */
  readonly pending: readonly string[];
  /** Whom it belongs to, as far as it was claimed. */
  readonly identity: Readonly<Partial<Record<'genesis' | 'netuid' | 'hotkey', string>>>;
}

/**
 * Reads a copy that nobody writes to: `integrity_check`, `foreign_key_check`, its schema and its owner.
 * @throws CodedError STORE_COPY_DAMAGED, STORE_NOT_OURS, STORE_SCHEMA_NEWER, STORE_MIGRATION_*
 */
export async function verifyCopy(file: string, migrationsDir: string, signal: AbortSignal): Promise<VerifiedCopy> {
  if (!existsSync(file)) throw damaged(file, 'there is no such file');
  let db: Sqlite | null = null;
  let version: number;
  let pending: string[];
  let identity: VerifiedCopy['identity'];
  try {
    db = connect({ file, mode: 'read' });
    const problems = integrityProblems(db);
    if (problems.length > 0) throw damaged(file, problems[0] ?? '');
    const applied = appliedMigrations(db);
    version = applied.at(-1)?.number ?? 0;
    if (version === 0) throw damaged(file, 'it holds no tables');
    pending = pendingMigrations(applied, readMigrations(migrationsDir)).map(({ name }) => name);
    identity = identityOf(db);
  } catch (cause) {
    if (cause instanceof CodedError && cause.code !== StoreErrorCode.CannotOpen) throw cause;
    throw damaged(file, cause instanceof Error ? cause.message : String(cause), cause);
  } finally {
    db?.close();
  }
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file, { signal })) hash.update(chunk);
  return { file, bytes: statSync(file).size, sha256: hash.digest('hex'), version, pending, identity };
}

/** What SQLite finds wrong with a database; empty when all is well. */
function integrityProblems(db: Sqlite): string[] {
  const rows = db.prepare('PRAGMA integrity_check').pluck().all().map(String);
  const broken = db.pragma('foreign_key_check');
  const dangling = Array.isArray(broken) ? broken.length : 0;
  return [...rows.filter((row) => row !== 'ok'), ...(dangling > 0 ? [`${dangling} rows point at nothing`] : [])];
}

/** Waits until the disk itself has the file. */
export function syncToDisk(file: string): void {
  const handle = openSync(file, 'r+');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function damaged(file: string, why: string, cause?: unknown): CodedError<StoreErrorCode> {
  return new CodedError(StoreErrorCode.CopyDamaged, `${file} is not a whole database: ${why}`, {
    remedy:
      'Take another copy: `pnpm bt backup` makes one, older ones are in the folder `backups` beside the database.',
    details: { file },
    cause,
  });
}
