import { rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { ChainClient } from '@bettertherapy/chain';
import { Lifecycle, systemClock } from '@bettertherapy/core';
import { resolveModel } from '@bettertherapy/llm';
import { migrate, openStore } from '@bettertherapy/store';
import { ready } from '@bettertherapy/wallet';
import { type CommandContext, command } from '../command.js';
import { downloadNotes } from '../commands/models.js';
import { demonstrationEnvironment } from './environment.js';
import { Fleet } from './fleet.js';
import { announceGateway, chooseGatewayPort, forgetGatewayAddress } from './gateway.js';
import { keepEvidence } from './keepEvidence.js';
import { launchChain, launchMiners, launchValidator } from './launch.js';
import { type Layout, layoutAt, manifestPath, migrationsDir, modelCache, repositoryRoot } from './layout.js';
import { type StartOptions, startConfig } from './options.js';
import { personalities } from './personalities.js';
import { provision } from './provision.js';
import { RunLock } from './runLock.js';
import { waitUntilServing } from './serving.js';
import { StatusLine } from './status.js';
import { writeSummary } from './summary.js';
import { watchNetwork } from './watch.js';

const clock = systemClock;

/** `npm start`: chain, miners and validator on this machine, a table per round, and a summary when asked for. */
export const startCommand = command(startConfig, async ({ config }, context) => {
  const layout = layoutAt(
    config.dir === null ? resolve(repositoryRoot, '.bettertherapy') : resolve(context.input.cwd, config.dir),
  );
  const lock = RunLock.take(layout.lock);
  const life = new Lifecycle({ log: context.log });
  life.onClose('lock', () => lock.release());
  try {
    await run(config, layout, lock, life, context);
    return 0;
  } finally {
    await life.close();
  }
});

function forget(layout: Layout): void {
  const kept = [layout.wallets, layout.chain, layout.logs, layout.network, layout.validator, layout.miner('')];
  for (const path of kept) rmSync(path, { recursive: true, force: true });
}

async function run(
  options: StartOptions,
  layout: Layout,
  lock: RunLock,
  life: Lifecycle,
  context: CommandContext,
): Promise<void> {
  const status = new StatusLine(process.stderr);
  const note = (text: string): void => status.print(text);
  if (options.reset) forget(layout);
  await ready();

  const model = await resolveModel(options.model, {
    manifestPath,
    cacheDir: modelCache,
    onProgress: downloadNotes(note),
    signal: context.signal,
  });
  // Not the repository: its .env is that of real daemons.
  const fleet = new Fleet(
    { logDir: layout.logs, cwd: layout.root, env: demonstrationEnvironment(context.input.env) },
    { clock, lock },
  );
  life.onClose('processes', () => fleet.stop(), 70_000);
  const signal = AbortSignal.any([context.signal, fleet.failure]);

  const url = await launchChain(fleet, layout, options, { clock, signal });
  const chain = await ChainClient.open({ endpoints: [url] }, { clock, log: context.log, metrics: null });
  life.onClose('chain client', () => chain.close());
  note(`embedded chain at ${url}\n`);

  const network = await provision({ layout, tempo: options.tempo, personalities }, { chain, note });
  migrate({ file: layout.validatorDatabase, migrationsDir }, { clock, log: context.log });
  const store = openStore(
    { file: layout.validatorDatabase, migrationsDir, identity: null, readonly: true },
    { clock, log: context.log },
  );
  life.onClose('journal', () => store.close());
  forgetGatewayAddress(layout);
  const port = await chooseGatewayPort(options);
  launchMiners(fleet, layout, network, options, url, port);
  await waitUntilServing(network, { chain, clock, signal, status });
  // The validator counts the rounds of earlier runs too.
  const maxRounds = options.rounds === 0 ? 0 : store.rounds.closedCount() + options.rounds;
  launchValidator(fleet, layout, network, { ...options, rounds: maxRounds }, url, port);
  note(
    `subnet ${network.netuid}: 1 validator, ${network.miners.length} miners on ${model.name}; logs in ${layout.logs}\n`,
  );
  note('the judge takes no exam here (--judge.exam off): a demonstration of how things work, not of who is good\n');
  if (port !== null) await announceGateway(layout, { clock, signal, note });
  const firstRound = store.rounds.closedCount() + 1;
  const summary = await watchNetwork({ options, network, model }, { chain, store, status, clock, signal });
  if (options.exit && options.json !== null) writeSummary(resolve(context.input.cwd, options.json), summary);
  if (options.evidence !== null) {
    const folder = resolve(context.input.cwd, options.evidence);
    await keepEvidence({ layout, folder, firstRound }, { store, clock, signal });
  }
  status.clear();
}
