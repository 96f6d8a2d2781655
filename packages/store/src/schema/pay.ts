import { integer, primaryKey, real, sqliteTable, text, unique } from 'drizzle-orm/sqlite-core';
import { z } from 'zod';
import { at, flag, hotkey, json } from './columns.js';
import { jsonRecord, u16List, weightEntrySchema } from './shapes.js';

export const averages = sqliteTable(
  'averages',
  {
    hotkey: hotkey('hotkey').notNull(),
    registeredAtBlock: integer('registered_at_block').notNull(),
    ema: real('ema').notNull(),
    rounds: integer('rounds').notNull(),
    answered: integer('answered').notNull(),
    asked: integer('asked').notNull(),
    lastRoundId: text('last_round_id').notNull(),
    updatedMs: at('updated_ms').notNull(),
    scoringVersion: text('scoring_version'),
    manifestSha256: text('manifest_sha256'),
  },
  (t) => [primaryKey({ columns: [t.hotkey, t.registeredAtBlock] })],
);

export const averageHistory = sqliteTable(
  'average_history',
  {
    roundId: text('round_id').notNull(),
    hotkey: hotkey('hotkey').notNull(),
    registeredAtBlock: integer('registered_at_block').notNull(),
    roundMean: real('round_mean').notNull(),
    asked: integer('asked').notNull(),
    answered: integer('answered').notNull(),
    emaBefore: real('ema_before'),
    emaAfter: real('ema_after').notNull(),
    roundsAfter: integer('rounds_after').notNull(),
    foldedMs: at('folded_ms').notNull(),
    scoringVersion: text('scoring_version'),
    manifestSha256: text('manifest_sha256'),
  },
  (t) => [primaryKey({ columns: [t.roundId, t.hotkey] })],
);

export const roundComponents = sqliteTable(
  'round_components',
  {
    roundId: text('round_id').notNull(),
    hotkey: hotkey('hotkey').notNull(),
    registeredAtBlock: integer('registered_at_block').notNull(),
    components: json('components', jsonRecord).notNull(),
    foldedMs: at('folded_ms').notNull(),
  },
  (t) => [primaryKey({ columns: [t.roundId, t.hotkey] })],
);

export const weightIntents = sqliteTable(
  'weight_intents',
  {
    id: text('id').primaryKey(),
    window: text('window').notNull(),
    attempt: integer('attempt').notNull(),
    netuid: integer('netuid').notNull(),
    mecid: integer('mecid').notNull(),
    block: integer('block').notNull(),
    epochIndex: integer('epoch_index').notNull(),
    mode: text('mode', { enum: ['plain', 'timelocked'] }).notNull(),
    versionKey: integer('version_key').notNull(),
    uids: json('uids', u16List).notNull(),
    values: json('weights', u16List).notNull(),
    entries: json('entries', z.array(weightEntrySchema)).notNull(),
    scoringVersion: text('scoring_version').notNull(),
    lastUpdateBefore: integer('last_update_before').notNull(),
    createdMs: at('created_ms').notNull(),
    extrinsicHash: text('extrinsic_hash'),
    validUntil: integer('valid_until'),
    state: text('state', { enum: ['intended', 'submitted', 'failed', 'verified', 'mismatch', 'superseded'] }).notNull(),
  },
  (t) => [unique().on(t.window, t.attempt)],
);

export const weightOutcomes = sqliteTable('weight_outcomes', {
  intentId: text('intent_id')
    .primaryKey()
    .references(() => weightIntents.id, { onDelete: 'cascade' }),
  atMs: at('at_ms').notNull(),
  ok: flag('ok').notNull(),
  block: integer('block'),
  blockHash: text('block_hash'),
  extrinsicHash: text('extrinsic_hash'),
  errorCode: text('error_code'),
  errorMessage: text('error_message'),
  mode: text('mode', { enum: ['plain', 'timelocked'] }),
  revealRound: integer('reveal_round'),
  revealBlock: integer('reveal_block'),
  commitEpoch: integer('commit_epoch'),
});

export const weightVerifications = sqliteTable('weight_verifications', {
  intentId: text('intent_id')
    .primaryKey()
    .references(() => weightIntents.id, { onDelete: 'cascade' }),
  atMs: at('at_ms').notNull(),
  block: integer('block').notNull(),
  match: flag('match').notNull(),
  uids: json('uids', u16List).notNull(),
  values: json('weights', u16List).notNull(),
});
