import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { silentLogger, systemClock } from '@bettertherapy/core';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { backupStore, migrate, restoreStore, verifyCopy } from '../../src/index.js';
import {
  answerRow,
  freshFile,
  freshFolder,
  freshStore,
  hotkeyOf,
  identity,
  migrationsDir,
  open,
  plannedRound,
} from './fixture.js';

const code = (value: string) => expect.objectContaining({ code: value });
const never = new AbortController().signal;
const PARTS = { clock: systemClock, log: silentLogger, signal: never };

function backup(file: string, target = join(freshFolder(), 'deep', 'copy.sqlite')) {
  return backupStore({ file, target, migrationsDir }, never);
}

const restore = (file: string, from: string) => restoreStore({ file, from, migrationsDir }, PARTS);

/** A store with one round, a backup of it, and the store closed. */
async function kept() {
  const { file, store } = freshStore();
  plannedRound(store);
  const copy = await backup(file);
  await store.close();
  return { file, copy };
}

/** How many answers a database holds. */
function answersIn(file: string): number {
  return rowsIn(file, 'responses');
}

function rowsIn(file: string, table: 'responses' | 'meta'): number {
  const db = new Database(file, { readonly: true });
  try {
    return Number(db.prepare(`SELECT count(*) FROM ${table}`).pluck().get());
  } finally {
    db.close();
  }
}

describe('a backup', () => {
  it('is taken while the owner writes, holds what was committed before, and is whole', async () => {
    const { file, store } = freshStore();
    plannedRound(store);
    const begun = backup(file);
    // Between the steps of the copy the owner goes on.
    store.responses.record(answerRow('round-1-r20'));
    const copy = await begun;
    store.responses.record(answerRow('round-1-r21'));
    expect(copy).toMatchObject({ pending: [], identity: { ...identity, netuid: String(identity.netuid) } });
    expect(copy.version).toBeGreaterThan(5);
    expect(copy.bytes).toBe(statSync(copy.file).size);
    expect(statSync(copy.file).mode & 0o777).toBe(0o600);
    expect(readdirSync(dirname(copy.file))).toEqual(['copy.sqlite']);
    const seen = open(copy.file, { readonly: true, identity: null });
    expect(seen.rounds.open()?.id).toBe('round-1');
    expect(seen.integrityProblems()).toEqual([]);
    expect(store.integrityProblems()).toEqual([]);
  });

  it('is whole each time while another process writes without a pause', async () => {
    const { file } = await kept();
    const script = `
      const db = new (require('better-sqlite3'))(process.argv[1], { timeout: 5000 });
      const put = db.prepare('INSERT INTO meta (key, value) VALUES (?, ?)');
      for (let n = 0; ; n += 1) {
        put.run('n' + n, 'x'.repeat(2000));
        if (n === 10) console.log('writing');
      }`;
    const writer = spawn(process.execPath, ['-e', script, file], {
      cwd: import.meta.dirname,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      await once(writer.stdout, 'data');
      let before = 0;
      for (let at = 0; at < 3; at += 1) {
        const { file: copy } = await backup(file);
        const rows = rowsIn(copy, 'meta');
        expect(rows).toBeGreaterThan(before);
        before = rows;
      }
    } finally {
      writer.kill('SIGKILL');
      await once(writer, 'exit');
    }
  });

  it('takes no second backup of one name, and none of nothing', async () => {
    const { copy, file } = await kept();
    await expect(backup(file, copy.file)).rejects.toThrow(code('STORE_COPY_EXISTS'));
    await expect(backup(freshFile())).rejects.toThrow(code('STORE_CANNOT_OPEN'));
  });

  it('leaves nothing behind when it is stopped', async () => {
    const { file } = await kept();
    const folder = freshFolder();
    const stopped = AbortSignal.abort(new Error('stopped'));
    const target = join(folder, 'copy.sqlite');
    await expect(backupStore({ file, target, migrationsDir }, stopped)).rejects.toThrow('stopped');
    expect(readdirSync(folder)).toEqual([]);
  });

  it('can be verified in a folder that cannot be written', async () => {
    const { copy } = await kept();
    chmodSync(dirname(copy.file), 0o500);
    await expect(verifyCopy(copy.file, migrationsDir, never)).resolves.toMatchObject({ sha256: copy.sha256 });
    chmodSync(dirname(copy.file), 0o700);
  });
});

describe('restoring', () => {
  it('brings every row back, and moves what was there aside with its log', async () => {
    const { file, copy } = await kept();
    const later = open(file);
    later.responses.record(answerRow('round-1-r20'));
    await later.close();
    const { replaced, restored } = await restore(file, copy.file);
    expect(restored.sha256).toBe(copy.sha256);
    expect(existsSync(replaced ?? '')).toBe(true);
    expect(answersIn(replaced ?? '')).toBe(1);
    expect(answersIn(file)).toBe(0);
    expect(open(file).rounds.open()?.id).toBe('round-1');
    expect(readdirSync(dirname(file)).filter((name) => name.includes('.part'))).toEqual([]);
  });

  it('makes a database where there is none', async () => {
    const { copy } = await kept();
    const file = join(freshFolder(), 'new', 'journal.sqlite');
    await expect(restore(file, copy.file)).resolves.toMatchObject({ replaced: null });
    expect(open(file).rounds.open()?.id).toBe('round-1');
  });

  it('replaces a database that is damaged beyond reading', async () => {
    const { file, copy } = await kept();
    truncateSync(file, 5000);
    await expect(restore(file, copy.file)).resolves.toMatchObject({ restored: { version: copy.version } });
    expect(open(file).rounds.open()?.id).toBe('round-1');
  });

  it('is refused while a daemon owns the database, and changes nothing', async () => {
    const { file, copy } = await kept();
    const daemon = open(file);
    await expect(restore(file, copy.file)).rejects.toThrow(code('STORE_LOCKED'));
    daemon.responses.record(answerRow('round-1-r20'));
    await daemon.close();
    expect(answersIn(file)).toBe(1);
  });

  it.each([
    ['chain', { genesis: `0x${'cd'.repeat(32)}` }],
    ['subnet', { netuid: 3 }],
    ['hotkey', { hotkey: hotkeyOf(8) }],
  ])('is refused where the database belongs to another %s', async (_name, other) => {
    const { copy } = await kept();
    const file = freshFile();
    migrate({ file, migrationsDir });
    await open(file, { identity: { ...identity, ...other } }).close();
    const before = readFileSync(file);
    await expect(restore(file, copy.file)).rejects.toThrow(code('STORE_IDENTITY_MISMATCH'));
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  it.each<[string, (file: string) => void, string]>([
    ['cut short', (file) => truncateSync(file, Math.floor(statSync(file).size / 2)), 'STORE_COPY_DAMAGED'],
    ['with pages overwritten', overwritten, 'STORE_COPY_DAMAGED'],
    ['that is text', (file) => writeFileSync(file, 'x'.repeat(9000)), 'STORE_C'],
    ['of another program', (file) => foreign(file), 'STORE_NOT_OURS'],
    ['that is empty', (file) => writeFileSync(file, ''), 'STORE_COPY_DAMAGED'],
  ])('refuses a backup %s and leaves the database as it was', async (_what, spoil, refusal) => {
    const { file, copy } = await kept();
    spoil(copy.file);
    const before = readFileSync(file);
    await expect(restore(file, copy.file)).rejects.toThrow(
      expect.objectContaining({ code: expect.stringContaining(refusal) }),
    );
    expect(readFileSync(file).equals(before)).toBe(true);
    expect(readdirSync(dirname(file)).filter((name) => /part|replaced/.test(name))).toEqual([]);
  });

  function overwritten(file: string): void {
    const bytes = readFileSync(file);
    bytes.fill(0x5a, 4096 * 3, 4096 * 9);
    writeFileSync(file, bytes);
  }

  function foreign(file: string): void {
    writeFileSync(file, '');
    const db = new Database(file);
    db.exec('CREATE TABLE theirs (a)');
    db.close();
  }

  it('tells what is still to be migrated in an older backup', async () => {
    const old = freshFile();
    migrate({ file: old, migrationsDir, upTo: 2 });
    mkdirSync(join(dirname(old), 'b'));
    const copy = await backup(old, join(dirname(old), 'b', 'copy.sqlite'));
    const { restored } = await restore(freshFile(), copy.file);
    expect(restored).toMatchObject({ version: 2, pending: expect.arrayContaining([expect.stringMatching(/^0003_/)]) });
  });
});
