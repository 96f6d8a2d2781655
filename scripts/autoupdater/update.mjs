// One look for a new version and, when there is one, the way to it or back.
import { join } from 'node:path';
import { tell } from './alert.mjs';
import { copyAway, putBack } from './database.mjs';
import { watchHealth } from './health.mjs';
import { runLine } from './run.mjs';

const BUILD_MS = 30 * 60_000;
const MIGRATE_MS = 30 * 60_000;
const COMMAND_MS = 2 * 60_000;

export const Outcome = {
  UpToDate: 'up to date',
  Refused: 'refused',
  WouldUpdate: 'would update',
  Applied: 'applied',
  RolledBack: 'rolled back',
  Broken: 'broken',
};

/** Looks once. Resolves to an {@link Outcome}; rejects when git cannot tell what there is. */
export async function lookOnce({ options, repository, state, log, signal }) {
  const parts = { options, repository, state, log, signal };
  if (state.underway !== null && !options.dryRun) {
    log(`an update to ${state.underway.name} was cut off; going back`);
    return backTo(state.underway, 'the updater was ended half-way', parts);
  }
  const from = await repository.head();
  const target = await repository.newest();
  if (target.commit === from) {
    log(`up to date at ${target.name}`);
    return Outcome.UpToDate;
  }
  const failedBefore = state.badReason(target.commit);
  if (failedBefore !== null && !options.force) {
    log(`${target.name} failed before and is left alone until there is a newer one: ${firstLine(failedBefore)}`);
    return Outcome.UpToDate;
  }
  const objection = await repository.objection(target);
  if (objection !== null) {
    log(`not updated to ${target.name}: ${objection}`);
    return Outcome.Refused;
  }
  if (options.dryRun) {
    log(
      `would update ${from.slice(0, 12)} to ${target.name}: build, stop, copy ${options.database}, migrate, restart, watch`,
    );
    return Outcome.WouldUpdate;
  }
  return forward({ from, to: target.commit, name: target.name }, parts);
}

async function forward(update, parts) {
  const { options, repository, state, log, signal } = parts;
  const { repo, database, stateDir } = options;
  const under = { ...update, copy: join(stateDir, `before-${update.to.slice(0, 12)}`), copied: false, stopped: false };
  state.begin(under);
  log(`updating ${update.from.slice(0, 12)} to ${update.name}`);
  try {
    await repository.goTo(update.to);
    await step('build', options.buildCommand, { cwd: repo, deadlineMs: BUILD_MS, signal }, log);
    state.begin(Object.assign(under, { stopped: true }));
    await step('stop', options.stopCommand, { cwd: repo, deadlineMs: COMMAND_MS, signal }, log);
    state.begin(Object.assign(under, { copied: copyAway(database, under.copy) }));
    await step('migrate', options.migrateCommand, { cwd: repo, deadlineMs: MIGRATE_MS, signal }, log);
    await step('restart', options.restartCommand, { cwd: repo, deadlineMs: COMMAND_MS, signal }, log);
    log('watching its health');
    await watchHealth(options, signal);
  } catch (error) {
    // Stopped by the operator: what is under way is undone at the next start, which the state remembers.
    signal.throwIfAborted();
    return backTo(under, error.message, parts);
  }
  state.succeed(update.to);
  log(`updated to ${update.name}`);
  await tell(options.webhook, `**update applied** · now at ${update.name}, before ${update.from.slice(0, 12)}`, log);
  return Outcome.Applied;
}

async function backTo(update, reason, { options, repository, state, log, signal }) {
  const { repo, database } = options;
  log(`going back to ${update.from.slice(0, 12)}: ${reason}`);
  try {
    // The daemon is touched only when the update had touched it: a release that does not build leaves it running.
    if (update.stopped) await attempt('stop', options.stopCommand, { cwd: repo, deadlineMs: COMMAND_MS, signal }, log);
    await repository.goTo(update.from);
    await step('build', options.buildCommand, { cwd: repo, deadlineMs: BUILD_MS, signal }, log);
    if (update.copied) putBack(database, update.copy);
    if (update.stopped)
      await step('restart', options.restartCommand, { cwd: repo, deadlineMs: COMMAND_MS, signal }, log);
    await watchHealth(options, signal);
  } catch (error) {
    signal.throwIfAborted();
    log(`neither the new version nor the old one runs: ${error.message}`);
    const text = `**update failed and the old version does not run either** · look at once. New: ${firstLine(reason)}. Old: ${firstLine(error.message)}`;
    await tell(options.webhook, text, log);
    return Outcome.Broken;
  }
  state.fail(update.to, reason);
  log(`the old version runs again; ${update.name} is not tried again`);
  const text = `**update rolled back** · ${update.name} did not come up (${firstLine(reason)}); ${update.from.slice(0, 12)} runs again`;
  await tell(options.webhook, text, log);
  return Outcome.RolledBack;
}

async function step(title, line, options, log) {
  log(`${title}: ${line}`);
  await runLine(line, options);
}

/** A step that may fail without changing what comes next: a daemon that crashed cannot be stopped. */
async function attempt(title, line, options, log) {
  try {
    await step(title, line, options, log);
  } catch (error) {
    options.signal.throwIfAborted();
    log(`${title} failed, going on: ${firstLine(error.message)}`);
  }
}

function firstLine(text) {
  return text.split('\n')[0].slice(0, 300);
}
