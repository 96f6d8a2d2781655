import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { at, flag, json } from './columns.js';
import { jsonRecord } from './shapes.js';

/** What a consent allows: use in the twin itself, or also release for training. */
export const CONSENT_SCOPES = ['twin', 'training'] as const;
export type ConsentScope = (typeof CONSENT_SCOPES)[number];

export const doctors = sqliteTable('doctors', {
  id: text('id').primaryKey(),
  name: text('name').notNull().unique(),
  createdMs: at('created_ms').notNull(),
});

const doctorId = () =>
  text('doctor_id')
    .notNull()
    .references(() => doctors.id);

/** A secret that is known by its hash and speaks for a doctor until it expires. */
const doctorToken = () => ({
  id: text('id').primaryKey(),
  secretSha256: text('secret_sha256').notNull(),
  doctorId: doctorId(),
  createdMs: at('created_ms').notNull(),
  expiresMs: at('expires_ms').notNull(),
});

export const doctorTwins = sqliteTable('doctor_twins', {
  twinId: text('twin_id').primaryKey(),
  doctorId: doctorId(),
  sinceMs: at('since_ms').notNull(),
});

export const invitations = sqliteTable('invitations', {
  ...doctorToken(),
  usedMs: at('used_ms'),
});

export const doctorSessions = sqliteTable('doctor_sessions', {
  ...doctorToken(),
  endedMs: at('ended_ms'),
});

export const consents = sqliteTable('consents', {
  id: text('id').primaryKey(),
  twinId: text('twin_id').notNull(),
  doctorId: doctorId(),
  scope: text('scope', { enum: CONSENT_SCOPES }).notNull(),
  statement: text('statement').notNull(),
  givenMs: at('given_ms').notNull(),
  withdrawnMs: at('withdrawn_ms'),
});

export const dialogues = sqliteTable('dialogues', {
  id: text('id').primaryKey(),
  twinId: text('twin_id').notNull(),
  doctorId: doctorId(),
  origin: text('origin', { enum: ['import', 'correction'] }).notNull(),
  question: text('question').notNull(),
  answer: text('answer').notNull(),
  /** Identifiers that were replaced. */
  masked: integer('masked').notNull(),
  consentId: text('consent_id').references(() => consents.id),
  createdMs: at('created_ms').notNull(),
  withdrawnMs: at('withdrawn_ms'),
});

export const corrections = sqliteTable('corrections', {
  goldId: text('gold_id').primaryKey(),
  answerId: text('answer_id').unique(),
  twinId: text('twin_id').notNull(),
  doctorId: doctorId(),
  dialogueId: text('dialogue_id')
    .notNull()
    .unique()
    .references(() => dialogues.id),
  ownWords: flag('own_words').notNull(),
  gold: json('gold', jsonRecord).notNull(),
  createdMs: at('created_ms').notNull(),
});

export const audit = sqliteTable('audit', {
  id: integer('id').primaryKey(),
  atMs: at('at_ms').notNull(),
  actor: text('actor').notNull(),
  action: text('action').notNull(),
  twinId: text('twin_id'),
  details: json('details', jsonRecord).notNull(),
});
