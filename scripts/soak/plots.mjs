// Which pictures the report has.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setsByEpoch } from './checks.mjs';
import { thinned } from './statistics.mjs';
import { linePlot } from './svg.mjs';

const MIB = 2 ** 20;
const MOST_POINTS = 600;

/** Writes them into `folder` and returns their names with captions. */
export function drawPlots(folder, { options, samples, journal, sets, happened }) {
  mkdirSync(folder, { recursive: true });
  const xMax = options.rounds;
  const events = happened.map(({ round }, at) => ({ x: round, name: at + 1 }));
  const few = thinned(samples, MOST_POINTS);
  const over = (value) => few.map((sample) => ({ x: sample.round, y: value(sample), life: sample.life }));
  const plots = {
    memory: {
      title: 'Memory of the validator',
      unit: 'MiB',
      series: [
        { name: 'RSS', points: over(({ rss }) => rss / MIB) },
        { name: 'heap in use', points: over(({ heap }) => (heap ?? 0) / MIB) },
        { name: 'allocator', points: over(({ allocator }) => allocator / MIB) },
        { name: 'compiled code', points: over(({ code }) => code / MIB) },
      ],
    },
    handles: {
      title: 'Open file handles of the validator',
      unit: 'handles',
      series: [{ name: 'fds', points: over(({ fds }) => fds) }],
    },
    storage: {
      title: 'Database and write-ahead log',
      unit: 'MiB',
      series: [
        { name: 'database', points: over(({ database }) => database / MIB) },
        { name: 'WAL', points: over(({ wal }) => wal / MIB) },
      ],
      limit: 64,
    },
    rounds: {
      title: 'Seconds from begin to close of each round',
      unit: 's',
      series: [
        {
          name: 'round',
          dots: true,
          points: journal.rounds.flatMap(({ number, startedMs, closedMs }) =>
            closedMs === null ? [] : [{ x: number, y: (closedMs - startedMs) / 1000 }],
          ),
        },
      ],
    },
    lag: {
      title: 'Event-loop lag, 99th percentile between samples',
      unit: 'ms',
      series: [{ name: 'lag', points: over(({ loopLag }) => (loopLag ?? 0) * 1000) }],
    },
    weights: {
      title: 'Weights that landed on chain in each epoch',
      unit: 'weights',
      series: [{ name: 'sets', dots: true, points: epochPoints(sets, journal.rounds) }],
    },
    wandb: {
      title: 'Rounds closed and rounds that wandb has',
      unit: 'rounds',
      series: [
        { name: 'closed', points: over(({ round }) => round) },
        { name: 'on wandb', points: over((sample) => sample.wandb) },
      ],
    },
    scores: { title: 'Moving average of each miner', unit: '0 to 100', series: scoreSeries(journal.scores, xMax) },
  };
  for (const [name, plot] of Object.entries(plots)) {
    writeFileSync(join(folder, `${name}.svg`), linePlot({ ...plot, xMax, events }));
  }
  return Object.entries(plots).map(([name, { title }]) => ({ file: `${name}.svg`, title }));
}

function scoreSeries(scores, rounds) {
  const byMiner = new Map();
  for (const { miner, round, average } of scores)
    byMiner.set(miner, [...(byMiner.get(miner) ?? []), { x: round, y: average }]);
  return [...byMiner].map(([name, points]) => ({
    name,
    points: thinned(points, 400),
    gapAfter: Math.max(3, rounds / 50),
  }));
}

/** One point an epoch, at the round that ran when its weights landed. */
function epochPoints(sets, rounds) {
  const counts = setsByEpoch(sets);
  return sets.map(({ block, epoch, mecid, uid }) => {
    const round = rounds.findLast((one) => one.block <= block)?.number ?? 0;
    return { x: round, y: counts.get(`epoch ${epoch}, mechanism ${mecid}, uid ${uid}`) };
  });
}
