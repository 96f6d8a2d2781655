import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type Clock, CodedError } from '@bettertherapy/core';
import Database from 'better-sqlite3';
import type { Sqlite } from './connection.js';
import { StoreErrorCode } from './errors.js';

/**
 * One writer at a time. The lock is SQLite's own exclusive lock on a side file, which the kernel drops when its holder
 * dies however it dies: there is no stale lock to judge by a pid. The note beside it only says who holds it.
 */
export class OwnerLock {
  private constructor(
    private readonly side: Sqlite,
    private readonly noteFile: string,
  ) {}

  /** @throws CodedError STORE_LOCKED, STORE_CANNOT_OPEN */
  static take(options: { readonly file: string; readonly owner: string }, parts: { readonly clock: Clock }): OwnerLock {
    const noteFile = `${options.file}.owner`;
    let side: Sqlite | null = null;
    try {
      side = new Database(`${options.file}.lock`, { timeout: 0 });
      side.exec('BEGIN EXCLUSIVE');
      writeFileSync(
        noteFile,
        `${JSON.stringify({ owner: options.owner, pid: process.pid, sinceMs: parts.clock.wallMs() })}\n`,
        { mode: 0o600 },
      );
      return new OwnerLock(side, noteFile);
    } catch (cause) {
      side?.close();
      if (isBusy(cause)) throw locked(options.file, noteFile, cause);
      throw new CodedError(StoreErrorCode.CannotOpen, `cannot lock ${options.file}`, {
        remedy:
          'Check that the folder of --data.dir exists and is writable by this user, and that the disk is not full.',
        details: { file: options.file },
        cause,
      });
    }
  }

  /** Idempotent. */
  release(): void {
    if (!this.side.open) return;
    rmSync(this.noteFile, { force: true });
    this.side.close();
  }
}

/**
 * What the process that owns a database says of itself; null when none does. A shared lock on the side file fails only
 * while somebody holds the exclusive one.
 */
export function ownerOf(file: string): string | null {
  if (!existsSync(`${file}.lock`)) return null;
  const side = new Database(`${file}.lock`, { timeout: 0, readonly: true });
  try {
    side.prepare('SELECT count(*) FROM sqlite_schema').get();
    return null;
  } catch (error) {
    if (isBusy(error)) return readNote(`${file}.owner`);
    throw error;
  } finally {
    side.close();
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY');
}

function locked(file: string, noteFile: string, cause: unknown): CodedError<StoreErrorCode> {
  const holder = readNote(noteFile);
  return new CodedError(StoreErrorCode.Locked, `another process (${holder}) has ${file} open for writing`, {
    remedy: 'Stop that process first, or give this one a --data.dir of its own.',
    details: { file, holder },
    cause,
  });
}

function readNote(noteFile: string): string {
  try {
    return readFileSync(noteFile, 'utf8').trim();
  } catch (error) {
    return `unknown, its note cannot be read: ${error instanceof Error ? error.message : String(error)}`;
  }
}
