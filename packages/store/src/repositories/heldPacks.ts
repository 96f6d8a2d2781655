import type { Hotkey } from '@bettertherapy/core';
import { and, asc, eq, ne, notInArray } from 'drizzle-orm';
import { heldPacks, twinPublishers } from '../schema/index.js';
import type { Session } from '../session.js';
import { putNotes, type StoredNote } from './twinNotes.js';

export type HeldPack = typeof heldPacks.$inferSelect;
export type TwinPublisher = typeof twinPublishers.$inferSelect;

/** A miner's copies of packs that others published. */
export class HeldPackRepository {
  constructor(private readonly session: Session) {}

  all(): HeldPack[] {
    return this.session.read('heldPacks.all', (tx) =>
      tx
        .select()
        .from(heldPacks)
        .orderBy(asc(heldPacks.twinId), asc(heldPacks.version), asc(heldPacks.fetchedMs), asc(heldPacks.publisher))
        .all(),
    );
  }

  /** Keeps a pack with its notes for retrieval; one of the same publisher, id and version gives way. */
  keep(pack: HeldPack, notes: readonly StoredNote[]): void {
    this.session.write('heldPacks.keep', (tx) => {
      const { envelope, sha256, fetchedMs } = pack;
      tx.insert(heldPacks)
        .values(pack)
        .onConflictDoUpdate({
          target: [heldPacks.publisher, heldPacks.twinId, heldPacks.version],
          set: { envelope, sha256, fetchedMs },
        })
        .run();
      putNotes(tx, sha256, notes);
    });
  }

  /**
   * Takes in what a publisher's index says: when it was issued, and that of all its packs only these are left.
   * @returns the packs that went
   */
  settle(at: {
    readonly publisher: Hotkey;
    readonly issuedMs: number;
    readonly seenMs: number;
    /** Sha256 of what the publisher still publishes. */
    readonly keep: readonly string[];
  }): HeldPack[] {
    return this.session.write('heldPacks.settle', (tx) => {
      const { publisher, issuedMs, seenMs } = at;
      tx.insert(twinPublishers)
        .values({ publisher, issuedMs, seenMs })
        .onConflictDoUpdate({ target: twinPublishers.publisher, set: { issuedMs, seenMs } })
        .run();
      const gone = tx
        .delete(heldPacks)
        .where(and(eq(heldPacks.publisher, publisher), notInArray(heldPacks.sha256, [...at.keep])))
        .returning()
        .all();
      for (const { sha256 } of gone) {
        const other = tx
          .select({ publisher: heldPacks.publisher })
          .from(heldPacks)
          .where(and(eq(heldPacks.sha256, sha256), ne(heldPacks.publisher, publisher)))
          .get();
        if (!other) putNotes(tx, sha256, []);
      }
      return gone;
    });
  }

  publisher(publisher: Hotkey): TwinPublisher | null {
    return this.session.read(
      'heldPacks.publisher',
      (tx) => tx.select().from(twinPublishers).where(eq(twinPublishers.publisher, publisher)).get() ?? null,
    );
  }

  publishers(): TwinPublisher[] {
    return this.session.read('heldPacks.publishers', (tx) => tx.select().from(twinPublishers).all());
  }
}
