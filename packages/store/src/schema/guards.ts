import { integer, primaryKey, sqliteTable, text, unique } from 'drizzle-orm/sqlite-core';
import { at, hotkey } from './columns.js';

export const meta = sqliteTable('meta', { key: text('key').primaryKey(), value: text('value').notNull() });

export const nonces = sqliteTable(
  'nonces',
  {
    scheme: text('scheme', { enum: ['v10', 'btauth1'] }).notNull(),
    key: text('key').notNull(),
    nonce: text('nonce').notNull(),
    expiresMs: at('expires_ms').notNull(),
  },
  (t) => [primaryKey({ columns: [t.scheme, t.key, t.nonce] })],
);

export const strikes = sqliteTable(
  'strikes',
  {
    id: integer('id').primaryKey(),
    hotkey: hotkey('hotkey').notNull(),
    registeredAtBlock: integer('registered_at_block').notNull(),
    roundId: text('round_id').notNull(),
    reason: text('reason').notNull(),
    atMs: at('at_ms').notNull(),
  },
  (t) => [unique().on(t.hotkey, t.registeredAtBlock, t.roundId, t.reason)],
);
