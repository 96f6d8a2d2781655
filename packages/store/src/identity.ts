import { CodedError, type Hotkey } from '@bettertherapy/core';
import type { Sqlite } from './connection.js';
import { StoreErrorCode } from './errors.js';
import { meta } from './schema/index.js';
import type { Session, Tx } from './session.js';

/** Whom a database belongs to. */
export interface StoreIdentity {
  /** 0x… of block 0. */
  readonly genesis: string;
  readonly netuid: number;
  readonly hotkey: Hotkey;
}

/**
 * Writes the identity into a new database, or compares it with the one it was made for.
 * @throws CodedError STORE_IDENTITY_MISMATCH
 */
export function claimIdentity(session: Session, identity: StoreIdentity): void {
  session.write('meta.claim', (tx) => {
    const kept = readIdentity(tx);
    const wanted: Record<string, string> = {
      genesis: identity.genesis,
      netuid: String(identity.netuid),
      hotkey: identity.hotkey,
    };
    for (const [key, value] of Object.entries(wanted)) {
      const before = kept.get(key);
      if (before === undefined) tx.insert(meta).values({ key, value }).run();
      else if (before !== value) throw mismatch(key, before, value);
    }
  });
}

const KEYS = ['genesis', 'netuid', 'hotkey'] as const;

/** The identity of a migrated database that is open for reading; keys not claimed yet are left out. */
export function identityOf(db: Sqlite): Partial<Record<(typeof KEYS)[number], string>> {
  const read = db.prepare<[string], string>('SELECT value FROM meta WHERE key = ?').pluck();
  return Object.fromEntries(
    KEYS.map((key) => [key, read.get(key)] as const).filter(([, value]) => value !== undefined),
  );
}

/** What a database says about itself: `genesis`, `netuid`, `hotkey` once claimed. */
function readIdentity(tx: Tx): Map<string, string> {
  return new Map(
    tx
      .select()
      .from(meta)
      .all()
      .map((row) => [row.key, row.value]),
  );
}

function mismatch(key: string, database: string, asked: string): CodedError<StoreErrorCode> {
  return new CodedError(
    StoreErrorCode.IdentityMismatch,
    `this database was made for ${key} ${database}, not ${asked}`,
    {
      remedy: `Use another --data.dir for this ${key}, or start with the chain, subnet and hotkey the database was made for.`,
      details: { key, database, asked },
    },
  );
}
