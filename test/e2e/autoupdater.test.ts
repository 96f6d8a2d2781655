import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { systemClock } from '@bettertherapy/core';
import { openStore } from '@bettertherapy/store';
import { freePort, NodeChild, repositoryRoot, temporaryFolder, WebhookServer } from '@bettertherapy/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

const SCORE = '71.25';
const UPDATE_MS = 60_000;
const readyMs = 3_000;

/** What changes from one release to the next: files to write (null: to delete). */
type Change = Readonly<Record<string, string | null>>;

describe('the updater', () => {
  const webhook = new WebhookServer({ limit: 5, windowMs: 2_000 });
  let folder = temporaryFolder('updater');
  let port = 0;
  const author = () => join(folder.path, 'author');
  const checkout = () => join(folder.path, 'checkout');
  const database = () => join(folder.path, 'data', 'validator.sqlite');

  function git(cwd: string, ...args: string[]): string {
    const identity = ['-c', 'user.name=Author', '-c', 'user.email=author@example.org', '-c', 'commit.gpgsign=false'];
    return execFileSync('git', [...identity, ...args], { cwd, encoding: 'utf8' }).trim();
  }

  /** Publishes a release: a commit, a tag and a push to the remote. */
  function release(version: string, change: Change = {}): string {
    for (const [name, text] of Object.entries({ VERSION: `${version}\n`, ...change })) {
      if (text === null) rmSync(join(author(), name));
      else writeFileSync(join(author(), name), text);
    }
    git(author(), 'add', '--all');
    git(author(), 'commit', '--quiet', '--message', `release ${version}`);
    git(author(), 'tag', `v${version}`);
    git(author(), 'push', '--quiet', '--force', '--tags', 'origin', 'main');
    return git(author(), 'rev-parse', 'HEAD');
  }

  const environment = () => ({
    STORE: pathToFileURL(join(repositoryRoot, 'packages/store/dist/index.js')).href,
    DATABASE: database(),
    PORT: String(port),
    PID_FILE: join(folder.path, 'pid'),
    DAEMON_LOG: join(folder.path, 'daemon.txt'),
  });

  function updater(...flags: string[]): NodeChild {
    return new NodeChild({
      args: [
        'scripts/autoupdater/main.mjs',
        ...['--repo-path', checkout(), '--database', database(), '--state-dir', join(folder.path, 'state')],
        ...['--build-command', `${process.execPath} build.mjs`, '--migrate-command', `${process.execPath} migrate.mjs`],
        ...['--restart-command', `${process.execPath} control.mjs restart`],
        ...['--ready-url', `http://127.0.0.1:${port}/ready`, '--ready-seconds', '8', '--watch-seconds', '2'],
        ...['--discord.webhook', webhook.url],
        ...flags,
      ],
      env: environment(),
    });
  }

  async function update(...flags: string[]): Promise<{ code: number | null; lines: readonly string[] }> {
    const child = updater(...flags);
    const { code } = await child.waitForExit(UPDATE_MS);
    return { code, lines: child.lines };
  }

  async function runningVersion(): Promise<string> {
    const answer = await fetch(`http://127.0.0.1:${port}/health`);
    // The daemon of this test's own fixture.
    return ((await answer.json()) as { version: string }).version;
  }

  function control(action: 'stop' | 'restart'): void {
    execFileSync(process.execPath, ['control.mjs', action], {
      cwd: checkout(),
      env: { ...process.env, ...environment() },
      stdio: 'ignore',
    });
  }

  /** The score and the schema that the database has now, read while the daemon runs. */
  async function kept(): Promise<{ score: string | null; problems: readonly string[] }> {
    const store = openStore({
      file: database(),
      migrationsDir: join(checkout(), 'migrations'),
      identity: null,
      readonly: true,
    });
    const found = { score: store.meta.get('score'), problems: store.integrityProblems() };
    await store.close();
    return found;
  }

  beforeAll(() => webhook.start());
  afterAll(() => webhook.close());

  beforeEach(async () => {
    folder = temporaryFolder('updater');
    webhook.messages.length = 0;
    port = await freePort();
    for (const name of ['author', 'data']) mkdirSync(join(folder.path, name));
    git(folder.path, 'init', '--quiet', '--bare', '--initial-branch', 'main', 'remote.git');
    git(author(), 'init', '--quiet', '--initial-branch', 'main');
    git(author(), 'remote', 'add', 'origin', join(folder.path, 'remote.git'));
    cpSync(join(repositoryRoot, 'test/e2e/release'), author(), { recursive: true });
    cpSync(join(repositoryRoot, 'migrations'), join(author(), 'migrations'), { recursive: true });
    writeFileSync(join(author(), '.gitignore'), 'dist/\n');
    release('1.0.0');
    git(folder.path, 'clone', '--quiet', join(folder.path, 'remote.git'), 'checkout');
    const env = { ...process.env, ...environment() };
    for (const script of ['build.mjs', 'migrate.mjs'])
      execFileSync(process.execPath, [script], { cwd: checkout(), env });
    const store = openStore({
      file: database(),
      migrationsDir: join(checkout(), 'migrations'),
      identity: null,
      owner: 'validator',
    });
    store.meta.getOrCreate('score', () => SCORE);
    await store.close();
    control('restart');
    const endsAt = systemClock.monotonicMs() + 10 * readyMs;
    while (!(await runningVersion().catch(() => null)) && systemClock.monotonicMs() < endsAt)
      await systemClock.sleep(50);
    expect(await runningVersion()).toBe('1.0.0');
  });

  afterEach(() => {
    control('stop');
    folder.remove();
  });

  it('brings a good release up, keeps every score, and tells of it once', async () => {
    const number = String(migrations().length + 1).padStart(4, '0');
    release('1.1.0', { [`migrations/${number}_more.sql`]: 'CREATE TABLE more (id INTEGER PRIMARY KEY) STRICT;\n' });
    expect((await update()).code).toBe(0);
    expect(await runningVersion()).toBe('1.1.0');
    expect(await kept()).toEqual({ score: SCORE, problems: [] });
    expect(webhook.texts()).toEqual([expect.stringContaining('update applied')]);
    expect(webhook.overLimit).toBe(0);
    const again = await update();
    expect(again.code).toBe(0);
    expect(again.lines.join('\n')).toContain('up to date');
    expect(webhook.messages).toHaveLength(1);
  });

  const half = 'CREATE TABLE half (id INTEGER PRIMARY KEY) STRICT;\n';
  it.each<{ name: string; change: () => Change; says: RegExp }>([
    { name: 'does not build', change: () => ({ BAD_BUILD: '' }), says: /does not build|left with code 1/ },
    {
      name: 'has a migration that fails',
      change: () => ({ [nextMigration()]: `${half}INSERT INTO nowhere VALUES (1);\n` }),
      says: /left with code 1/,
    },
    {
      name: 'crashes on start, after a migration that went well',
      change: () => ({ CRASH_ON_START: '', [nextMigration()]: half }),
      says: /was not ready/,
    },
    {
      name: 'becomes ready and then dies',
      change: () => ({ DIES_SOON: '', [nextMigration()]: half }),
      says: /ready and then no more/,
    },
  ])('a release that $name ends with the old one healthy and one alert, and is not tried again', async (bad) => {
    release('1.1.0', bad.change());
    const first = await update();
    expect(first.lines.join('\n')).toMatch(bad.says);
    expect(first.code).toBe(1);
    expect(await runningVersion()).toBe('1.0.0');
    expect(await kept()).toEqual({ score: SCORE, problems: [] });
    expect(webhook.texts()).toEqual([expect.stringContaining('update rolled back')]);
    expect(first.lines.join('\n')).not.toContain('secret-part');
    const second = await update();
    expect(second.code).toBe(0);
    expect(second.lines.join('\n')).toContain('failed before');
    expect(webhook.messages).toHaveLength(1);
    const mended = Object.fromEntries(Object.keys(bad.change()).map((name) => [name, null]));
    release('1.1.1', mended);
    expect((await update()).code).toBe(0);
    expect(await runningVersion()).toBe('1.1.1');
  });

  it('an update that is cut off is undone by the next look', async () => {
    release('1.1.0', { CRASH_ON_START: '' });
    const child = updater('--ready-seconds', '60');
    await child.waitForLine(/watching its health/, UPDATE_MS);
    child.kill('SIGKILL');
    await child.waitForExit(5_000);
    const next = await update();
    expect(next.lines.join('\n')).toContain('cut off');
    expect(next.code).toBe(1);
    expect(await runningVersion()).toBe('1.0.0');
    expect(await kept()).toEqual({ score: SCORE, problems: [] });
  });

  it('refuses a checkout with local changes, and with --force sets them aside', async () => {
    release('1.1.0');
    writeFileSync(join(checkout(), 'VERSION'), 'my own\n');
    const refused = await update();
    expect(refused.code).toBe(1);
    expect(refused.lines.join('\n')).toContain('local changes');
    expect(readFileSync(join(checkout(), 'VERSION'), 'utf8')).toBe('my own\n');
    expect((await update('--force')).code).toBe(0);
    expect(await runningVersion()).toBe('1.1.0');
    expect(git(checkout(), 'stash', 'show', '--patch')).toContain('my own');
  });

  it('refuses a history that was rewritten', async () => {
    git(author(), 'commit', '--quiet', '--amend', '--message', 'another first release');
    release('1.1.0');
    const refused = await update();
    expect(refused.code).toBe(1);
    expect(refused.lines.join('\n')).toContain('does not continue');
    expect(await runningVersion()).toBe('1.0.0');
  });

  it('follows tags alone when told to, and takes no unsigned release when signatures are asked for', async () => {
    writeFileSync(join(author(), 'VERSION'), 'not a release\n');
    git(author(), 'commit', '--quiet', '--all', '--message', 'work in progress');
    git(author(), 'push', '--quiet', 'origin', 'main');
    expect((await update('--tag-only')).lines.join('\n')).toContain('up to date at v1.0.0');
    const refused = await update('--verify-signatures');
    expect(refused.code).toBe(1);
    expect(refused.lines.join('\n')).toContain('no good signature');
    expect(await runningVersion()).toBe('1.0.0');
  });

  it('a dry run changes nothing', async () => {
    release('1.1.0');
    const before = git(checkout(), 'rev-parse', 'HEAD');
    const dry = await update('--dry-run');
    expect(dry.code).toBe(0);
    expect(dry.lines.join('\n')).toContain('would update');
    expect(git(checkout(), 'rev-parse', 'HEAD')).toBe(before);
    expect(existsSync(join(folder.path, 'state', 'state.json'))).toBe(false);
  });

  function migrations(): string[] {
    return execFileSync('ls', [join(author(), 'migrations')], { encoding: 'utf8' })
      .trim()
      .split('\n');
  }

  function nextMigration(): string {
    return `migrations/${String(migrations().filter((name) => !name.includes('of_a_release')).length + 1).padStart(4, '0')}_of_a_release.sql`;
  }
});

describe('flags of the updater', () => {
  it.each([
    { flags: [], says: '--ready-url' },
    {
      flags: ['--ready-url', 'http://127.0.0.1:1/ready', '--restart-command', 'service validator up'],
      says: '--stop-command',
    },
    { flags: ['--ready-url', 'http://127.0.0.1:1/ready', '--interval', 'soon'], says: '--interval' },
    { flags: ['--brnach', 'main'], says: 'brnach' },
  ])('$flags are refused with what is missing', async ({ flags, says }) => {
    const child = new NodeChild({ args: ['scripts/autoupdater/main.mjs', ...flags] });
    expect((await child.waitForExit(10_000)).code).toBe(2);
    expect(child.lines.join('\n')).toContain(says);
  });
});
