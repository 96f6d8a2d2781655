#!/usr/bin/env node
// Runs every test and ends with one line, `N passed, N failed` (`, N skipped` when there are any).
// First the unit tests side by side; then the suites that start real processes, in lanes: the one that kills a validator
// again and again, those in which a real model works, and those that mostly wait, which every free lane takes parts of.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { setPriority } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
// Built by the bootstrap before this runs.
import { ensureChromium } from '../packages/testkit/dist/chromium.js';
import { SYSTEM_PARTS } from './testParts.mjs';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const REPORTS = join(ROOT, '.cache/test-reports');
const VITEST = join(ROOT, 'node_modules/vitest/vitest.mjs');
/** Lanes that run at the same time in the second pass, on two cores or more. */
const LANES = 3;
/** Parts give way to the runs that no other lane can help with: those decide when all is done. */
const PART_NICENESS = 5;

const HELP = `Usage: npm test [-- [--project unit|system|models|kills] [words in a test file's path …]]

Fetches the small model if it is not there (into .cache/models), then runs the tests. The browser for tests of the pages is
CHROME_PATH or the chromium on PATH; where neither is there, root on Debian gets it from apt-get, and others skip those tests.`;

const args = process.argv.slice(2);
if (args.includes('--help')) {
  process.stdout.write(`${HELP}\n`);
  process.exit(0);
}
const projectAt = args.indexOf('--project');
const only = projectAt >= 0 ? args.splice(projectAt, 2)[1] : null;
const passes = only ? [[{ project: only }]] : everything();

/** The runs of each pass in the order in which they are begun; of the second, first the longest, which cannot be parted. */
function everything() {
  const parts = args.length > 0 ? [undefined] : SYSTEM_PARTS;
  const system = parts.map((part) => ({ project: 'system', part }));
  return [[{ project: 'unit' }], [{ project: 'kills' }, { project: 'models' }, ...system]];
}

const fetched = spawnSync(
  process.execPath,
  [join(ROOT, 'apps/cli/dist/main.js'), 'models', 'fetch', 'smollm2-135m-instruct-q4_1'],
  {
    stdio: 'inherit',
    cwd: ROOT,
  },
);
if (fetched.status !== 0) process.stderr.write('the small model could not be fetched; tests that need it will fail\n');

if (passes.flat().some(({ project }) => project !== 'unit')) {
  const { missing } = ensureChromium();
  if (missing !== null) process.stderr.write(`tests of the pages have no browser: ${missing}\n`);
}

function run({ project, part }) {
  const outputFile = join(REPORTS, `${part ? `${project}-${part}` : project}.json`);
  rmSync(outputFile, { force: true });
  const child = spawn(
    process.execPath,
    [
      VITEST,
      'run',
      '--project',
      project,
      '--passWithNoTests',
      '--reporter=default',
      '--reporter=json',
      `--outputFile=${outputFile}`,
      ...args,
    ],
    {
      cwd: ROOT,
      stdio: 'inherit',
      env: {
        ...process.env,
        FORCE_COLOR: process.stdout.isTTY ? '1' : '0',
        ...(part ? { SYSTEM_PART: part } : {}),
      },
    },
  );
  running.add(child);
  if (part && child.pid) setPriority(child.pid, PART_NICENESS);
  return new Promise((resolve) =>
    child.on('exit', (code) => {
      running.delete(child);
      resolve({ code, outputFile });
    }),
  );
}

const running = new Set();
let stopped = false;
process.on('SIGTERM', () => {
  stopped = true;
  for (const child of running) child.kill('SIGTERM');
});

/** Begins the runs in order, as many at a time as there are lanes. */
async function runAll(runs) {
  const waiting = [...runs];
  const results = [];
  const lane = async () => {
    for (let next = waiting.shift(); next && !stopped; next = waiting.shift()) results.push(await run(next));
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return results;
}

/** A file that failed to load has no assertions; it counts as one failure. */
function count({ code, outputFile }) {
  if (!existsSync(outputFile)) return { passed: 0, failed: 1, skipped: [] };
  const report = JSON.parse(readFileSync(outputFile, 'utf8'));
  const tally = { passed: 0, failed: 0, skipped: [] };
  for (const file of report.testResults) {
    if (file.status === 'failed' && !file.assertionResults.some((a) => a.status === 'failed')) tally.failed += 1;
    for (const assertion of file.assertionResults) {
      if (assertion.status === 'passed') tally.passed += 1;
      else if (assertion.status === 'failed') tally.failed += 1;
      else tally.skipped.push(`${relative(ROOT, file.name)}: ${assertion.fullName}`);
    }
  }
  // An error outside any test (an unhandled rejection) fails the run without failing a test.
  if (code !== 0 && tally.failed === 0) tally.failed = 1;
  return tally;
}

mkdirSync(REPORTS, { recursive: true });
const total = { passed: 0, failed: 0, skipped: [] };
for (const runs of passes) {
  for (const tally of (await runAll(runs)).map(count)) {
    total.passed += tally.passed;
    total.failed += tally.failed;
    total.skipped.push(...tally.skipped);
  }
}
for (const name of total.skipped) process.stdout.write(`skipped: ${name}\n`);
process.stdout.write(
  `${total.passed} passed, ${total.failed} failed${total.skipped.length ? `, ${total.skipped.length} skipped` : ''}\n`,
);
// Words that match no file are a mistake, not a success.
if (total.passed + total.failed + total.skipped.length === 0) process.stderr.write('no test matches\n');
process.exitCode = total.failed > 0 || total.passed + total.skipped.length === 0 ? 1 : 0;
