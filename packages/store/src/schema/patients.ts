import { integer, primaryKey, real, sqliteTable, text, unique } from 'drizzle-orm/sqlite-core';
import { z } from 'zod';
import { at, flag, hotkey, json } from './columns.js';
import { jsonRecord, sourceSchema, turnSchema } from './shapes.js';

export const RISK_LEVELS = ['none', 'concern', 'crisis'] as const;
export const ANSWER_STATES = ['open', 'answered', 'none', 'stopped', 'lost'] as const;
export const MESSAGE_STATUSES = ['complete', 'stopped', 'failed', 'superseded'] as const;

export const patients = sqliteTable('patients', {
  id: text('id').primaryKey(),
  secretSha256: text('secret_sha256').notNull(),
  createdMs: at('created_ms').notNull(),
  lastSeenMs: at('last_seen_ms').notNull(),
  trainingConsent: flag('training_consent').notNull().default(false),
  consentMs: at('consent_ms'),
});

export const patientSessions = sqliteTable('patient_sessions', {
  id: text('id').primaryKey(),
  patientId: text('patient_id')
    .notNull()
    .references(() => patients.id, { onDelete: 'cascade' }),
  twinId: text('twin_id').notNull(),
  twinVersion: integer('twin_version').notNull(),
  twinName: text('twin_name').notNull(),
  region: text('region').notNull(),
  title: text('title').notNull(),
  crisis: flag('crisis').notNull().default(false),
  createdMs: at('created_ms').notNull(),
  updatedMs: at('updated_ms').notNull(),
});

export const patientAnswers = sqliteTable('patient_answers', {
  id: text('id').primaryKey(),
  sessionId: text('session_id').references(() => patientSessions.id, { onDelete: 'cascade' }),
  caller: text('caller').notNull(),
  twinId: text('twin_id').notNull(),
  twinVersion: integer('twin_version').notNull(),
  crisis: text('crisis', { enum: RISK_LEVELS }).notNull(),
  state: text('state', { enum: ANSWER_STATES }).notNull(),
  askedMs: at('asked_ms').notNull(),
  firstGoodMs: real('first_good_ms'),
  firstWordMs: real('first_word_ms'),
  endedMs: at('ended_ms'),
});

export const patientCandidates = sqliteTable(
  'patient_candidates',
  {
    answerId: text('answer_id')
      .notNull()
      .references(() => patientAnswers.id, { onDelete: 'cascade' }),
    hotkey: hotkey('hotkey').notNull(),
    registeredAtBlock: integer('registered_at_block').notNull(),
    uid: integer('uid').notNull(),
    requestId: text('request_id').notNull().unique(),
    explored: flag('explored').notNull(),
    statusCode: integer('status_code'),
    responseMs: real('response_ms'),
    refusedBy: text('refused_by'),
    gatePass: flag('gate_pass'),
    gateReason: text('gate_reason'),
    quick: real('quick'),
    chosen: flag('chosen').notNull().default(false),
  },
  (t) => [primaryKey({ columns: [t.answerId, t.hotkey] })],
);

export const patientMessages = sqliteTable(
  'patient_messages',
  {
    id: text('id').primaryKey(),
    sessionId: text('session_id')
      .notNull()
      .references(() => patientSessions.id, { onDelete: 'cascade' }),
    position: integer('position').notNull(),
    role: text('role', { enum: ['user', 'assistant'] }).notNull(),
    content: text('content').notNull(),
    status: text('status', { enum: MESSAGE_STATUSES }).notNull(),
    answerId: text('answer_id').references(() => patientAnswers.id, { onDelete: 'cascade' }),
    sources: json('sources', z.array(sourceSchema)).notNull(),
    crisis: json('crisis', jsonRecord),
    createdMs: at('created_ms').notNull(),
  },
  (t) => [unique().on(t.sessionId, t.position)],
);

export const ratings = sqliteTable('ratings', {
  answerId: text('answer_id')
    .primaryKey()
    .references(() => patientAnswers.id, { onDelete: 'cascade' }),
  patientId: text('patient_id')
    .notNull()
    .references(() => patients.id, { onDelete: 'cascade' }),
  tokenSha256: text('token_sha256').notNull().unique(),
  stars: integer('stars'),
  thumb: text('thumb', { enum: ['up', 'down'] }),
  reason: text('reason'),
  text: text('text'),
  turns: integer('turns').notNull(),
  talkedMs: integer('talked_ms').notNull(),
  createdMs: at('created_ms').notNull(),
  updatedMs: at('updated_ms').notNull(),
  withdrawnMs: at('withdrawn_ms'),
});

export const reports = sqliteTable('reports', {
  id: text('id').primaryKey(),
  answerId: text('answer_id')
    .notNull()
    .references(() => patientAnswers.id, { onDelete: 'cascade' }),
  patientId: text('patient_id')
    .notNull()
    .references(() => patients.id, { onDelete: 'cascade' }),
  reason: text('reason').notNull(),
  text: text('text'),
  createdMs: at('created_ms').notNull(),
});

export const organicQuestions = sqliteTable('organic_questions', {
  answerId: text('answer_id')
    .primaryKey()
    .references(() => patientAnswers.id, { onDelete: 'cascade' }),
  twinId: text('twin_id').notNull(),
  twinVersion: integer('twin_version').notNull(),
  lang: text('lang').notNull(),
  turns: json('turns', z.array(turnSchema)).notNull(),
  crisis: flag('crisis').notNull(),
  askedMs: at('asked_ms').notNull(),
  judgedMs: at('judged_ms'),
});

export const organicAnswers = sqliteTable(
  'organic_answers',
  {
    answerId: text('answer_id')
      .notNull()
      .references(() => organicQuestions.answerId, { onDelete: 'cascade' }),
    hotkey: hotkey('hotkey').notNull(),
    registeredAtBlock: integer('registered_at_block').notNull(),
    text: text('text'),
    responseMs: real('response_ms').notNull(),
    gateReason: text('gate_reason'),
    reward: real('reward'),
    total: real('total'),
    details: json('details', jsonRecord).notNull().default({}),
    judgedMs: at('judged_ms'),
    countedRound: text('counted_round'),
  },
  (t) => [primaryKey({ columns: [t.answerId, t.hotkey] })],
);
