import { chmodSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { CodedError } from '@bettertherapy/core';
import Database from 'better-sqlite3';
import { connect, databaseExists } from './connection.js';
import { syncToDisk, type VerifiedCopy, verifyCopy } from './copy.js';
import { StoreErrorCode } from './errors.js';

export interface BackupOptions {
  readonly file: string;
  /** The copy to be made; must not exist. Folders are made. */
  readonly target: string;
  readonly migrationsDir: string;
}

/** All that is left in one step, so that a busy writer cannot make the copy begin again and again. */
const ALL_PAGES = 2 ** 30;

/**
 * Copies a database while its daemon goes on working, verifies the copy, and gives it its name only then.
 * @throws CodedError STORE_CANNOT_OPEN also without a database, STORE_COPY_EXISTS, STORE_COPY_DAMAGED, STORE_NOT_OURS
 */
export async function backupStore(options: BackupOptions, signal: AbortSignal): Promise<VerifiedCopy> {
  const { file, target, migrationsDir } = options;
  if (!databaseExists(file)) throw nothingThere(file);
  if (existsSync(target)) throw taken(target);
  mkdirSync(dirname(target), { recursive: true });
  const part = `${target}.${process.pid}.part`;
  const db = connect({ file, mode: 'read' });
  try {
    await db.backup(part, {
      progress: () => {
        signal.throwIfAborted();
        return ALL_PAGES;
      },
    });
    leaveWal(part);
    // Questions, answers and the round secret are for this user alone.
    chmodSync(part, 0o600);
    const copy = await verifyCopy(part, migrationsDir, signal);
    syncToDisk(part);
    renameSync(part, target);
    return { ...copy, file: target };
  } finally {
    db.close();
    for (const end of ['', '-wal', '-shm', '-journal']) rmSync(`${part}${end}`, { force: true });
  }
}

/** A copy in one file: what is in WAL mode wants a writable folder even from those who only read. */
function leaveWal(file: string): void {
  const copy = new Database(file);
  try {
    copy.pragma('journal_mode = DELETE');
  } finally {
    copy.close();
  }
}

function nothingThere(file: string): CodedError<StoreErrorCode> {
  return new CodedError(StoreErrorCode.CannotOpen, `there is no database at ${file}`, {
    remedy: 'Name the folder that the daemon runs with: --data.dir FOLDER.',
    details: { file },
  });
}

function taken(target: string): CodedError<StoreErrorCode> {
  return new CodedError(StoreErrorCode.CopyExists, `${target} is there already`, {
    remedy: 'Give another name with --to, or leave it out: then the name holds the time.',
    details: { target },
  });
}
