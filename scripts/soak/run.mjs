// One soak from the first block to the facts that the checks look at.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '@bettertherapy/testkit';
import { ChainWatch } from './chainWatch.mjs';
import { happen } from './events.mjs';
import { examineEvidence } from './evidence.mjs';
import { readFacts, sealedRounds } from './journalFacts.mjs';
import { Network } from './network.mjs';
import { planEvents } from './plan.mjs';
import { machineOf } from './report.mjs';
import { Sampler } from './sampler.mjs';

const POLL_MS = 100;
const SEAL_MS = 120_000;
const FIRST_WEIGHTS_MS = 60_000;
/** An upload goes out every minute, and after an outage somewhat later. */
const WANDB_MS = 150_000;
/** Shorter runs do not wait for the next upload: the last restart sends what is left. */
const WAITS_FOR_WANDB = 100;

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** @param parts `{ modules, screen, signal, onClose }`; rejects when the run breaks off */
export async function runSoak(options, { modules, screen, signal, onClose }) {
  const startedMs = performance.now();
  const say = (text) => {
    signal.throwIfAborted();
    screen.say(text);
  };
  const { LocalnetProcess } = await modules.load('/test/chaos/localnetProcess.ts');
  const { findings } = await modules.load('/test/chaos/ledger.ts');
  const { SeededRandom } = await modules.load('/test/security/seededRandom.ts');
  const network = await Network.start(options, { LocalnetProcess, onClose, say });
  const { validator, wandb, subnet, journalFile } = network;
  const watch = new ChainWatch(subnet);
  await watch.start();
  onClose(() => watch.stop().catch(() => undefined));
  mkdirSync(options.out, { recursive: true });
  const sampler = new Sampler({ file: join(options.out, 'logs', 'samples.jsonl') }, network);
  sampler.start();
  onClose(() => sampler.stop());

  const special = {};
  const happened = [];
  const events = planEvents(options.rounds, new SeededRandom(options.seed));
  for (const event of events) {
    await reach(event.round, network, { screen, signal, sampler });
    const note = await happen(event, network, special);
    happened.push({ ...event, planned: event.round, round: Math.max(event.round, validator.begun), note });
    say(`round ${validator.begun}: ${event.kind}: ${note}`);
  }
  await reach(options.rounds + 1, network, { screen, signal, sampler });
  say('all rounds closed');
  // A short run may end before the first epoch in which there is something to pay.
  await patience(FIRST_WEIGHTS_MS, signal, () => watch.sets.length > 0);
  await eventually('all evidence to be sealed', async () => (await sealedRounds(journalFile)) >= options.rounds, {
    deadlineMs: SEAL_MS,
  });
  if (options.rounds >= WAITS_FOR_WANDB) await untilDelivered(options.rounds, wandb, signal);
  await sampler.stop();
  const beforeRestart = roundsOnWandb(wandb).length;

  say('the validator is stopped and started once more');
  const codes = [await validator.stop()];
  await validator.start();
  await untilDelivered(options.rounds, wandb, signal);
  say('evidence is fetched, computed again and changed');
  const evidence = await examineEvidence({
    gateway: validator.gateway,
    folder: join(options.out, 'evidence'),
    chainUrl: subnet.url,
    scratch: options.folder,
    signal,
  });
  network.lookAtMiners();
  codes.push(await validator.stop());
  await watch.stop();
  const acknowledged = validator.acknowledged;
  const journal = await readFacts(journalFile, { findings, acknowledged, names: network.names });
  return {
    options: { ...options, out: undefined, folder: undefined },
    ...{ journal, evidence, happened, machine: machineOf(), acknowledged: acknowledged.size },
    ...{ samples: sampler.samples, sets: watch.sets, ended: network.ended, disk: special.disk },
    seconds: (performance.now() - startedMs) / 1000,
    wandb: {
      ...{ rounds: roundsOnWandb(wandb), beforeRestart, overwritten: wandb.overwritten, gaps: wandb.gaps },
      ...{ runs: wandb.runs.size, outages: events.filter(({ kind }) => kind === 'wandb outage begins').length },
    },
    validator: { exitCode: codes.every((code) => code === 0) ? 0 : codes.join(' and ') },
    incidents: network.discord.texts(),
    complaints: Object.fromEntries(validator.complaints),
  };
}

/** Resolves when the round has begun; the one after the last when the last has ended. */
async function reach(round, { validator, ...network }, { screen, signal, sampler }) {
  const there = () => validator.begun >= round || validator.ended >= round - 1;
  while (!there()) {
    signal.throwIfAborted();
    if (validator.pid === null)
      throw new Error(`the validator ended by itself: ${validator.child.lines.slice(-3).join(' | ')}`);
    screen.progress(validator.ended, sampler.samples.at(-1));
    await sleep(POLL_MS);
  }
  screen.progress(validator.ended, sampler.samples.at(-1));
  return network;
}

function roundsOnWandb({ runs }) {
  return [...runs.values()].flatMap(({ history }) => history.filter(Boolean).map(({ round }) => round));
}

/** Until wandb has all rounds or the patience is over: what is missing then is a finding, not a reason to break off. */
function untilDelivered(rounds, wandb, signal) {
  return patience(WANDB_MS, signal, () => roundsOnWandb(wandb).length >= rounds);
}

async function patience(longestMs, signal, done) {
  const endsAt = performance.now() + longestMs;
  while (!done() && performance.now() < endsAt) {
    signal.throwIfAborted();
    await sleep(POLL_MS);
  }
}
