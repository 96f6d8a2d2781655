import { copyFileSync, cpSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import Database from 'better-sqlite3';
import { getTableConfig, SQLiteTable } from 'drizzle-orm/sqlite-core';
import { describe, expect, it } from 'vitest';
import { migrate } from '../../src/index.js';
import * as tables from '../../src/schema/index.js';
import { freshFile, freshFolder, freshStore, hotkeyOf, migrationsDir, open } from './fixture.js';

const newest = readdirSync(migrationsDir).filter((name) => name.endsWith('.sql')).length;

/** A copy of the released migrations plus one of the test's own. */
function withExtra(name: string, sql: string): string {
  const dir = join(freshFolder(), 'migrations');
  cpSync(migrationsDir, dir, { recursive: true });
  writeFileSync(join(dir, name), sql);
  return dir;
}

const next = (number: number, name: string): string => `${String(number).padStart(4, '0')}_${name}.sql`;

describe('migrate', () => {
  it('creates a database at the newest version and then has nothing to do', () => {
    const file = freshFile();
    expect(migrate({ file, migrationsDir }).version).toBe(newest);
    expect(migrate({ file, migrationsDir })).toEqual({ applied: [], version: newest, backupFile: null });
  });

  it('gives exactly the columns the schema in code expects', () => {
    const file = freshFile();
    migrate({ file, migrationsDir });
    const db = new Database(file, { readonly: true });
    for (const table of Object.values(tables)) {
      if (!(table instanceof SQLiteTable)) continue;
      const config = getTableConfig(table);
      const real = db.pragma(`table_info(${config.name})`) as {
        name: string;
        type: string;
        notnull: number;
        pk: number;
      }[];
      const inCode = config.columns.map((c) => [c.name, c.getSQLType().toUpperCase()]).sort();
      expect(real.map((c) => [c.name, c.type]).sort(), config.name).toEqual(inCode);
      const required = config.columns.filter((c) => c.notNull && !c.primary).map((c) => c.name);
      const keys = real.filter((c) => c.pk > 0).map((c) => c.name);
      expect(
        real
          .filter((c) => c.notnull === 1)
          .map((c) => c.name)
          .filter((n) => !keys.includes(n))
          .sort(),
        config.name,
      ).toEqual(required.filter((n) => !keys.includes(n)).sort());
    }
    db.close();
  });

  it('refuses an applied file that has changed', () => {
    const file = freshFile();
    const dir = withExtra(next(newest + 1, 'extra'), 'CREATE TABLE extra (id INTEGER PRIMARY KEY) STRICT;');
    migrate({ file, migrationsDir: dir });
    writeFileSync(join(dir, next(newest + 1, 'extra')), 'CREATE TABLE extra (id INTEGER PRIMARY KEY, a TEXT) STRICT;');
    expect(() => migrate({ file, migrationsDir: dir })).toThrow(
      expect.objectContaining({ code: 'STORE_MIGRATION_CHANGED' }),
    );
  });

  it('refuses a database of a newer build', () => {
    const file = freshFile();
    migrate({
      file,
      migrationsDir: withExtra(next(newest + 1, 'extra'), 'CREATE TABLE extra (id INTEGER PRIMARY KEY);'),
    });
    const newer = expect.objectContaining({ code: 'STORE_SCHEMA_NEWER' });
    expect(() => migrate({ file, migrationsDir })).toThrow(newer);
    expect(() => open(file)).toThrow(newer);
  });

  it('refuses a gap in the numbers, and a migration that was skipped', () => {
    const gap = withExtra(next(newest + 2, 'later'), 'SELECT 1;');
    expect(() => migrate({ file: freshFile(), migrationsDir: gap })).toThrow(
      expect.objectContaining({ code: 'STORE_MIGRATION_FILES' }),
    );
    const file = freshFile();
    migrate({ file, migrationsDir });
    const db = new Database(file);
    db.exec('DELETE FROM schema_migrations WHERE number = 1');
    db.close();
    expect(() => migrate({ file, migrationsDir })).toThrow(
      expect.objectContaining({ code: 'STORE_MIGRATION_OUT_OF_ORDER' }),
    );
  });

  it.each([
    ['a statement that fails', 'CREATE TABLE extra (id INTEGER PRIMARY KEY); SELECT * FROM nowhere;'],
    [
      'rows that would point at nothing',
      `PRAGMA foreign_keys; INSERT INTO round_stages (round_id, stage, intent_ms) VALUES ('gone', 'plan', 1);`,
    ],
    ['a file that ends its own transaction', 'CREATE TABLE extra (id INTEGER PRIMARY KEY); COMMIT;'],
  ])('rolls a file back on %s and leaves the version', (_name, sql) => {
    const file = freshFile();
    migrate({ file, migrationsDir });
    const dir = withExtra(next(newest + 1, 'bad'), sql);
    expect(() => migrate({ file, migrationsDir: dir })).toThrow(
      expect.objectContaining({ code: 'STORE_MIGRATION_FAILED' }),
    );
    expect(migrate({ file, migrationsDir })).toMatchObject({ applied: [], version: newest });
  });

  it('keeps children when a migration rebuilds their parent table, and backs the data up first', () => {
    const { file, store } = freshStore();
    store.rounds.begin({ id: 'r', startedMs: 1, block: 1, blockHash: '0x1', seed: 's' });
    return store.close().then(() => {
      const dir = withExtra(
        next(newest + 1, 'rebuild'),
        `CREATE TABLE rounds_new (id TEXT PRIMARY KEY, number INTEGER NOT NULL);
         INSERT INTO rounds_new SELECT id, number FROM rounds; DROP TABLE rounds; ALTER TABLE rounds_new RENAME TO rounds;`,
      );
      const report = migrate({ file, migrationsDir: dir });
      const db = new Database(file, { readonly: true });
      expect(db.prepare('SELECT count(*) FROM round_stages').pluck().get()).toBe(1);
      db.close();
      const backup = new Database(report.backupFile ?? '', { readonly: true });
      expect(backup.prepare('SELECT seed FROM rounds').pluck().get()).toBe('s');
      backup.close();
    });
  });

  it.skipIf(process.platform === 'win32')('lets nobody but its user read the database and its backups', () => {
    const file = freshFile();
    migrate({ file, migrationsDir, upTo: 1 });
    const { backupFile } = migrate({ file, migrationsDir });
    open(file).meta.getOrCreate('round_secret', () => 'secret');
    const modes = [file, `${file}-wal`, backupFile ?? ''].map((one) => statSync(one).mode & 0o777);
    expect(modes).toEqual([0o600, 0o600, 0o600]);
  });

  it.each([
    ['deleting a request', 'SELECT 1 FROM scores WHERE copy_of = ?'],
    ['the copies of a week', 'SELECT 1 FROM scores WHERE copy_of IS NOT NULL AND scored_ms >= ?'],
    ['the questions of a miner', 'SELECT 1 FROM requests WHERE hotkey = ? AND intent_ms >= 0'],
    ['the answers of a miner', 'SELECT 1 FROM answer_signatures WHERE hotkey = ? AND received_ms >= 0'],
    ['the response rate of a day', 'SELECT 1 FROM average_history WHERE folded_ms >= ?'],
  ])('gives an index for %s', (_name, sql) => {
    const file = freshFile();
    migrate({ file, migrationsDir });
    const db = new Database(file, { readonly: true });
    const plan = JSON.stringify(db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(1));
    db.close();
    expect(plan).toMatch(/SEARCH \w+ USING (?:COVERING )?INDEX/);
  });

  it('tells of ratings given before how long the talk had been going on', () => {
    const file = freshFile();
    const at = readdirSync(migrationsDir).find((name) => name.endsWith('_talked.sql')) ?? '';
    const before = join(freshFolder(), 'migrations');
    cpSync(migrationsDir, before, { recursive: true, filter: (from) => !/\.sql$/.test(from) || basename(from) < at });
    migrate({ file, migrationsDir: before });
    const db = new Database(file);
    db.exec(`
      INSERT INTO patients (id, secret_sha256, created_ms, last_seen_ms) VALUES ('p', 'x', 1, 1);
      INSERT INTO patient_sessions (id, patient_id, twin_id, twin_version, twin_name, region, title, created_ms, updated_ms)
        VALUES ('s', 'p', 'dr-a', 1, 'Dr. A', 'us', '', 1000, 1000), ('empty', 'p', 'dr-a', 1, 'Dr. A', 'us', '', 1000, 1000);
      INSERT INTO patient_answers (id, session_id, caller, twin_id, twin_version, crisis, state, asked_ms, ended_ms)
        VALUES ('a', 's', 'p', 'dr-a', 1, 'none', 'answered', 2000, 2500), ('b', 'empty', 'p', 'dr-a', 1, 'none', 'answered', 2000, 2500);
      INSERT INTO patient_messages (id, session_id, position, role, content, status, sources, created_ms) VALUES
        ('1', 's', 0, 'user', 'q', 'complete', '[]', 2000), ('2', 's', 1, 'assistant', 'a', 'complete', '[]', 1500),
        ('3', 's', 2, 'user', 'q', 'complete', '[]', 9000);
      INSERT INTO ratings (answer_id, patient_id, token_sha256, stars, turns, created_ms, updated_ms)
        VALUES ('a', 'p', 't1', 5, 2, 25000, 26000), ('b', 'p', 't2', 1, 0, 25000, 26000);
    `);
    db.close();
    migrate({ file, migrationsDir });
    const after = new Database(file, { readonly: true });
    expect(after.prepare('SELECT answer_id, stars, turns, talked_ms FROM ratings ORDER BY answer_id').all()).toEqual([
      { answer_id: 'a', stars: 5, turns: 2, talked_ms: 23_000 },
      { answer_id: 'b', stars: 1, turns: 0, talked_ms: 0 },
    ]);
    after.close();
  });

  it('will not touch a database that is in use, nor one of another application', () => {
    const { file } = freshStore();
    expect(() => migrate({ file, migrationsDir })).toThrow(expect.objectContaining({ code: 'STORE_LOCKED' }));
    const foreign = freshFile();
    const db = new Database(foreign);
    db.exec('CREATE TABLE theirs (a)');
    db.close();
    expect(() => migrate({ file: foreign, migrationsDir })).toThrow(
      expect.objectContaining({ code: 'STORE_NOT_OURS' }),
    );
  });
});

/** Rows as the version before each migration holds them; each must read the same after it. */
const ROWS: Record<number, string> = {
  1: `INSERT INTO meta VALUES ('netuid', '2');
      INSERT INTO rounds (id, number, state, started_ms, block, block_hash, seed) VALUES ('r1', 1, 'closed', 1, 7, '0x07', 's');
      INSERT INTO round_stages (round_id, stage, intent_ms, outcome_ms, outcome) VALUES ('r1', 'plan', 1, 2, '{"miners":1}');
      INSERT INTO participants VALUES ('r1', '${hotkeyOf(2)}', 5, '${hotkeyOf(9)}', 3, '127.0.0.2', 9000, 12001000, 1, 0);
      INSERT INTO questions VALUES ('q1', 'r1', 0, 'sleep-01', 1, 'sleep', 'Why?', 0, '{"id":"sleep-01"}');
      INSERT INTO requests (id, round_id, question_id, hotkey, attempt, intent_ms) VALUES ('a1', 'r1', 'q1', '${hotkeyOf(2)}', 1, 3);
      INSERT INTO responses VALUES ('a1', 9, 200, 'Success', 'Because.', 12.5, 'v10', NULL, NULL);
      INSERT INTO judge_manifests VALUES ('m1', '{}', '1.0.0', 4);
      INSERT INTO judgements VALUES ('a1', 'm1', 0.5, 0.6, NULL, 0, '[]', 10, 20.5);
      INSERT INTO judgement_items VALUES ('a1', 'rel', 0, 'answers', 6, 0, 0.75, 0);
      INSERT INTO versus VALUES ('a1', '[0,0,1,0,0]', 0.7);
      INSERT INTO controls VALUES ('r1', 'null', 'sleep-01', 0.02, 0, 0.05, 1, 9);`,
  2: `INSERT INTO averages VALUES ('${hotkeyOf(2)}', 5, 61.25, 3, 12, 12, 'r1', 10);
      INSERT INTO average_history VALUES ('r1', '${hotkeyOf(2)}', 5, 70.5, 4, 4, NULL, 7.05, 1, 10);
      INSERT INTO weight_intents VALUES ('w1', '2/7', 1, 2, 0, 7, 4, 'plain', 0, '[3]', '[65535]', '[]', '1', 0, 11, 'submitted');
      INSERT INTO weight_outcomes VALUES ('w1', 12, 1, 8, '0x08', '0xee', NULL, NULL);`,
  3: `INSERT INTO nonces VALUES ('btauth1', '${hotkeyOf(2)}', '01700000000000000001', 99);
      INSERT INTO strikes VALUES (1, '${hotkeyOf(2)}', 5, 'r1', 'injection', 8);`,
  4: `UPDATE judgements SET details = '{"words":42}';
      UPDATE judgement_items SET mass = 0.97;
      INSERT INTO controls VALUES ('r1', 'reference', 'sleep-01', NULL, 0.6, 0.8, 0, 9);`,
  5: `INSERT INTO judge_references VALUES ('m1', 'q1', '{"words":120}', 9);`,
  7: `INSERT INTO length_fits VALUES ('r1', '{"slope":0.05,"sd":0.3,"samples":40}', 9);`,
  8: `INSERT INTO answer_signatures VALUES ('a1', '${hotkeyOf(2)}', 'sleep-01', x'00ff', 9);`,
  9: `UPDATE averages SET manifest_sha256 = 'm1';`,
  11: `UPDATE participants SET incentive = 655;`,
  12: `UPDATE weight_intents SET extrinsic_hash = '0xee', valid_until = 15;
      UPDATE weight_outcomes SET mode = 'plain';`,
  13: `INSERT INTO patients (id, secret_sha256, created_ms, last_seen_ms) VALUES ('p1', 'f00d', 1, 2);
       INSERT INTO patient_sessions (id, patient_id, twin_id, twin_version, twin_name, region, title, created_ms, updated_ms)
         VALUES ('s1', 'p1', 'dr-a', 1, 'Dr. A', 'us', 'Sleep', 1, 2);
       INSERT INTO patient_answers (id, session_id, caller, twin_id, twin_version, crisis, state, asked_ms, ended_ms)
         VALUES ('a9', 's1', 'p1', 'dr-a', 1, 'none', 'answered', 1, 2);
       INSERT INTO organic_questions VALUES ('a9', 'dr-a', 1, 'en', '[{"role":"user","text":"Why?"}]', 0, 1, 3);
       INSERT INTO organic_answers VALUES ('a9', '${hotkeyOf(2)}', 5, 'Because.', 12.5, NULL, 0.6, 72, '{}', 3);`,
  14: `INSERT INTO twins (id, name, draft, draft_ms, created_ms, updated_ms) VALUES ('dr-a', 'Dr. A', '{"id":"dr-a"}', 1, 1, 1);
       INSERT INTO twin_versions VALUES ('dr-a', 1, 'published', 'f00d', '{}', '${hotkeyOf(1)}', 'ab', 1, 2, NULL);
       UPDATE twins SET current_version = 1;
       INSERT INTO held_packs VALUES ('${hotkeyOf(1)}', 'dr-a', 1, 'f00d', '{}', 3);
       INSERT INTO twin_publishers VALUES ('${hotkeyOf(1)}', 4, 5);
       INSERT INTO twin_notes (book, kind, item_id, title, body, source) VALUES ('f00d', 'note', 'n1', 'Sleep', 'Rest.', NULL);`,
  15: `INSERT INTO doctors VALUES ('d1', 'Dr. A', 1);
       INSERT INTO doctor_twins VALUES ('dr-a', 'd1', 1);
       INSERT INTO invitations VALUES ('i1', 'f00d', 'd1', 1, 9, 2);
       INSERT INTO doctor_sessions VALUES ('s1', 'f00d', 'd1', 2, 9, NULL);
       INSERT INTO consents VALUES ('c1', 'dr-a', 'd1', 'twin', 'agreed', 3, NULL);
       INSERT INTO dialogues VALUES ('g1', 'dr-a', 'd1', 'import', 'Why?', 'Because.', 1, 'c1', 4, NULL);
       INSERT INTO audit VALUES (1, 5, 'doctor:d1', 'import', 'dr-a', '{}');`,
  16: `INSERT INTO round_components VALUES ('r1', '${hotkeyOf(2)}', 5, '{"mean":70.5}', 10);`,
  17: `INSERT INTO evidence VALUES ('r1', 1, 'f00d', NULL, 'ab', '0.1.0', '{"alpha":0.1}', NULL, 11);`,
  18: `UPDATE rounds SET settings = '{"alpha":0.1}';`,
  20: `INSERT INTO exam_answers VALUES ('m1', 'b1', 'sleep-01', 0, 0.85, 12);
       INSERT INTO exams VALUES ('m1', 'b1', 1, '{"spearman":0.8}', 13);`,
};

function dump(file: string): Record<string, unknown[]> {
  const db = new Database(file, { readonly: true });
  const names = db
    // Where the full-text index keeps its own pages is its own affair; its rows are in twin_notes.
    .prepare(
      `SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'schema_migrations' AND name NOT LIKE 'twin!_notes!_%' ESCAPE '!' ORDER BY name`,
    )
    .pluck()
    .all() as string[];
  const rows = Object.fromEntries(names.map((name) => [name, db.prepare(`SELECT * FROM ${name}`).all()]));
  db.close();
  return rows;
}

describe('each migration', () => {
  it.each(Array.from({ length: newest - 1 }, (_, i) => i + 2))(
    '%i carries the rows of its predecessor across',
    (number) => {
      const file = freshFile();
      for (let version = 1; version < number; version += 1) {
        migrate({ file, migrationsDir, upTo: version });
        const db = new Database(file);
        db.exec(ROWS[version] ?? '');
        db.close();
      }
      const before = dump(file);
      expect(Object.values(before).flat().length).toBeGreaterThan(0);
      copyFileSync(file, `${file}.old`);
      migrate({ file, migrationsDir, upTo: number });
      expect(dump(file)).toMatchObject(before);
    },
  );
});
