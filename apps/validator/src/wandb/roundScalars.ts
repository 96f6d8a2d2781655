import { type AnswerSums, sumAnswers } from '@bettertherapy/evidence';
import { quantile } from '@bettertherapy/scoring';
import type { AverageStep, Participant, Round, ScoredAnswerLine, Store } from '@bettertherapy/store';
import type { Scalars } from '@bettertherapy/telemetry';
import { lastWeights } from '../gateway/operator/leaderboard.js';
import { answersOf } from '../round/answers.js';

/** Places of the leaderboard that have series of their own. */
const PLACES = 10;
const U16 = 65_535;

/** Numbers by name; what is not known is left out. */
type Known = Readonly<Record<string, number | null | undefined>>;

/**
 * A closed round in numbers, from the journal alone. Rewards and rates 0..1, quality, time, total and averages 0..100, times
 * in ms, weights as shares of 1. `miner/<hotkey>/…` are series of one miner. Weights are the newest at the time of asking.
 */
export function roundScalars(round: Round, store: Store): Scalars {
  const rows = scoredAnswers(round, store);
  const participants = store.rounds.participants(round.id);
  const steps = new Map(store.averages.historyOfRound(round.id).map((step) => [step.hotkey as string, step]));
  const sums = sumAnswers(rows);
  return known({
    round: round.number,
    block: round.block,
    counted: Number(round.counted),
    duration_ms: round.closedMs === null ? null : round.closedMs - round.startedMs,
    questions: store.questions.ofRound(round.id).length,
    miners: participants.length,
    asked: sums.asked,
    answered: sums.answered,
    answer_rate: sums.asked === 0 ? null : sums.answered / sums.asked,
    'reward/mean': rewardMean(rows),
    'quality/mean': sums.quality,
    'time/mean': sums.time,
    'total/mean': sums.total,
    'response_ms/mean': sums.responseMs,
    'answers/copies': sums.copies,
    'answers/undecided': sums.undecided,
    ...counts('caps', sums.capped),
    ...counts('gates', sums.gated),
    ...counts('refused', sums.refused),
    ...controls(round, store),
    ...places([...steps.values()], participants),
    ...miners({ rows, participants, steps }, store),
  });
}

function scoredAnswers(round: Round, store: Store): ScoredAnswerLine[] {
  const scores = new Map(store.scores.ofRound(round.id).map((row) => [row.requestId, row]));
  return answersOf(store, round.id).flatMap(({ request, response }) => {
    const score = scores.get(request.id);
    if (!score) return [];
    const { responseMs, refusedBy } = response;
    return [{ ...score, roundNumber: round.number, questionId: request.questionId, responseMs, refusedBy }];
  });
}

function rewardMean(rows: readonly ScoredAnswerLine[]): number | null {
  const rewards = rows.flatMap(({ reward }) => reward ?? []);
  return rewards.length === 0 ? null : rewards.reduce((sum, reward) => sum + reward, 0) / rewards.length;
}

function counts(group: string, tally: Readonly<Record<string, number>>): Known {
  const all = Object.values(tally).reduce((sum, n) => sum + n, 0);
  return {
    [`${group}/all`]: all,
    ...Object.fromEntries(Object.entries(tally).map(([name, n]) => [`${group}/${name}`, n])),
  };
}

function controls(round: Round, store: Store): Known {
  const rows = store.judgements.controlsOfRound(round.id);
  if (rows.length === 0) return {};
  return Object.assign(
    { 'controls/passed': Number(rows.every(({ pass }) => pass)) },
    ...rows.map(({ kind, reward, low, high, pass }) => ({
      [`controls/${kind}/reward`]: reward,
      [`controls/${kind}/low`]: low,
      [`controls/${kind}/high`]: high,
      [`controls/${kind}/pass`]: Number(pass),
    })),
  );
}

/** The averages after the round, best first. */
function places(steps: readonly AverageStep[], participants: readonly Participant[]): Known {
  if (steps.length === 0) return {};
  const uids = new Map(participants.map(({ hotkey, uid }) => [hotkey, uid]));
  const sorted = [...steps].sort((a, b) => b.emaAfter - a.emaAfter || (a.hotkey < b.hotkey ? -1 : 1));
  const averages = sorted.map(({ emaAfter }) => emaAfter);
  return Object.assign(
    {
      'leaderboard/mean': averages.reduce((sum, average) => sum + average, 0) / averages.length,
      'leaderboard/median': quantile(averages, 0.5),
    },
    ...sorted.slice(0, PLACES).map(({ hotkey, emaAfter }, at) => ({
      [`leaderboard/${at + 1}/average`]: emaAfter,
      [`leaderboard/${at + 1}/uid`]: uids.get(hotkey),
    })),
  );
}

function miners(
  of: {
    readonly rows: readonly ScoredAnswerLine[];
    readonly participants: readonly Participant[];
    readonly steps: ReadonlyMap<string, AverageStep>;
  },
  store: Store,
): Known {
  const { meant, onChain } = lastWeights(store);
  const answers = new Map<string, ScoredAnswerLine[]>();
  for (const row of of.rows) answers.set(row.hotkey, [...(answers.get(row.hotkey) ?? []), row]);
  const series = of.participants.map(({ hotkey, uid, incentive }) => {
    const rows = answers.get(hotkey) ?? [];
    const own: AnswerSums = sumAnswers(rows);
    const values: Known = {
      uid,
      reward: rewardMean(rows),
      quality: own.quality,
      time: own.time,
      total: own.total,
      answered: own.asked === 0 ? null : own.answered / own.asked,
      average: of.steps.get(hotkey)?.emaAfter,
      incentive: incentive === null ? null : incentive / U16,
      weight_meant: meant.get(hotkey),
      weight_on_chain: onChain.get(uid),
    };
    return Object.fromEntries(Object.entries(values).map(([name, value]) => [`miner/${hotkey}/${name}`, value]));
  });
  return Object.assign({}, weightsAll(store), ...series);
}

function weightsAll(store: Store): Known {
  const [newest] = store.weightIntents.latest(1);
  if (!newest) return {};
  const { intent, verification } = newest;
  return {
    'weights/miners': intent.entries.filter(({ share }) => share > 0).length,
    'weights/block': intent.block,
    'weights/match': verification === null ? null : Number(verification.match),
  };
}

function known(values: Known): Scalars {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => (Number.isFinite(value) ? [[name, Number(value)]] : [])),
  );
}
