import { blob, integer, primaryKey, real, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { z } from 'zod';
import { at, flag, hotkey, json } from './columns.js';
import { requests, rounds } from './rounds.js';
import { anyJson, jsonRecord, lengthFitSchema, levelsSchema } from './shapes.js';

export const judgeManifests = sqliteTable('judge_manifests', {
  sha256: text('sha256').primaryKey(),
  manifest: json('manifest', jsonRecord).notNull(),
  scoringVersion: text('scoring_version').notNull(),
  firstSeenMs: at('first_seen_ms').notNull(),
});

export const gates = sqliteTable('gates', {
  requestId: text('request_id')
    .primaryKey()
    .references(() => requests.id, { onDelete: 'cascade' }),
  pass: flag('pass').notNull(),
  reason: text('reason'),
  result: json('result', jsonRecord).notNull(),
  gatedMs: at('gated_ms').notNull(),
});

export const judgements = sqliteTable('judgements', {
  requestId: text('request_id')
    .primaryKey()
    .references(() => requests.id, { onDelete: 'cascade' }),
  manifestSha256: text('manifest_sha256')
    .notNull()
    .references(() => judgeManifests.sha256),
  reward: real('reward'),
  rubric: real('rubric'),
  facts: real('facts'),
  lengthAdjustment: real('length_adjustment').notNull(),
  caps: json('caps', z.array(anyJson)).notNull(),
  judgedMs: at('judged_ms').notNull(),
  tookMs: real('took_ms').notNull(),
  details: json('details', jsonRecord).notNull().default({}),
});

export const judgementItems = sqliteTable(
  'judgement_items',
  {
    requestId: text('request_id')
      .notNull()
      .references(() => judgements.requestId, { onDelete: 'cascade' }),
    itemId: text('item_id').notNull(),
    position: integer('position').notNull(),
    text: text('text').notNull(),
    points: real('points').notNull(),
    critical: flag('critical').notNull(),
    p: real('p').notNull(),
    undecided: flag('undecided').notNull(),
    /** Probability of both labels together; null in rows from before it was kept. */
    mass: real('mass'),
  },
  (t) => [primaryKey({ columns: [t.requestId, t.itemId] })],
);

export const versus = sqliteTable('versus', {
  requestId: text('request_id')
    .primaryKey()
    .references(() => judgements.requestId, { onDelete: 'cascade' }),
  levels: json('levels', levelsSchema).notNull(),
  value: real('value'),
});

export const controls = sqliteTable(
  'controls',
  {
    roundId: text('round_id')
      .notNull()
      .references(() => rounds.id, { onDelete: 'cascade' }),
    kind: text('kind').notNull(),
    bankId: text('bank_id').notNull(),
    reward: real('reward'),
    low: real('low').notNull(),
    high: real('high').notNull(),
    pass: flag('pass').notNull(),
    checkedMs: at('checked_ms').notNull(),
  },
  (t) => [primaryKey({ columns: [t.roundId, t.kind] })],
);

export const scores = sqliteTable('scores', {
  requestId: text('request_id')
    .primaryKey()
    .references(() => requests.id, { onDelete: 'cascade' }),
  roundId: text('round_id')
    .notNull()
    .references(() => rounds.id, { onDelete: 'cascade' }),
  hotkey: hotkey('hotkey').notNull(),
  reward: real('reward'),
  quality: real('quality').notNull(),
  time: real('time').notNull(),
  total: real('total').notNull(),
  copyOf: text('copy_of').references(() => requests.id, { onDelete: 'set null' }),
  components: json('components', jsonRecord).notNull(),
  scoringVersion: text('scoring_version').notNull(),
  manifestSha256: text('manifest_sha256').references(() => judgeManifests.sha256),
  scoredMs: at('scored_ms').notNull(),
});

export const answerSignatures = sqliteTable('answer_signatures', {
  requestId: text('request_id')
    .primaryKey()
    .references(() => requests.id, { onDelete: 'cascade' }),
  hotkey: hotkey('hotkey').notNull(),
  bankId: text('bank_id').notNull(),
  signature: blob('signature', { mode: 'buffer' }).notNull(),
  receivedMs: at('received_ms').notNull(),
});

export const lengthFits = sqliteTable('length_fits', {
  roundId: text('round_id')
    .primaryKey()
    .references(() => rounds.id, { onDelete: 'cascade' }),
  fit: json('fit', lengthFitSchema),
  fittedMs: at('fitted_ms').notNull(),
});

export const judgeReferences = sqliteTable(
  'judge_references',
  {
    manifestSha256: text('manifest_sha256').notNull(),
    questionSha256: text('question_sha256').notNull(),
    reference: json('reference', jsonRecord).notNull(),
    judgedMs: at('judged_ms').notNull(),
    /** When answers were last measured against it. */
    usedMs: at('used_ms').notNull(),
  },
  (t) => [primaryKey({ columns: [t.manifestSha256, t.questionSha256] })],
);
