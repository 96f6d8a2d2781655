// README.md, summary.json and plots of one run.
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';
import { lastAverages, memoryWarmUp, setsByEpoch, settledSamples, slopePer100 } from './checks.mjs';
import { drawPlots } from './plots.mjs';
import { median, quantile } from './statistics.mjs';

const MIB = 2 ** 20;
/** What the compressed clock is compared with. */
const REAL = { blockS: 12, tempo: 360, roundS: 600 };

export function machineOf() {
  const load = loadavg()[1].toFixed(1);
  return `${availableParallelism()} × ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}, ${process.platform}-${process.arch}; load over 5 minutes ${load}`;
}

/** Everything in numbers, for machines. */
export function summarise(facts, checks) {
  const { options, samples, journal, sets, wandb, evidence, happened, seconds, machine } = facts;
  const from = memoryWarmUp(samples, options) ?? options.warmUp;
  const settled = settledSamples(samples, options, from);
  const took = journal.rounds.flatMap(({ startedMs, closedMs }) =>
    closedMs === null ? [] : [(closedMs - startedMs) / 1000],
  );
  const epochs = setsByEpoch(sets);
  const rss = slopePer100(settled, (sample) => sample.rss);
  return {
    passed: checks.every(({ ok }) => ok !== false),
    ...{ options, machine, seconds: Math.round(seconds) },
    checks,
    rounds: {
      closed: journal.rounds.length,
      medianS: median(took),
      p95S: quantile(took, 0.95),
      longestS: Math.max(...took),
    },
    memory: {
      warmUpRounds: from,
      samples: settled.length,
      rssMiBPer100: rss === null ? null : rss / MIB,
      heapMiBPer100: (slopePer100(settled, ({ heap }) => heap ?? 0) ?? 0) / MIB,
      codeMiBPer100: (slopePer100(settled, ({ code }) => code) ?? 0) / MIB,
      allocatorMiBPer100: (slopePer100(settled, ({ allocator }) => allocator) ?? 0) / MIB,
      rssMiB: {
        median: median(settled.map((one) => one.rss)) / MIB,
        most: Math.max(...samples.map((one) => one.rss)) / MIB,
      },
    },
    handles: { median: median(settled.map(({ fds }) => fds)), most: Math.max(...samples.map(({ fds }) => fds)) },
    storage: {
      longestWalMiB: Math.max(...samples.map(({ wal }) => wal)) / MIB,
      databaseMiB: (samples.at(-1)?.database ?? 0) / MIB,
    },
    loopLagMs: {
      median: 1000 * median(samples.map(({ loopLag }) => loopLag ?? 0)),
      most: 1000 * Math.max(...samples.map(({ loopLag }) => loopLag ?? 0)),
    },
    weights: {
      landed: sets.length,
      epochs: epochs.size,
      mostInOneEpoch: Math.max(0, ...epochs.values()),
      ...journal.weights,
    },
    wandb: { ...wandb, rounds: new Set(wandb.rounds).size },
    evidence,
    answers: { refusals: journal.refusals, gates: journal.gates, copies: journal.copies },
    averages: Object.fromEntries(lastAverages(journal.scores)),
    incidents: facts.incidents,
    complaints: facts.complaints,
    events: happened,
  };
}

/** Writes the report and returns its summary. */
export function writeReport(facts, checks, out) {
  mkdirSync(out, { recursive: true });
  const plots = drawPlots(join(out, 'plots'), facts);
  const summary = summarise(facts, checks);
  writeFileSync(join(out, 'summary.json'), `${JSON.stringify(summary, null, 2)}\n`);
  writeFileSync(join(out, 'README.md'), readme(summary, plots));
  return summary;
}

function readme(summary, plots) {
  const { options, checks, events, seconds, machine, rounds, memory } = summary;
  const failed = checks.filter(({ ok }) => ok === false).length;
  const ratio = (real, here) => `${Math.round(real / here)} times`;
  return `# Soak: ${options.rounds} rounds with a compressed clock

Made by \`pnpm run soak --rounds ${options.rounds} --warm_up ${options.warmUp} --seed ${options.seed} --block_ms ${options.blockMs} --tempo ${options.tempo} --interval ${options.intervalS}\` in ${(seconds / 60).toFixed(1)} minutes.
${failed === 0 ? 'Every check that was judged holds.' : `**${failed} of ${checks.length} checks do not hold.**`}

Machine: ${machine}.

## The checks

| | check | what was seen |
|---|---|---|
${checks.map(({ name, ok, says }) => `| ${ok === null ? 'not judged' : ok ? 'holds' : '**FAILS**'} | ${name} | ${cell(says)} |`).join('\n')}

Warm-up: the first ${options.warmUp} rounds are left out of the slopes, in which code is compiled; memory is measured from round ${memory.warmUpRounds} on, not before the database was a
quarter larger than SQLite's cache of it (4,000 KiB), because memory grows with the database until then. Only the process that did most of the rounds counts. A slope is the median of the slopes
between all pairs of samples (Theil-Sen), so that single peaks of the garbage collector do not move it. In MiB per 100 rounds: heap in use ${memory.heapMiBPer100.toFixed(2)},
compiled code ${memory.codeMiBPer100.toFixed(2)}, the C library's allocator ${memory.allocatorMiBPer100.toFixed(2)}.
A round took ${rounds.medianS.toFixed(2)} s in the median, ${rounds.p95S.toFixed(2)} s at the 95th percentile, ${rounds.longestS.toFixed(1)} s at most.

## The clock

| | main network | here | compressed |
|---|---|---|---|
| block | ${REAL.blockS} s | ${options.blockMs / 1000} s | ${ratio(REAL.blockS, options.blockMs / 1000)} |
| epoch | ${REAL.tempo + 1} blocks | ${options.tempo + 1} blocks | ${ratio((REAL.tempo + 1) * REAL.blockS, ((options.tempo + 1) * options.blockMs) / 1000)} |
| round | every ${REAL.roundS} s | every ${options.intervalS} s | ${ratio(REAL.roundS, options.intervalS)} |

At the pace of the main network these rounds are ${((options.rounds * REAL.roundS) / 86_400).toFixed(1)} days. Waits that are fixed in seconds (wandb every minute, the look at the disk, retention every ten minutes) are not compressed.

## What is real and what is scripted

Real: the embedded chain, the validator, and the miners ada, ben, cal and dot are the daemons as operators start them, each a process with a folder of its own, over
loopback sockets. Signatures, Yuma, the journal, evidence, the upload process of wandb and the commands of \`pnpm bt\` are the product's.

Scripted: the language model. \`scripts/soak/modelServer.mjs\` speaks the OpenAI protocol; as judge it answers each prompt with probabilities from the words that reply and reference
share, as miner it puts together sentences of the question bank's good answers (so it knows the bank). It says nothing about the quality of a real judge, and takes no exam (\`--judge.exam off\`). wandb and Discord are local servers.
The cheats (copycat, injector, parrot, polyglot), the newcomers (eve, fay, gil) and brook, which is broken in changing ways, live in one process with real axons
or bare sockets. The data folder is a file system in memory of its own, so that it can be filled. One question a round.

## What happened

| # | round | event | how it went |
|---|---|---|---|
${events.map(({ round, kind, note }, at) => `| ${at + 1} | ${round} | ${kind} | ${cell(note)} |`).join('\n')}

Incidents told to Discord: ${summary.incidents.map((text) => `"${cell(text.split('\n')[0])}"`).join(', ') || 'none'}.

## Plots

The numbers above the dotted lines are those of the events.

${plots.map(({ file, title }) => `![${title}](plots/${file})`).join('\n\n')}

## Numbers

\`summary.json\` has all of it. Averages at the end: ${Object.entries(summary.averages)
    .sort(([, a], [, b]) => b - a)
    .map(([name, average]) => `${name} ${average.toFixed(1)}`)
    .join(', ')}.
Answers: ${words(summary.answers.refusals)}. Gates: ${words(summary.answers.gates)}. Copies found: ${summary.answers.copies}.
`;
}

const cell = (text) => String(text).replaceAll('|', '\\|').replaceAll('\n', ' ');
const words = (tally) =>
  Object.entries(tally)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');
