import { CodedError } from '@bettertherapy/core';

export const StoreErrorCode = {
  /** The database is missing or older than this build. Run `pnpm migrate`. */
  SchemaOld: 'STORE_SCHEMA_OLD',
  /** The database was migrated by a newer build. Update the software, or restore the backup made before that migration. */
  SchemaNewer: 'STORE_SCHEMA_NEWER',
  /** A migration file that was applied has changed since, or the database holds one this build does not have. */
  MigrationChanged: 'STORE_MIGRATION_CHANGED',
  /** A migration with a lower number than the newest applied one has not been applied. */
  MigrationOutOfOrder: 'STORE_MIGRATION_OUT_OF_ORDER',
  /** A migration file is misnamed, missing from the sequence or unreadable. */
  MigrationFiles: 'STORE_MIGRATION_FILES',
  /** A migration failed and was rolled back. */
  MigrationFailed: 'STORE_MIGRATION_FAILED',
  /** The file is not one of our databases. */
  NotOurs: 'STORE_NOT_OURS',
  /** The database belongs to another chain, subnet or hotkey. */
  IdentityMismatch: 'STORE_IDENTITY_MISMATCH',
  /** Another process has the database open for writing. */
  Locked: 'STORE_LOCKED',
  /** A stored value does not have the shape it was written with. */
  RowCorrupt: 'STORE_ROW_CORRUPT',
  /** A step was asked for that the journal says has already happened, or whose predecessor has not. */
  OutOfStep: 'STORE_OUT_OF_STEP',
  /** More live nonces than the table may hold. */
  NoncesFull: 'STORE_NONCES_FULL',
  /** The file cannot be opened or its folder cannot be written. */
  CannotOpen: 'STORE_CANNOT_OPEN',
  /** The file system, or its quota, had no room for a write; nothing of the transaction was kept. */
  DiskFull: 'STORE_DISK_FULL',
  /** A backup is not a whole database. */
  CopyDamaged: 'STORE_COPY_DAMAGED',
  /** A backup of that name is there already. */
  CopyExists: 'STORE_COPY_EXISTS',
} as const;
export type StoreErrorCode = (typeof StoreErrorCode)[keyof typeof StoreErrorCode];

/** The journal refuses a step: a defect or two processes at work, never the operator's mistake. */
export function outOfStep(message: string, details: Readonly<Record<string, unknown>>): CodedError<StoreErrorCode> {
  return new CodedError(StoreErrorCode.OutOfStep, message, {
    remedy: 'Restart the validator, which resumes from the journal; if it repeats, report it with these details.',
    details,
  });
}

/** The database is missing or behind this build. */
export function schemaOld(file: string, why: string): CodedError<StoreErrorCode> {
  return new CodedError(StoreErrorCode.SchemaOld, `${why} (${file})`, {
    remedy: `Run \`pnpm migrate --file ${file}\` once, then start again.`,
    details: { file },
  });
}
