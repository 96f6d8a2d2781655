import { integer, primaryKey, real, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { at, flag, json } from './columns.js';
import { jsonRecord } from './shapes.js';

export const examAnswers = sqliteTable(
  'exam_answers',
  {
    manifestSha256: text('manifest_sha256').notNull(),
    paperSha256: text('paper_sha256').notNull(),
    questionId: text('question_id').notNull(),
    answer: integer('answer').notNull(),
    reward: real('reward'),
    judgedMs: at('judged_ms').notNull(),
  },
  (t) => [primaryKey({ columns: [t.manifestSha256, t.paperSha256, t.questionId, t.answer] })],
);

export const exams = sqliteTable(
  'exams',
  {
    manifestSha256: text('manifest_sha256').notNull(),
    paperSha256: text('paper_sha256').notNull(),
    passed: flag('passed').notNull(),
    report: json('report', jsonRecord).notNull(),
    takenMs: at('taken_ms').notNull(),
  },
  (t) => [primaryKey({ columns: [t.manifestSha256, t.paperSha256] })],
);
