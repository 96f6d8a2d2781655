#!/usr/bin/env node
// Makes `npm start` and `npm test` work on a fresh clone with nothing but Node: brings the pinned pnpm, installs from the
// lockfile, builds, then hands over. Uses Node's own modules only, because nothing else is installed yet.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  createWriteStream,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { exclusively } from './exclusively.mjs';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const CACHE = join(ROOT, '.cache');
const PNPM_VERSION = '12.21.0';
/** What the package manager's archives must hash to, by package name. A platform not listed is checked by npm alone. */
const PNPM_INTEGRITY = {
  pnpm: 'sha512-Zv2CeO4ok1zpUXktNDZ/869cQyonVkRYIwKVM4NbjaUpu+C+UTCv1W7QcT+4eJ5Hutgtk71a4v5UsVVi1idu8A==',
  '@pnpm/exe.linux-x64':
    'sha512-8eufCjHXspKbNS/kh8q4Q0gqJoOuvC4Q5pgos6XS8By/nAMtP+jf8F1Cw9er840kfAX+PJ/ts+A9qnLE91rvXQ==',
  '@pnpm/exe.linux-arm64':
    'sha512-4Oj/iF2TDCe2lcH0n4TupPR5sSdrNLclJB6xBElLMPCUOAvBhdf2rRlSaO5M4erJ6g4Fyy7YTXTpcmfFsKyxEA==',
};
const GPU_PACKAGE = '@bettertherapy/llm-gpu';
const STEP_DEADLINE_MS = 20 * 60_000;
const LOCK = { what: 'bootstrap', file: join(CACHE, 'bootstrap.lock'), deadlineMs: 3 * STEP_DEADLINE_MS };

const COMMANDS = {
  start: { needsBuild: true, run: (args) => node('apps/cli/dist/main.js', ['start', ...args]) },
  test: { needsBuild: true, run: (args) => node('scripts/test.mjs', args) },
  build: { needsBuild: true, run: async () => 0 },
  pnpm: { needsBuild: false, run: (args) => inherit(process.execPath, [pnpmEntry(), ...args], ROOT) },
};
const HELP = `Usage: node scripts/bootstrap.mjs <command> [--gpu] [arguments of the command]

  start   install, build, fetch the small model and run a whole subnet on the embedded chain (npm start -- --help)
  test    install, build and run every test (npm test -- --help)
  build   install and build
  pnpm    run the pinned pnpm with the arguments that follow

  --gpu   also install the CUDA and Vulkan builds of the model runtime (about 550 MB);
          done by itself where an NVIDIA driver is present

Everything is kept inside the repository: packages and models in .cache/, data of the running network in .bettertherapy/.
Nothing is written outside it.`;

/**
 * Keeps the caches of every tool below inside the repository.
 * @returns {NodeJS.ProcessEnv}
 */
function toolEnvironment() {
  /** @type {NodeJS.ProcessEnv} */
  const env = {
    ...process.env,
    npm_config_cache: join(CACHE, 'npm'),
    npm_config_devdir: join(CACHE, 'node-gyp'),
    npm_config_update_notifier: 'false',
    XDG_CACHE_HOME: join(CACHE, 'xdg'),
    XDG_STATE_HOME: join(CACHE, 'xdg-state'),
    PIP_NO_CACHE_DIR: '1',
    PIP_DISABLE_PIP_VERSION_CHECK: '1',
    // Native modules without a prebuilt file are compiled by node-gyp, which pnpm carries; npm's own is only found below `npm run`.
    PATH: [process.env.PATH, join(pnpmFolder(), 'node_modules/pnpm/dist/node-gyp-bin')].join(delimiter),
  };
  // Node's own headers, where they came with it, spare native modules a download.
  const prefix = dirname(dirname(process.execPath));
  if (!env.npm_config_nodedir && existsSync(join(prefix, 'include/node/node.h'))) env.npm_config_nodedir = prefix;
  return env;
}

function fail(message, code = 1) {
  process.stderr.write(`bootstrap: ${message}\n`);
  process.exit(code);
}

function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  fail(`Node ${process.versions.node} is too old; install Node 20.19 or newer and run the same command again.`, 2);
}

/**
 * Runs a child with its output in a log file and one line of progress on stderr; on failure shows the end of the log.
 * @returns {Promise<void>}
 */
function step(title, command, args, options = {}) {
  const logFile = join(CACHE, 'logs', `${title.replace(/\W+/g, '-')}.log`);
  mkdirSync(dirname(logFile), { recursive: true });
  const log = createWriteStream(logFile);
  const startedAt = Date.now();
  const seconds = () => ((Date.now() - startedAt) / 1000).toFixed(1);
  const live = process.stderr.isTTY === true;
  if (!live) process.stderr.write(`${title} …\n`);
  const ticker = live ? setInterval(() => process.stderr.write(`\r${title} … ${seconds()} s `), 200) : null;
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: ROOT,
      env: toolEnvironment(),
      stdio: ['ignore', 'pipe', 'pipe'],
      ...options,
    });
    const deadline = setTimeout(() => child.kill('SIGKILL'), STEP_DEADLINE_MS);
    const onStop = () => {
      child.kill('SIGTERM');
      process.exit(143);
    };
    process.once('SIGTERM', onStop);
    child.stdout.pipe(log, { end: false });
    child.stderr.pipe(log, { end: false });
    const finish = (problem) => {
      clearTimeout(deadline);
      process.off('SIGTERM', onStop);
      if (ticker) clearInterval(ticker);
      log.end(() => {
        const place = relative(ROOT, logFile);
        if (!problem) {
          process.stderr.write(`${live ? '\r' : ''}${title}: done in ${seconds()} s\n`);
          resolve();
          return;
        }
        process.stderr.write(
          `${live ? '\r' : ''}${title}: failed (${problem})\n\n${readFileSync(logFile, 'utf8').split('\n').slice(-40).join('\n')}\n`,
        );
        fail(`"${title}" failed; the whole output is in ${place}.`);
      });
    };
    child.on('error', (error) => finish(error.message));
    child.on('close', (code, signal) => finish(code === 0 ? null : (signal ?? `exit code ${code}`)));
  });
}

function pnpmFolder() {
  return join(CACHE, 'tools', `pnpm-${PNPM_VERSION}`);
}

function pnpmEntry() {
  return join(pnpmFolder(), 'node_modules/pnpm/bin/pnpm.mjs');
}

async function ensurePnpm() {
  if (existsSync(pnpmEntry())) return;
  await exclusively(LOCK, async () => {
    // Another bootstrap may have brought it meanwhile.
    if (!existsSync(pnpmEntry())) await fetchPnpm();
  });
}

async function fetchPnpm() {
  const fresh = `${pnpmFolder()}.new`;
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { recursive: true });
  await step(
    `fetch pnpm ${PNPM_VERSION}`,
    'npm',
    [
      'install',
      '--prefix',
      fresh,
      '--ignore-scripts',
      '--no-save',
      '--no-package-lock',
      '--no-audit',
      '--no-fund',
      `pnpm@${PNPM_VERSION}`,
    ],
    { shell: process.platform === 'win32' },
  );
  const installed = JSON.parse(readFileSync(join(fresh, 'node_modules/.package-lock.json'), 'utf8')).packages;
  if (!installed['node_modules/pnpm']) fail('npm did not install pnpm; delete .cache/tools and try again.');
  for (const [place, { integrity }] of Object.entries(installed)) {
    const expected = PNPM_INTEGRITY[place.replace('node_modules/', '')];
    if (expected && expected !== integrity) fail(`${place} has hash ${integrity}, expected ${expected}; not used.`);
  }
  rmSync(pnpmFolder(), { recursive: true, force: true });
  renameSync(fresh, pnpmFolder());
}

/** Files that decide what is installed or built: their paths, sizes and times, or their bytes. */
function fingerprint(files, byContent) {
  const hash = createHash('sha256').update(`${process.versions.modules} ${PNPM_VERSION}\n`);
  for (const file of files) {
    const stat = statSync(file, { throwIfNoEntry: false });
    if (!stat) continue;
    hash.update(`${relative(ROOT, file)}\0`).update(byContent ? readFileSync(file) : `${stat.size} ${stat.mtimeMs}\n`);
  }
  return hash.digest('hex');
}

function workspaceFolders() {
  return ['packages', 'apps'].flatMap((group) =>
    readdirSync(join(ROOT, group), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && existsSync(join(ROOT, group, entry.name, 'package.json')))
      .map((entry) => join(ROOT, group, entry.name)),
  );
}

function filesBelow(folder) {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}

/** Runs `work` unless its result is there and the stamp says it was made from the same inputs. */
async function unlessDone({ stamp, present, key, work }) {
  const file = join(CACHE, 'stamps', stamp);
  const done = () => present() && existsSync(file) && readFileSync(file, 'utf8') === key();
  if (done()) return;
  await exclusively(LOCK, async () => {
    if (done()) return;
    // Work that is interrupted leaves no stamp; what is saved while it runs is not in its key.
    rmSync(file, { force: true });
    const made = key();
    await work();
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, made);
  });
}

function ensureInstalled(gpu) {
  const manifests = ['package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml'].map((name) => join(ROOT, name));
  manifests.push(...workspaceFolders().map((folder) => join(folder, 'package.json')));
  const filter = gpu ? [] : ['--filter', `!${GPU_PACKAGE}`];
  return unlessDone({
    stamp: 'install',
    present: () => existsSync(join(ROOT, 'node_modules/.modules.yaml')),
    key: () => `${fingerprint(manifests, true)} gpu=${gpu}`,
    work: () => step('install packages', process.execPath, [pnpmEntry(), 'install', '--frozen-lockfile', ...filter]),
  });
}

/** The pages are bundled by another tool than the rest, and only when their own files changed. */
const PAGES = join(ROOT, 'apps/web');

function ensurePagesBuilt() {
  const whole = ['index.html', 'package.json', 'tsconfig.json', 'vite.config.ts'].map((name) => join(PAGES, name));
  return unlessDone({
    stamp: 'build-web',
    present: () => existsSync(join(PAGES, 'dist/index.html')),
    key: () =>
      fingerprint(
        [...whole, join(ROOT, 'pnpm-lock.yaml'), ...['src', 'public'].flatMap((name) => filesBelow(join(PAGES, name)))],
        false,
      ),
    work: () => step('build web pages', process.execPath, [pnpmEntry(), 'run', 'build:web']),
  });
}

function ensureBuilt() {
  const built = workspaceFolders().filter((folder) => folder !== PAGES && existsSync(join(folder, 'tsconfig.json')));
  const sources = () => built.flatMap((folder) => [join(folder, 'tsconfig.json'), ...filesBelow(join(folder, 'src'))]);
  return unlessDone({
    stamp: 'build',
    present: () => built.every((folder) => existsSync(join(folder, 'dist'))),
    key: () => fingerprint([join(ROOT, 'tsconfig.base.json'), ...sources()], false),
    work: () => step('build', process.execPath, [pnpmEntry(), 'run', 'build']),
  });
}

function node(script, args) {
  return inherit(process.execPath, [join(ROOT, script), ...args]);
}

/** Hands the terminal over; a signal to us reaches the child, and its exit code becomes ours. */
function inherit(command, args, cwd = process.env.INIT_CWD ?? ROOT) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, stdio: 'inherit', env: toolEnvironment() });
    // A terminal's Ctrl-C reaches the child as well; a signal sent to this process alone does not, so it is passed on.
    for (const name of /** @type {const} */ (['SIGINT', 'SIGTERM'])) process.on(name, () => child.kill(name));
    child.on('error', (error) => fail(error.message));
    child.on('exit', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 1)));
  });
}

const [name, ...rest] = process.argv.slice(2);
const command = COMMANDS[name ?? ''];
if (!command) {
  process.stdout.write(`${HELP}\n`);
  process.exit(name === undefined || name === '--help' ? 0 : 2);
}
requireNode();
const gpu = rest.includes('--gpu') || existsSync('/proc/driver/nvidia/version');
await ensurePnpm();
if (name !== 'pnpm') await ensureInstalled(gpu);
if (command.needsBuild) {
  await ensureBuilt();
  await ensurePagesBuilt();
}
process.exitCode = await command.run(rest.filter((argument) => argument !== '--gpu'));
