#!/usr/bin/env node
// `pnpm run soak`: a validator's months in half an hour, with everything that goes wrong in them.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runChecks } from './checks.mjs';
import { readOptions } from './options.mjs';
import { writeReport } from './report.mjs';
import { Screen } from './screen.mjs';

const INTERRUPTED = 130;

const read = readOptions(process.argv.slice(2));
if (read.help) process.stdout.write(`${read.help}\n`);
else if (read.wrong) {
  process.stderr.write(`${read.wrong}\n`);
  process.exitCode = 2;
} else if (read.judge)
  process.exitCode = judge(JSON.parse(readFileSync(join(read.judge, 'facts.json'), 'utf8')), read.judge);
else process.exit(await main(read.options));

/** Checks, report and exit code from the facts of a run. */
function judge(facts, out, say = (line) => void process.stdout.write(`${line}\n`)) {
  const checks = runChecks(facts);
  const { passed } = writeReport(facts, checks, out);
  for (const { name, ok, says } of checks)
    say(`${ok === null ? 'not judged' : ok ? 'holds' : 'FAILS'}: ${name}: ${says}`);
  say(`report: ${join(out, 'README.md')}`);
  return passed ? 0 : 1;
}

async function main(options) {
  // Judging a run again needs none of these.
  const { temporaryFolder } = await import('@bettertherapy/testkit');
  const { openTypescriptModules } = await import('../typescriptModules.mjs');
  const { runSoak } = await import('./run.mjs');
  const stop = new AbortController();
  const interrupted = () => {
    if (stop.signal.aborted) process.exit(INTERRUPTED);
    stop.abort(new Error('interrupted'));
  };
  process.on('SIGINT', interrupted);
  process.on('SIGTERM', interrupted);
  const signal = AbortSignal.any([stop.signal, AbortSignal.timeout(options.minutes * 60_000)]);
  const folder = temporaryFolder('soak');
  const screen = new Screen(options.rounds);
  /** @type {(() => unknown)[]} */
  const closers = [() => folder.remove()];
  const onClose = (close) => void closers.push(close);
  try {
    const modules = await openTypescriptModules();
    onClose(() => modules.close());
    const work = runSoak({ ...options, folder: folder.path }, { modules, screen, signal, onClose });
    const facts = await Promise.race([work, broken(signal)]);
    mkdirSync(options.out, { recursive: true });
    writeFileSync(join(options.out, 'facts.json'), `${JSON.stringify(facts)}\n`);
    return judge(facts, options.out, (line) => screen.say(line));
  } catch (error) {
    process.stderr.write(`the soak broke off: ${stop.signal.aborted ? 'interrupted' : (error.stack ?? error)}\n`);
    return stop.signal.aborted ? INTERRUPTED : 1;
  } finally {
    for (const close of closers.reverse())
      await Promise.resolve(close()).catch((error) => process.stderr.write(`${error}\n`));
  }
}

/** Rejects when the run is to end. */
function broken(signal) {
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }));
}
