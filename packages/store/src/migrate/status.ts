import { CodedError } from '@bettertherapy/core';
import type { Sqlite } from '../connection.js';
import { StoreErrorCode } from '../errors.js';
import type { MigrationFile } from './files.js';

export interface AppliedMigration {
  readonly number: number;
  readonly name: string;
  readonly sha256: string;
}

/** What has been applied, oldest first; empty for a new file. */
export function appliedMigrations(db: Sqlite): AppliedMigration[] {
  const known = db.prepare(`SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'schema_migrations'`).get();
  if (!known) return [];
  // The table is created by the runner with exactly these columns.
  return db.prepare('SELECT number, name, sha256 FROM schema_migrations ORDER BY number').all() as AppliedMigration[];
}

/**
 * Which files are still to be applied.
 * @throws CodedError STORE_SCHEMA_NEWER, STORE_MIGRATION_CHANGED, STORE_MIGRATION_OUT_OF_ORDER
 */
export function pendingMigrations(
  applied: readonly AppliedMigration[],
  files: readonly MigrationFile[],
): MigrationFile[] {
  const newest = files.at(-1)?.number ?? 0;
  const done = new Map(applied.map((one) => [one.number, one]));
  const last = applied.at(-1)?.number ?? 0;
  if (last > newest) {
    throw new CodedError(
      StoreErrorCode.SchemaNewer,
      `the database is at migration ${last}, this build knows ${newest}`,
      {
        remedy: 'Update the software to the release that made this database, or restore the backup made before it.',
        details: { database: last, build: newest },
      },
    );
  }
  for (const file of files) {
    const before = done.get(file.number);
    if (!before) {
      if (file.number > last) continue;
      throw new CodedError(StoreErrorCode.MigrationOutOfOrder, `${file.name} was skipped: ${last} is applied already`, {
        remedy: 'Give the new migration a number above every released one; migrations are only ever appended.',
        details: { file: file.name, applied: last },
      });
    }
    if (before.sha256 !== file.sha256) {
      throw new CodedError(StoreErrorCode.MigrationChanged, `${file.name} has changed since it was applied`, {
        remedy: 'Restore the released file (git checkout -- migrations) and put the change into a new migration.',
        details: { file: file.name, appliedName: before.name, applied: before.sha256, onDisk: file.sha256 },
      });
    }
  }
  return files.filter((file) => file.number > last);
}
