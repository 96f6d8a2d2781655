import { and, asc, eq, isNull, lt, or } from 'drizzle-orm';
import { apiKeys } from '../schema/index.js';
import type { Session } from '../session.js';
import { newToken, parseToken, sameHash } from '../tokens.js';

export type ApiKeyRow = typeof apiKeys.$inferSelect;

const PREFIX = 'bt_';

/** Keys of the gateway. A revoked key stays, so that its past use can still be told apart. */
export class ApiKeyRepository {
  constructor(private readonly session: Session) {}

  /** Makes a key; the text of `key` exists nowhere but in what this returns. */
  create(row: Omit<ApiKeyRow, 'id' | 'secretSha256' | 'revokedMs' | 'lastUsedMs'>): {
    readonly id: string;
    readonly key: string;
  } {
    const { id, token, secretSha256 } = newToken(PREFIX);
    this.session.write('apiKeys.create', (tx) => {
      tx.insert(apiKeys)
        .values({ ...row, id, secretSha256 })
        .run();
    });
    return { id, key: token };
  }

  /** The row of a key that may be used now; null for one that is malformed, unknown, revoked or expired. */
  find(key: string, nowMs: number): ApiKeyRow | null {
    const parsed = parseToken(PREFIX, key);
    const row = parsed && this.byId(parsed.id);
    if (!row || !sameHash(row.secretSha256, parsed.secretSha256)) return null;
    return row.revokedMs !== null || (row.expiresMs !== null && row.expiresMs <= nowMs) ? null : row;
  }

  byId(id: string): ApiKeyRow | null {
    return this.session.read('apiKeys.byId', (tx) => tx.select().from(apiKeys).where(eq(apiKeys.id, id)).get() ?? null);
  }

  /** Oldest first, revoked ones included. */
  all(): ApiKeyRow[] {
    return this.session.read('apiKeys.all', (tx) =>
      tx.select().from(apiKeys).orderBy(asc(apiKeys.createdMs), asc(apiKeys.id)).all(),
    );
  }

  /** False when there is no such key or it was revoked before. */
  revoke(id: string, nowMs: number): boolean {
    return this.session.write(
      'apiKeys.revoke',
      (tx) =>
        tx
          .update(apiKeys)
          .set({ revokedMs: nowMs })
          .where(and(eq(apiKeys.id, id), isNull(apiKeys.revokedMs)))
          .run().changes === 1,
    );
  }

  /** Notes a use, at most once per `everyMs`, so that reading a key seldom writes. */
  touch(id: string, nowMs: number, everyMs: number): void {
    this.session.write('apiKeys.touch', (tx) => {
      const stale = or(isNull(apiKeys.lastUsedMs), lt(apiKeys.lastUsedMs, nowMs - everyMs));
      tx.update(apiKeys)
        .set({ lastUsedMs: nowMs })
        .where(and(eq(apiKeys.id, id), stale))
        .run();
    });
  }
}
