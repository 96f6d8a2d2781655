import { integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { at, hotkey, json } from './columns.js';
import { jsonRecord } from './shapes.js';

export const twins = sqliteTable('twins', {
  id: text('id').primaryKey(),
  name: text('name').notNull(),
  draft: json('draft', jsonRecord),
  draftMs: at('draft_ms'),
  currentVersion: integer('current_version'),
  withdrawnMs: at('withdrawn_ms'),
  withdrawnReason: text('withdrawn_reason'),
  createdMs: at('created_ms').notNull(),
  updatedMs: at('updated_ms').notNull(),
});

export const twinVersions = sqliteTable(
  'twin_versions',
  {
    twinId: text('twin_id')
      .notNull()
      .references(() => twins.id),
    version: integer('version').notNull(),
    state: text('state', { enum: ['reviewed', 'published', 'withdrawn'] }).notNull(),
    sha256: text('sha256').notNull().unique(),
    /** Canonical JSON; its own schema reads it in the layer above. */
    pack: text('pack').notNull(),
    signer: hotkey('signer'),
    signature: text('signature'),
    createdMs: at('created_ms').notNull(),
    publishedMs: at('published_ms'),
    withdrawnMs: at('withdrawn_ms'),
  },
  (t) => [primaryKey({ columns: [t.twinId, t.version] })],
);

export const heldPacks = sqliteTable(
  'held_packs',
  {
    publisher: hotkey('publisher').notNull(),
    twinId: text('twin_id').notNull(),
    version: integer('version').notNull(),
    sha256: text('sha256').notNull(),
    envelope: text('envelope').notNull(),
    fetchedMs: at('fetched_ms').notNull(),
  },
  (t) => [primaryKey({ columns: [t.publisher, t.twinId, t.version] })],
);

export const twinPublishers = sqliteTable('twin_publishers', {
  publisher: hotkey('publisher').primaryKey(),
  issuedMs: at('issued_ms').notNull(),
  seenMs: at('seen_ms').notNull(),
});
