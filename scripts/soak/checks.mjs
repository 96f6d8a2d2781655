// What must hold at the end. Pure: facts in, one line a check out.
import { median, theilSen } from './statistics.mjs';

const MIB = 2 ** 20;
const MOST_WAL_BYTES = 64 * MIB;
const MOST_RSS_PER_100 = 1 * MIB;
const MOST_FDS_PER_100 = 1;
const MOST_FDS_MORE = 4;
/**
 * A connection keeps up to 4,000 KiB of the database in memory (packages/store), so memory grows with the database until that is a
 * quarter larger (not every page is touched).
 * Only then is it measured.
 */
export const CACHE_FULL_BYTES = 1.25 * 4_000 * 1024;
/** Rounds after the warm-up below which memory and handles are not judged, and the slope of the handles, whose number swings more. */
const FEWEST_ROUNDS = 60;
const FEWEST_ROUNDS_OF_HANDLES = 200;

/** Round at which the warm-up ends for the memory; null when the database stayed too small for it to end. */
export function memoryWarmUp(samples, { warmUp }) {
  const full = samples.find(({ database }) => database >= CACHE_FULL_BYTES);
  return full ? Math.max(full.round, warmUp) : null;
}

/** Samples of the process that did most of the rounds, after the warm-up. */
export function settledSamples(samples, { rounds, warmUp }, from = warmUp) {
  const lives = new Map();
  for (const sample of samples) lives.set(sample.life, [...(lives.get(sample.life) ?? []), sample]);
  const longest = [...lives.values()].sort((a, b) => b.length - a.length)[0] ?? [];
  return longest.filter(({ round }) => round >= from && round < rounds);
}

const roundsOf = (settled) => (settled.at(-1)?.round ?? 0) - (settled[0]?.round ?? 0);

/** Slope per 100 rounds; null when too few samples were taken. */
export function slopePer100(samples, value) {
  const slope = theilSen(samples.map((sample) => ({ x: sample.round, y: value(sample) })));
  return slope === null ? null : slope * 100;
}

/** @returns {{ name: string, ok: boolean | null, says: string }[]} `ok` null: not judged, and why */
export function runChecks(facts) {
  return [
    noLostRound,
    journalHolds,
    noDoubleWeight,
    weightsEveryEpoch,
    rssFlat,
    handlesFlat,
    walBounded,
    wandbComplete,
    diskPause,
    cheatersBelow,
    evidenceSealed,
    evidenceReplays,
    changeIsNamed,
    evidenceOnChain,
    processesLived,
  ].map((check) => ({ ...check(facts) }));
}

const is = (name, ok, says) => ({ name, ok, says });

function noLostRound({ options, journal }) {
  const numbers = journal.rounds.map(({ number }) => number);
  const expected = Array.from({ length: options.rounds }, (_, at) => at + 1);
  const missing = expected.filter((number) => !numbers.includes(number));
  const open = journal.rounds.filter(({ state }) => state !== 'closed').map(({ number }) => number);
  const voids = journal.rounds.filter(({ state, counted }) => state === 'closed' && !counted);
  const unfolded = journal.rounds.filter(({ number, counted }) => counted && !journal.folded.includes(number));
  const ok =
    numbers.length === options.rounds &&
    missing.length === 0 &&
    open.length === 0 &&
    voids.length === 0 &&
    unfolded.length === 0;
  const why = [
    ...(missing.length > 0 ? [`missing: ${missing}`] : []),
    ...(open.length > 0 ? [`not closed: ${open}`] : []),
    ...(voids.length > 0 ? [`not counted: ${voids.map(({ number, voidReason }) => `${number} (${voidReason})`)}`] : []),
    ...(unfolded.length > 0 ? [`not folded: ${unfolded.map(({ number }) => number)}`] : []),
  ];
  return is(
    'no lost round',
    ok,
    `${journal.folded.length} of ${options.rounds} rounds folded, each once${why.length > 0 ? `; ${why.join('; ')}` : ''}`,
  );
}

function journalHolds({ journal, acknowledged }) {
  const { findings } = journal;
  return is(
    'the journal is sound',
    findings.length === 0,
    findings.length === 0
      ? `integrity, averages equal to their steps, ${acknowledged} acknowledged responses all there`
      : findings.slice(0, 5).join('; '),
  );
}

/** The chain's own events, by epoch and mechanism. */
export function setsByEpoch(sets) {
  const byEpoch = new Map();
  for (const { epoch, mecid, uid } of sets) {
    const key = `epoch ${epoch}, mechanism ${mecid}, uid ${uid}`;
    byEpoch.set(key, (byEpoch.get(key) ?? 0) + 1);
  }
  return byEpoch;
}

function noDoubleWeight({ sets, journal }) {
  const byEpoch = setsByEpoch(sets);
  const twice = [...byEpoch].filter(([, times]) => times > 1).map(([key]) => key);
  const ok = sets.length > 0 && twice.length === 0 && journal.weights.twice.length === 0;
  const says = `${sets.length} weights landed in ${byEpoch.size} epochs by the events of the chain, ${journal.weights.windows} windows in the journal`;
  return is('no double weight', ok, twice.length > 0 ? `${says}; twice in ${twice.join('; ')}` : says);
}

/** An epoch without weights is no fault while the chain is away; they must be few. */
function weightsEveryEpoch({ sets }) {
  const epochs = [...new Set(sets.map(({ epoch }) => epoch))].sort((a, b) => a - b);
  const span = epochs.length === 0 ? 0 : epochs.at(-1) - epochs[0] + 1;
  const missed = span - epochs.length;
  return is(
    'weights in nearly every epoch',
    span > 0 && missed <= Math.max(3, span * 0.05),
    `${epochs.length} of ${span} epochs have weights`,
  );
}

function rssFlat({ options, samples }) {
  const name = 'RSS slope at most 1 MiB per 100 rounds after the warm-up';
  const from = memoryWarmUp(samples, options);
  if (from === null) return is(name, null, "not judged: the database is still smaller than SQLite's cache of it");
  const settled = settledSamples(samples, options, from);
  const slope = slopePer100(settled, ({ rss }) => rss);
  const measured = roundsOf(settled);
  if (slope === null || measured < FEWEST_ROUNDS) {
    return is(name, null, `not judged: ${measured} rounds after the warm-up are too few`);
  }
  const level = Math.round(median(settled.map(({ rss }) => rss)) / MIB);
  return is(
    name,
    slope <= MOST_RSS_PER_100,
    `${(slope / MIB).toFixed(2)} MiB per 100 rounds from round ${from} on (${settled.length} samples, Theil-Sen), median ${level} MiB`,
  );
}

function handlesFlat({ options, samples }) {
  const settled = settledSamples(samples, options);
  const measured = roundsOf(settled);
  const name = 'file handles flat';
  if (measured < FEWEST_ROUNDS) return is(name, null, `not judged: ${measured} rounds after the warm-up are too few`);
  const quarter = Math.max(1, Math.floor(settled.length / 4));
  const first = median(settled.slice(0, quarter).map(({ fds }) => fds));
  const last = median(settled.slice(-quarter).map(({ fds }) => fds));
  const slope = slopePer100(settled, ({ fds }) => fds) ?? 0;
  const ok = last - first <= MOST_FDS_MORE && (measured < FEWEST_ROUNDS_OF_HANDLES || slope <= MOST_FDS_PER_100);
  return is(
    name,
    ok,
    `median ${first} in the first quarter after the warm-up, ${last} in the last; slope ${slope.toFixed(2)} per 100 rounds`,
  );
}

function walBounded({ samples }) {
  const most = Math.max(...samples.map(({ wal }) => wal));
  return is(
    'WAL at most 64 MiB',
    samples.length > 0 && most <= MOST_WAL_BYTES,
    `longest ${(most / MIB).toFixed(1)} MiB in ${samples.length} samples`,
  );
}

function wandbComplete({ options, wandb }) {
  const expected = Array.from({ length: options.rounds }, (_, at) => at + 1);
  const missing = expected.filter((number) => !wandb.rounds.includes(number));
  const twice = wandb.rounds.length - new Set(wandb.rounds).size;
  const ok = missing.length === 0 && twice === 0 && wandb.overwritten === 0 && wandb.gaps === 0;
  return is(
    'every round delivered to wandb',
    ok,
    `${new Set(wandb.rounds).size} of ${options.rounds} rounds, ${twice} twice, ${wandb.overwritten} overwritten, ${wandb.gaps} gaps, ${wandb.outages} outages; ${wandb.beforeRestart} were there before the last restart${missing.length > 0 ? `; missing ${missing.slice(0, 10)}` : ''}`,
  );
}

function diskPause({ disk, happened }) {
  const name = 'full disk: readiness red, intake closed, green afterwards';
  if (!happened.some(({ kind }) => kind === 'disk full'))
    return is(name, null, 'not judged: a run this short fills no disk');
  if (disk === null) return is(name, null, 'not judged: this user may not mount a file system');
  const { status, statusLater, intakeStatus, begunMeanwhile, greenAgain, state } = disk;
  const ok = status === 503 && statusLater === 503 && intakeStatus === 503 && begunMeanwhile === 0 && greenAgain;
  return is(
    name,
    ok,
    `/ready ${status} (${state}), gateway ${intakeStatus}, ${begunMeanwhile} rounds began meanwhile, ${greenAgain ? 'green again, rounds went on' : 'never green again'}`,
  );
}

/** The newest average of each by name. */
export function lastAverages(scores) {
  const last = new Map();
  for (const { miner, average } of scores) last.set(miner, average);
  return last;
}

function cheatersBelow({ options: { people }, journal }) {
  const last = lastAverages(journal.scores);
  const of = (names) => names.flatMap((name) => (last.has(name) ? [[name, last.get(name)]] : []));
  const honest = of(people.daemons);
  const cheats = of(people.cheats);
  const lowest = Math.min(...honest.map(([, average]) => average));
  const highest = Math.max(...cheats.map(([, average]) => average));
  const ok = honest.length === people.daemons.length && cheats.length === people.cheats.length && lowest > highest;
  const list = (rows) => rows.map(([name, average]) => `${name} ${average.toFixed(1)}`).join(', ');
  return is('cheaters rank below honest miners', ok, `honest: ${list(honest)}; cheating: ${list(cheats)}`);
}

function evidenceSealed({ options, journal, evidence }) {
  const ok = journal.sealed.length === options.rounds && evidence.files === options.rounds;
  return is(
    'evidence of every round sealed',
    ok,
    `${journal.sealed.length} of ${options.rounds} sealed, ${evidence.files} files fetched from the gateway`,
  );
}

function evidenceReplays({ evidence }) {
  return is(
    'pnpm bt replay exits 0 over all evidence',
    evidence.replay.code === 0,
    `exit ${evidence.replay.code}: ${evidence.replay.line}`,
  );
}

function changeIsNamed({ evidence }) {
  const { file, code, named } = evidence.changed;
  return is(
    'one changed byte is detected and named',
    code === 1 && named.length > 0,
    `exit ${code}: ${named[0] ?? `${file} was not named`}`,
  );
}

function evidenceOnChain({ evidence }) {
  return is(
    'evidence agrees with signatures and the chain',
    evidence.verify.code === 0,
    `exit ${evidence.verify.code}: ${evidence.verify.line}`,
  );
}

function processesLived({ validator, ended }) {
  const ok = validator.exitCode === 0 && ended.length === 0;
  return is(
    'no process ended by itself',
    ok,
    `validator left with ${validator.exitCode} when asked; miners that ended unasked: ${ended.join(', ') || 'none'}`,
  );
}
