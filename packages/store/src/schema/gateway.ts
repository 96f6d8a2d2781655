import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { z } from 'zod';
import { at, json } from './columns.js';

/** What a key may be used for. */
export const API_SCOPES = ['chat', 'operator', 'studio'] as const;
export type ApiScope = (typeof API_SCOPES)[number];

export const apiKeys = sqliteTable('api_keys', {
  id: text('id').primaryKey(),
  secretSha256: text('secret_sha256').notNull(),
  name: text('name').notNull(),
  scopes: json('scopes', z.array(z.enum(API_SCOPES))).notNull(),
  doctor: text('doctor'),
  ratePerMinute: integer('rate_per_minute'),
  concurrency: integer('concurrency'),
  createdMs: at('created_ms').notNull(),
  expiresMs: at('expires_ms'),
  revokedMs: at('revoked_ms'),
  lastUsedMs: at('last_used_ms'),
});
