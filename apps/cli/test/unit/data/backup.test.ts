import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describeError, encodeSs58, parseHotkey, silentLogger } from '@bettertherapy/core';
import { openStore } from '@bettertherapy/store';
import { temporaryFolder } from '@bettertherapy/testkit';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { findCommand } from '../../../src/commandList.js';
import { migrationsDir } from '../../../src/start/layout.js';

const folder = temporaryFolder('backup');
afterAll(() => folder.remove());

const identity = {
  genesis: `0x${'ab'.repeat(32)}`,
  netuid: 102,
  hotkey: parseHotkey(encodeSs58(new Uint8Array(32).fill(7))),
};
let at = 0;
let dir = '';
const database = () => join(dir, 'validator.sqlite');
const daemon = () => openStore({ file: database(), migrationsDir, identity, owner: 'validator' });

beforeEach(async () => {
  at += 1;
  dir = join(folder.path, `data-${at}`);
  await bt('migrate', '--data.dir', dir);
  await daemon().close();
});

/** Runs a command; `answer` null is no terminal. */
async function bt(...words: readonly (string | { readonly answer: string })[]) {
  const argv = words.filter((word) => typeof word === 'string');
  const answer = words.find((word) => typeof word !== 'string')?.answer ?? null;
  const printed = { out: '', note: '' };
  const questions: string[] = [];
  const found = findCommand(argv);
  if (found === null) throw new TypeError(`no command ${argv.join(' ')}`);
  const run = found.command.run(found.rest, {
    input: { argv, env: {}, cwd: folder.path, terminal: false, columns: 80, readText: () => null },
    terminal: {
      interactive: answer !== null,
      ask: (question) => {
        questions.push(question);
        return Promise.resolve(answer ?? '');
      },
      askSecret: () => Promise.reject(new Error('nothing secret is asked')),
      readPiped: () => Promise.resolve(''),
    },
    out: (text) => {
      printed.out += text;
    },
    note: (text) => {
      printed.note += text;
    },
    log: silentLogger,
    signal: new AbortController().signal,
  });
  const failure = await run.then(
    () => null,
    (error: unknown) => describeError(error),
  );
  return { ...printed, questions, failure };
}

async function json(...words: readonly string[]) {
  const { out, failure } = await bt(...words, '--json');
  expect(failure).toBeNull();
  return JSON.parse(out);
}

describe('pnpm bt backup', () => {
  it('copies the database of a running daemon, and says whose it is', async () => {
    const running = daemon();
    const { out, failure } = await bt('backup', '--data.dir', dir);
    await running.close();
    expect(failure).toBeNull();
    expect(out).toContain(`hotkey ${identity.hotkey}, subnet 102 of chain 0xabababab`);
    expect(out).toMatch(/MB, whole\n.*sha256 +[0-9a-f]{64}\n/);
    expect(readdirSync(join(dir, 'backups'))).toEqual([expect.stringMatching(/^validator-\d{8}T\d{9}Z\.sqlite$/)]);
  });

  it('keeps as many as it is told to, and touches nothing else in the folder', async () => {
    await json('backup', '--data.dir', dir, '--to', join(dir, 'backups', 'by-hand.sqlite'));
    const files: string[] = [];
    for (let n = 0; n < 3; n += 1) files.push((await json('backup', '--data.dir', dir)).file);
    const { file, deleted } = await json('backup', '--data.dir', dir, '--keep', '2');
    expect(deleted).toEqual(files.slice(0, 2));
    expect(readdirSync(join(dir, 'backups')).map((name) => join(dir, 'backups', name))).toEqual(
      [join(dir, 'backups', 'by-hand.sqlite'), files[2], file].sort(),
    );
  });

  it('says what to do where there is no database', async () => {
    expect((await bt('backup', '--data.dir', join(dir, 'none'))).failure).toContain('STORE_CANNOT_OPEN');
    expect(existsSync(join(dir, 'none'))).toBe(false);
  });
});

describe('pnpm bt restore', () => {
  it('is refused while the daemon runs', async () => {
    const { file } = await json('backup', '--data.dir', dir);
    const running = daemon();
    const { failure } = await bt('restore', file, '--data.dir', dir, '--yes');
    await running.close();
    expect(failure).toContain('STORE_LOCKED');
  });

  it('asks before it replaces a database, and shows what it would put there', async () => {
    const { file, sha256 } = await json('backup', '--data.dir', dir);
    const silent = await bt('restore', file, '--data.dir', dir);
    expect(silent.failure).toContain('CLI_NO_TERMINAL');
    expect(silent.note).toContain(sha256);
    expect((await bt('restore', file, '--data.dir', dir, { answer: 'n' })).failure).toContain('CLI_NOT_CONFIRMED');
    expect(readdirSync(dir).filter((name) => name.includes('replaced'))).toEqual([]);
    const done = await bt('restore', file, '--data.dir', dir, { answer: 'yes' });
    expect(done.questions).toEqual([`Replace ${database()}? [y/N] `]);
    expect(done.out).toMatch(/is restored; what was there is .*\.replaced-\d+\.sqlite\n$/);
    await daemon().close();
  });

  it('needs no question where there is nothing to replace', async () => {
    const { file } = await json('backup', '--data.dir', dir);
    dir = join(folder.path, `fresh-${at}`);
    const { out, failure, questions } = await bt('restore', file, '--data.dir', dir);
    expect([failure, questions]).toEqual([null, []]);
    expect(out).toBe(`${database()} is restored\n`);
    await daemon().close();
  });

  it("refuses another hotkey's backup, and wants exactly one file", async () => {
    const { file } = await json('backup', '--data.dir', dir);
    dir = join(folder.path, `other-${at}`);
    await bt('migrate', '--data.dir', dir);
    const other = { ...identity, hotkey: parseHotkey(encodeSs58(new Uint8Array(32).fill(9))) };
    await openStore({ file: database(), migrationsDir, identity: other }).close();
    expect((await bt('restore', file, '--data.dir', dir, '--yes')).failure).toContain('STORE_IDENTITY_MISMATCH');
    expect((await bt('restore', '--data.dir', dir)).failure).toContain('CLI_USAGE');
  });
});
