import { chmodSync, copyFileSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Clock, CodedError, describeError, type Logger } from '@bettertherapy/core';
import { connect, databaseExists } from './connection.js';
import { syncToDisk, type VerifiedCopy, verifyCopy } from './copy.js';
import { StoreErrorCode } from './errors.js';
import { identityOf } from './identity.js';
import { OwnerLock } from './lock.js';
import { appliedMigrations } from './migrate/index.js';

export interface RestoreOptions {
  readonly file: string;
  /** The backup; it stays as it is. */
  readonly from: string;
  readonly migrationsDir: string;
}

export interface RestoreReport {
  readonly restored: VerifiedCopy;
  /** Where the database went that was there before; null when there was none. */
  readonly replaced: string | null;
}

const SIDES = ['-wal', '-shm'] as const;

/**
 * Puts a backup in the place of a database that nobody owns. The backup is verified, copied beside the place and
 * verified again; only then is the old database moved aside (never deleted) and the copy given its name.
 * @throws CodedError STORE_LOCKED while a daemon runs, STORE_IDENTITY_MISMATCH when the two belong to different validators or
 * miners, STORE_COPY_DAMAGED, STORE_NOT_OURS, STORE_SCHEMA_NEWER, STORE_MIGRATION_*
 */
export async function restoreStore(
  options: RestoreOptions,
  { clock, log, signal }: { readonly clock: Clock; readonly log: Logger; readonly signal: AbortSignal },
): Promise<RestoreReport> {
  const { file, from, migrationsDir } = options;
  mkdirSync(dirname(file), { recursive: true });
  const lock = OwnerLock.take({ file, owner: 'restore' }, { clock });
  const part = `${file}.${process.pid}.part`;
  try {
    const backup = await verifyCopy(from, migrationsDir, signal);
    requireSameOwner(file, backup, log);
    copyFileSync(from, part);
    chmodSync(part, 0o600);
    const restored = await verifyCopy(part, migrationsDir, signal);
    syncToDisk(part);
    signal.throwIfAborted();
    const replaced = databaseExists(file) ? moveAside(file, clock.wallMs()) : null;
    renameSync(part, file);
    log.info('database restored', { file, from, version: restored.version, replaced });
    return { restored: { ...restored, file }, replaced };
  } finally {
    for (const end of ['', ...SIDES]) rmSync(`${part}${end}`, { force: true });
    lock.release();
  }
}

/** A database that cannot be read says nothing: it may be the very reason to restore. */
function requireSameOwner(file: string, backup: VerifiedCopy, log: Logger): void {
  if (!databaseExists(file)) return;
  let present: VerifiedCopy['identity'];
  try {
    const db = connect({ file, mode: 'read' });
    try {
      present = appliedMigrations(db).length === 0 ? {} : identityOf(db);
    } finally {
      db.close();
    }
  } catch (error) {
    if (error instanceof CodedError && error.code === StoreErrorCode.NotOurs) throw error;
    log.warn('the database that is there cannot be read', { file, error: describeError(error) });
    return;
  }
  for (const key of ['genesis', 'netuid', 'hotkey'] as const) {
    const [is, was] = [present[key], backup.identity[key]];
    if (is !== undefined && was !== undefined && is !== was) throw mismatch(key, is, was);
  }
}

/** The log beside a database belongs to it: both move, so that nothing of it is lost. */
function moveAside(file: string, nowMs: number): string {
  const aside = `${file}.replaced-${nowMs}.sqlite`;
  for (const end of SIDES) if (existsSync(`${file}${end}`)) renameSync(`${file}${end}`, `${aside}${end}`);
  renameSync(file, aside);
  return aside;
}

function mismatch(key: string, present: string, backup: string): CodedError<StoreErrorCode> {
  return new CodedError(
    StoreErrorCode.IdentityMismatch,
    `the backup was made for ${key} ${backup}, the database there for ${present}`,
    {
      remedy: 'Restore into a folder of its own with --data.dir, or take the backup of this one.',
      details: { key, present, backup },
    },
  );
}
