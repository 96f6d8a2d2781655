import { connect, databaseExists } from './connection.js';
import { identityOf } from './identity.js';
import { ownerOf } from './lock.js';
import { appliedMigrations, pendingMigrations, readMigrations } from './migrate/index.js';

/** A database as it lies on the disk. */
export interface InspectedStore {
  readonly exists: boolean;
  /** Number of the newest applied migration; 0 for none. */
  readonly version: number;
  /** Names of the migrations still to be applied. */
  readonly pending: readonly string[];
  /** `genesis`, `netuid` and `hotkey` that it was made for; empty before its first use. */
  readonly identity: Readonly<Partial<Record<'genesis' | 'netuid' | 'hotkey', string>>>;
  /** What the process that owns it says of itself; null when none does. */
  readonly owner: string | null;
}

/**
 * Looks at a database without owning or changing it.
 * @throws CodedError STORE_SCHEMA_NEWER, STORE_MIGRATION_*, STORE_NOT_OURS, STORE_CANNOT_OPEN
 */
export function inspectStore(options: { readonly file: string; readonly migrationsDir: string }): InspectedStore {
  const files = readMigrations(options.migrationsDir);
  if (!databaseExists(options.file)) {
    return { exists: false, version: 0, pending: files.map(({ name }) => name), identity: {}, owner: null };
  }
  const db = connect({ file: options.file, mode: 'read' });
  try {
    const applied = appliedMigrations(db);
    const pending = pendingMigrations(applied, files).map(({ name }) => name);
    const version = applied.at(-1)?.number ?? 0;
    return {
      exists: true,
      version,
      pending,
      identity: version === 0 ? {} : identityOf(db),
      owner: ownerOf(options.file),
    };
  } finally {
    db.close();
  }
}
