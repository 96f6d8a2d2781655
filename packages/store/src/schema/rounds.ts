import { integer, primaryKey, real, sqliteTable, text, unique } from 'drizzle-orm/sqlite-core';
import { at, flag, hotkey, json } from './columns.js';
import { foldSettingsSchema, jsonRecord } from './shapes.js';

/** The stages of a round, in order. */
export const STAGES = ['plan', 'query', 'collect', 'gate', 'judge', 'score', 'fold'] as const;
export type Stage = (typeof STAGES)[number];

export const rounds = sqliteTable('rounds', {
  id: text('id').primaryKey(),
  number: integer('number').notNull().unique(),
  state: text('state', { enum: ['open', 'closed', 'abandoned'] }).notNull(),
  startedMs: at('started_ms').notNull(),
  closedMs: at('closed_ms'),
  block: integer('block').notNull(),
  blockHash: text('block_hash').notNull(),
  seed: text('seed').notNull(),
  counted: flag('counted').notNull().default(false),
  voidReason: text('void_reason'),
  /** What it was folded with; null before that and in rows from before it was kept. */
  settings: json('settings', foldSettingsSchema),
});

export const roundStages = sqliteTable(
  'round_stages',
  {
    roundId: text('round_id')
      .notNull()
      .references(() => rounds.id, { onDelete: 'cascade' }),
    stage: text('stage', { enum: STAGES }).notNull(),
    intentMs: at('intent_ms').notNull(),
    entries: integer('entries').notNull().default(1),
    outcomeMs: at('outcome_ms'),
    outcome: json('outcome', jsonRecord),
  },
  (t) => [primaryKey({ columns: [t.roundId, t.stage] })],
);

export const participants = sqliteTable(
  'participants',
  {
    roundId: text('round_id')
      .notNull()
      .references(() => rounds.id, { onDelete: 'cascade' }),
    hotkey: hotkey('hotkey').notNull(),
    registeredAtBlock: integer('registered_at_block').notNull(),
    coldkey: text('coldkey').notNull(),
    uid: integer('uid').notNull(),
    ip: text('ip').notNull(),
    port: integer('port').notNull(),
    axonVersion: integer('axon_version').notNull(),
    newcomer: flag('newcomer').notNull(),
    position: integer('position').notNull(),
    /** u16 as the chain had it when the round was planned; null in rows from before it was kept. */
    incentive: integer('incentive'),
  },
  (t) => [primaryKey({ columns: [t.roundId, t.hotkey] })],
);

export const questions = sqliteTable(
  'questions',
  {
    id: text('id').primaryKey(),
    roundId: text('round_id')
      .notNull()
      .references(() => rounds.id, { onDelete: 'cascade' }),
    position: integer('position').notNull(),
    bankId: text('bank_id').notNull(),
    bankVersion: integer('bank_version').notNull(),
    theme: text('theme').notNull(),
    askedText: text('asked_text').notNull(),
    paraphrased: flag('paraphrased').notNull(),
    bankEntry: json('bank_entry', jsonRecord).notNull(),
  },
  (t) => [unique().on(t.roundId, t.position)],
);

export const requests = sqliteTable(
  'requests',
  {
    id: text('id').primaryKey(),
    roundId: text('round_id')
      .notNull()
      .references(() => rounds.id, { onDelete: 'cascade' }),
    questionId: text('question_id')
      .notNull()
      .references(() => questions.id, { onDelete: 'cascade' }),
    hotkey: hotkey('hotkey').notNull(),
    attempt: integer('attempt').notNull(),
    intentMs: at('intent_ms').notNull(),
    lostMs: at('lost_ms'),
    lostReason: text('lost_reason'),
  },
  (t) => [unique().on(t.questionId, t.hotkey, t.attempt)],
);

export const responses = sqliteTable('responses', {
  requestId: text('request_id')
    .primaryKey()
    .references(() => requests.id, { onDelete: 'cascade' }),
  receivedMs: at('received_ms').notNull(),
  statusCode: integer('status_code').notNull(),
  statusMessage: text('status_message').notNull(),
  output: text('output'),
  responseMs: real('response_ms').notNull(),
  protocol: text('protocol').notNull(),
  axonProcessMs: real('axon_process_ms'),
  refusedBy: text('refused_by'),
});
