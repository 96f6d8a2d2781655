import type { Hotkey } from '@bettertherapy/core';
import { and, asc, desc, eq, isNotNull, max } from 'drizzle-orm';
import { outOfStep } from '../errors.js';
import { twins, twinVersions } from '../schema/index.js';
import type { JsonRecord } from '../schema/shapes.js';
import type { Session, Tx } from '../session.js';
import { putNotes, type StoredNote } from './twinNotes.js';

export type TwinRow = typeof twins.$inferSelect;
export type TwinVersionRow = typeof twinVersions.$inferSelect;
export type TwinVersionHead = Omit<TwinVersionRow, 'pack'>;

/** A version's number and text, made when the number is known. */
export interface FrozenPack {
  readonly pack: string;
  readonly sha256: string;
}

const HEAD = {
  twinId: twinVersions.twinId,
  version: twinVersions.version,
  state: twinVersions.state,
  sha256: twinVersions.sha256,
  signer: twinVersions.signer,
  signature: twinVersions.signature,
  createdMs: twinVersions.createdMs,
  publishedMs: twinVersions.publishedMs,
  withdrawnMs: twinVersions.withdrawnMs,
};

/** Doctor twins: a draft each, versions in order, and which of them patients get. */
export class TwinRepository {
  constructor(private readonly session: Session) {}

  /** @throws CodedError STORE_OUT_OF_STEP when the id is taken */
  create(twin: {
    readonly id: string;
    readonly name: string;
    readonly draft: JsonRecord | null;
    readonly nowMs: number;
  }): void {
    this.session.write('twins.create', (tx) => {
      const { id, name, draft, nowMs } = twin;
      const added = tx
        .insert(twins)
        .values({ id, name, draft, draftMs: draft === null ? null : nowMs, createdMs: nowMs, updatedMs: nowMs })
        .onConflictDoNothing()
        .run();
      if (added.changes === 0) throw outOfStep('a twin of that id exists', { id });
    });
  }

  /** Replaces the draft; null removes it. @throws CodedError STORE_OUT_OF_STEP when there is no such twin */
  saveDraft(change: {
    readonly id: string;
    readonly name: string;
    readonly draft: JsonRecord | null;
    readonly nowMs: number;
  }): void {
    const { id, name, draft, nowMs } = change;
    this.session.write('twins.saveDraft', (tx) => {
      const draftMs = draft === null ? null : nowMs;
      const saved = tx.update(twins).set({ name, draft, draftMs, updatedMs: nowMs }).where(eq(twins.id, id)).run();
      if (saved.changes === 0) throw outOfStep('there is no such twin', { id });
    });
  }

  /** Gives the twin its next version number and keeps the text that `make` writes for it, as reviewed; the draft goes. */
  freeze(at: {
    readonly id: string;
    readonly make: (version: number) => FrozenPack;
    readonly nowMs: number;
  }): TwinVersionRow {
    return this.session.write('twins.freeze', (tx) => {
      const newest = tx
        .select({ n: max(twinVersions.version) })
        .from(twinVersions)
        .where(eq(twinVersions.twinId, at.id))
        .get();
      const version = (newest?.n ?? 0) + 1;
      const changed = tx
        .update(twins)
        .set({ draft: null, draftMs: null, updatedMs: at.nowMs })
        .where(eq(twins.id, at.id))
        .run();
      if (changed.changes === 0) throw outOfStep('there is no such twin', { id: at.id });
      return tx
        .insert(twinVersions)
        .values({ twinId: at.id, version, state: 'reviewed', ...at.make(version), createdMs: at.nowMs })
        .returning()
        .get();
    });
  }

  /** Takes a reviewed version back: its row goes, and `draft` becomes the draft. */
  sendBack(at: {
    readonly id: string;
    readonly version: number;
    readonly draft: JsonRecord;
    readonly nowMs: number;
  }): void {
    this.session.write('twins.sendBack', (tx) => {
      const gone = tx
        .delete(twinVersions)
        .where(and(versionKey(at), eq(twinVersions.state, 'reviewed')))
        .run();
      if (gone.changes === 0) throw outOfStep('only a reviewed version can be sent back', { ...at, draft: null });
      tx.update(twins)
        .set({ draft: at.draft, draftMs: at.nowMs, updatedMs: at.nowMs })
        .where(eq(twins.id, at.id))
        .run();
    });
  }

  /**
   * Publishes a reviewed version: signature, notes for retrieval and the version patients get change together or not at all.
   * @throws CodedError STORE_OUT_OF_STEP when the version is not a reviewed one
   */
  publish(at: {
    readonly id: string;
    readonly version: number;
    readonly signer: Hotkey;
    readonly signature: string;
    readonly notes: readonly StoredNote[];
    readonly nowMs: number;
  }): void {
    this.session.write('twins.publish', (tx) => {
      const { signer, signature, nowMs } = at;
      const published = tx
        .update(twinVersions)
        .set({ state: 'published', signer, signature, publishedMs: nowMs })
        .where(and(versionKey(at), eq(twinVersions.state, 'reviewed')))
        .returning({ sha256: twinVersions.sha256 })
        .get();
      if (!published) throw outOfStep('only a reviewed version can be published', { id: at.id, version: at.version });
      putNotes(tx, published.sha256, at.notes);
      point(tx, at);
    });
  }

  /** Gives patients another published version. @throws CodedError STORE_OUT_OF_STEP when it is not published */
  pointTo(at: { readonly id: string; readonly version: number; readonly nowMs: number }): void {
    this.session.write('twins.pointTo', (tx) => {
      const target = tx.select({ state: twinVersions.state }).from(twinVersions).where(versionKey(at)).get();
      if (target?.state !== 'published') {
        throw outOfStep('only a published version can be given to patients', { id: at.id, version: at.version });
      }
      point(tx, at);
    });
  }

  /** Withdraws every published version; patients get none of them any more. @returns how many were withdrawn */
  withdraw(at: { readonly id: string; readonly reason: string; readonly nowMs: number }): number {
    return this.session.write('twins.withdraw', (tx) => {
      tx.update(twins)
        .set({ currentVersion: null, withdrawnMs: at.nowMs, withdrawnReason: at.reason, updatedMs: at.nowMs })
        .where(eq(twins.id, at.id))
        .run();
      const gone = tx
        .update(twinVersions)
        .set({ state: 'withdrawn', withdrawnMs: at.nowMs })
        .where(and(eq(twinVersions.twinId, at.id), eq(twinVersions.state, 'published')))
        .returning({ sha256: twinVersions.sha256 })
        .all();
      for (const { sha256 } of gone) putNotes(tx, sha256, []);
      return gone.length;
    });
  }

  /**
   * Withdraws one published version that patients do not get any more.
   * @throws CodedError STORE_OUT_OF_STEP when it is not published or is the one that patients get
   */
  withdrawVersion(at: { readonly id: string; readonly version: number; readonly nowMs: number }): void {
    this.session.write('twins.withdrawVersion', (tx) => {
      const twin = tx.select({ current: twins.currentVersion }).from(twins).where(eq(twins.id, at.id)).get();
      if (twin?.current === at.version)
        throw outOfStep('patients get this version', { id: at.id, version: at.version });
      const gone = tx
        .update(twinVersions)
        .set({ state: 'withdrawn', withdrawnMs: at.nowMs })
        .where(and(versionKey(at), eq(twinVersions.state, 'published')))
        .returning({ sha256: twinVersions.sha256 })
        .get();
      if (!gone) throw outOfStep('only a published version can be withdrawn', { id: at.id, version: at.version });
      putNotes(tx, gone.sha256, []);
    });
  }

  get(id: string): TwinRow | null {
    return this.session.read('twins.get', (tx) => tx.select().from(twins).where(eq(twins.id, id)).get() ?? null);
  }

  list(): TwinRow[] {
    return this.session.read('twins.list', (tx) => tx.select().from(twins).orderBy(asc(twins.id)).all());
  }

  version(id: string, version: number): TwinVersionRow | null {
    return this.session.read(
      'twins.version',
      (tx) => tx.select().from(twinVersions).where(versionKey({ id, version })).get() ?? null,
    );
  }

  /** Newest first, without their text. */
  versions(id: string): TwinVersionHead[] {
    return this.session.read('twins.versions', (tx) =>
      tx.select(HEAD).from(twinVersions).where(eq(twinVersions.twinId, id)).orderBy(desc(twinVersions.version)).all(),
    );
  }

  bySha256(sha256: string): TwinVersionRow | null {
    return this.session.read(
      'twins.bySha256',
      (tx) => tx.select().from(twinVersions).where(eq(twinVersions.sha256, sha256)).get() ?? null,
    );
  }

  /** The versions patients get, by id. */
  current(): TwinVersionRow[] {
    return this.session.read('twins.current', (tx) =>
      tx
        .select({ version: twinVersions })
        .from(twins)
        .innerJoin(twinVersions, and(eq(twinVersions.twinId, twins.id), eq(twinVersions.version, twins.currentVersion)))
        .orderBy(asc(twins.id))
        .all()
        .map((row) => row.version),
    );
  }

  /** Every version that was ever published, newest first, with the bytes of its text. */
  everPublished(limit: number): (TwinVersionHead & { readonly current: boolean })[] {
    return this.session.read('twins.everPublished', (tx) =>
      tx
        .select({ ...HEAD, currentVersion: twins.currentVersion })
        .from(twinVersions)
        .innerJoin(twins, eq(twins.id, twinVersions.twinId))
        .where(isNotNull(twinVersions.publishedMs))
        .orderBy(desc(twinVersions.publishedMs), asc(twinVersions.twinId), desc(twinVersions.version))
        .limit(limit)
        .all()
        .map(({ currentVersion, ...row }) => ({ ...row, current: row.version === currentVersion })),
    );
  }
}

function versionKey(at: { readonly id: string; readonly version: number }) {
  return and(eq(twinVersions.twinId, at.id), eq(twinVersions.version, at.version));
}

function point(tx: Tx, at: { readonly id: string; readonly version: number; readonly nowMs: number }): void {
  tx.update(twins)
    .set({ currentVersion: at.version, withdrawnMs: null, withdrawnReason: null, updatedMs: at.nowMs })
    .where(eq(twins.id, at.id))
    .run();
}
