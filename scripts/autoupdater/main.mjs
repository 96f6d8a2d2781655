#!/usr/bin/env node
import { join } from 'node:path';
// Keeps a checkout and its daemon at the newest release. See --help and docs/operating.md.
import { exclusively } from '../exclusively.mjs';
import { pause } from './health.mjs';
import { HELP, readOptions } from './options.mjs';
import { Repository } from './repository.mjs';
import { State } from './state.mjs';
import { lookOnce, Outcome } from './update.mjs';

const EXIT = {
  [Outcome.UpToDate]: 0,
  [Outcome.WouldUpdate]: 0,
  [Outcome.Applied]: 0,
  [Outcome.Refused]: 1,
  [Outcome.RolledBack]: 1,
  [Outcome.Broken]: 3,
};
const LOCK_MS = 1_000;

function log(text) {
  process.stdout.write(`${new Date().toISOString()} ${text}\n`);
}

async function main(options, signal) {
  const repository = new Repository(options);
  const state = new State(options.stateDir);
  for (;;) {
    let outcome = null;
    try {
      outcome = await lookOnce({ options, repository, state, log, signal });
    } catch (error) {
      if (signal.aborted) return 0;
      log(`could not look for a new version: ${error.message}`);
    }
    if (options.intervalMs === null) return outcome === null ? 1 : EXIT[outcome];
    // What runs here is the updater of the old version; whoever keeps it running starts the new one.
    if (outcome === Outcome.Applied) return 0;
    try {
      await pause(options.intervalMs, signal);
    } catch {
      // Only the stop signal ends the pause early.
      return 0;
    }
  }
}

let options;
try {
  options = readOptions(process.argv.slice(2), process.env);
} catch (error) {
  process.stderr.write(`autoupdater: ${error.message}\nRun it with --help for the flags.\n`);
  process.exit(2);
}
if (options.help) {
  process.stdout.write(`${HELP}\n`);
  process.exit(0);
}
const stop = new AbortController();
for (const name of ['SIGINT', 'SIGTERM']) process.on(name, () => stop.abort(new Error(`stopped by ${name}`)));
try {
  const lock = { what: 'updater', file: join(options.stateDir, 'updater.lock'), deadlineMs: LOCK_MS };
  await exclusively(lock, async () => {
    process.exitCode = await main(options, stop.signal);
  });
} catch (error) {
  process.stderr.write(`autoupdater: ${error.message}\n`);
  process.exitCode = 1;
}
