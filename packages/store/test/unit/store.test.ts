import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { migrate } from '../../src/index.js';
import { answerRow, freshFile, freshStore, hotkeyOf, identity, migrationsDir, open, plannedRound } from './fixture.js';

const code = (value: string) => expect.objectContaining({ code: value });

describe('openStore', () => {
  it('refuses a missing database and an old one, and names the command', () => {
    const file = freshFile();
    expect(() => open(file)).toThrow(
      expect.objectContaining({ code: 'STORE_SCHEMA_OLD', remedy: expect.stringContaining('pnpm migrate') }),
    );
    migrate({ file, migrationsDir, upTo: 1 });
    expect(() => open(file)).toThrow(code('STORE_SCHEMA_OLD'));
  });

  it.each([
    ['chain', { genesis: `0x${'cd'.repeat(32)}` }],
    ['subnet', { netuid: 3 }],
    ['hotkey', { hotkey: hotkeyOf(8) }],
  ])('refuses to serve another %s', async (_name, other) => {
    const { file, store } = freshStore();
    await store.close();
    expect(() => open(file, { identity: { ...identity, ...other } })).toThrow(code('STORE_IDENTITY_MISMATCH'));
    expect(() => open(file)).not.toThrow();
  });

  it('refuses a second owner and lets it in after the first has closed', async () => {
    const { file, store } = freshStore();
    expect(() => open(file)).toThrow(
      expect.objectContaining({ code: 'STORE_LOCKED', message: expect.stringContaining(String(process.pid)) }),
    );
    await store.close();
    await store.close();
    expect(() => open(file)).not.toThrow();
  });

  it('takes over at once when the owner was killed', async () => {
    const file = freshFile();
    migrate({ file, migrationsDir });
    const script = `
      const D = require('better-sqlite3');
      const side = new D(process.argv[1] + '.lock', { timeout: 0 });
      side.exec('BEGIN EXCLUSIVE');
      console.log('locked');
      setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['-e', script, file], {
      cwd: import.meta.dirname,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    expect(() => open(file)).toThrow(code('STORE_LOCKED'));
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(() => open(file)).not.toThrow();
  });

  it('lets an observer read what is committed while the owner writes, and not write itself', () => {
    const { file, store } = freshStore();
    const observer = open(file, { readonly: true, identity: null });
    expect(observer.rounds.open()).toBeNull();
    plannedRound(store);
    expect(observer.rounds.open()?.id).toBe('round-1');
    expect(observer.integrityProblems()).toEqual([]);
    expect(() => observer.responses.record(answerRow('round-1-r20'))).toThrow(/readonly/i);
  });

  it('lets an observer read after the owner was closed', async () => {
    const { file, store } = freshStore();
    plannedRound(store);
    await store.close();
    expect(open(file, { readonly: true, identity: null }).journal.newest()?.answers).toHaveLength(4);
  });
});
