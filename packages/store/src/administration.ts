import { type Clock, type Hotkey, parseHotkey, systemClock } from '@bettertherapy/core';
import { connect, databaseExists } from './connection.js';
import { schemaOld } from './errors.js';
import { identityOf } from './identity.js';
import { appliedMigrations, pendingMigrations, readMigrations } from './migrate/index.js';
import { ApiKeyRepository } from './repositories/apiKeys.js';
import { AuditRepository } from './repositories/audit.js';
import { DoctorRepository } from './repositories/doctors.js';
import { TwinRepository } from './repositories/twins.js';
import { Session } from './session.js';

/** What may be changed beside a running daemon: who may talk to its gateway, and which twins it publishes. Never the journal. */
export interface Administration {
  readonly apiKeys: ApiKeyRepository;
  readonly doctors: DoctorRepository;
  readonly audit: AuditRepository;
  readonly twins: TwinRepository;
  /** The hotkey that the database belongs to; null before its daemon first ran. */
  readonly hotkey: Hotkey | null;
  close(): void;
}

/**
 * Opens a migrated database for its operator without owning it. SQLite itself keeps the two writers apart; the
 * running gateway reads keys anew with each request.
 * @throws CodedError STORE_SCHEMA_OLD, STORE_SCHEMA_NEWER, STORE_MIGRATION_*, STORE_NOT_OURS, STORE_CANNOT_OPEN
 */
export function openAdministration(
  options: { readonly file: string; readonly migrationsDir: string },
  parts: { readonly clock?: Clock | undefined } = {},
): Administration {
  if (!databaseExists(options.file)) throw schemaOld(options.file, 'there is no database yet');
  const db = connect({ file: options.file, mode: 'write' });
  try {
    const pending = pendingMigrations(appliedMigrations(db), readMigrations(options.migrationsDir));
    if (pending.length > 0) throw schemaOld(options.file, `${pending.length} migrations are still to be applied`);
    const session = new Session(db, { clock: parts.clock ?? systemClock, metrics: null });
    const owner = identityOf(db).hotkey;
    return {
      apiKeys: new ApiKeyRepository(session),
      doctors: new DoctorRepository(session),
      audit: new AuditRepository(session),
      twins: new TwinRepository(session),
      hotkey: owner === undefined ? null : parseHotkey(owner),
      close: () => void db.close(),
    };
  } catch (error) {
    db.close();
    throw error;
  }
}
