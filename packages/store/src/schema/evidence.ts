import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { at, json } from './columns.js';
import { rounds } from './rounds.js';
import { jsonRecord } from './shapes.js';

export const evidence = sqliteTable('evidence', {
  roundId: text('round_id')
    .primaryKey()
    .references(() => rounds.id, { onDelete: 'cascade' }),
  number: integer('number').notNull().unique(),
  sha256: text('sha256').notNull(),
  previous: text('previous'),
  signature: text('signature').notNull(),
  build: text('build').notNull(),
  settings: json('settings', jsonRecord).notNull(),
  weights: json('weights', jsonRecord),
  sealedMs: at('sealed_ms').notNull(),
});
