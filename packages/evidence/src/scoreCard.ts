import { quantile, type RoundComponents, roundComponents, type Standing, standings } from '@bettertherapy/scoring';
import { recordedGate } from './recompute.js';
import { weightInputsOf } from './recorded.js';
import type { RecordedAnswer, RecordedFold, RecordedQuestion, RoundEvidence } from './schema.js';
import { scoreComponents } from './why/scoreComponents.js';
import { sumAnswers } from './why/sumAnswers.js';
import { type MinerFacts, type Reason, unpaidReason, whyLow } from './why/whyLow.js';

/** First is 1; `of` how many there were. */
export interface Place {
  readonly place: number;
  readonly of: number;
}

/** One answer of a miner with everything that its score was made of. */
export interface AnswerCard extends RecordedAnswer {
  readonly bankId: string | null;
  readonly askedText: string | null;
  /** `passed`, the gate that closed, or null without an answer. */
  readonly gated: string | null;
  /** By total, among all answers to the question. */
  readonly rank: Place;
  /** The best total of the question. */
  readonly best: number;
}

/** One round of a miner. */
export interface RoundCard {
  readonly number: number;
  readonly closedMs: number | null;
  /** It entered the averages. */
  readonly counted: boolean;
  readonly voidReason: string | null;
  readonly answers: readonly AnswerCard[];
  /** What the round did to the average, with the parts of its mean; null when the round says nothing about the miner. */
  readonly fold: (RecordedFold & { readonly made: RoundComponents }) | null;
  /** By mean, among all miners of the round. */
  readonly rank: Place | null;
}

/** What a validator's evidence says about one miner. */
export interface ScoreCard {
  readonly hotkey: string;
  readonly validator: string;
  /** Oldest first. */
  readonly rounds: readonly RoundCard[];
  /** After the newest round that was sealed with weights; null when it was in none. */
  readonly standing: {
    readonly score: number;
    readonly average: number;
    readonly averageRounds: number;
    readonly responseRate: number;
    readonly strikes: number;
    readonly paid: boolean;
    readonly rank: Place;
    /** Of the weights that came of it, 0..1. */
    readonly share: number;
  } | null;
  readonly why: readonly Reason[];
}

/** Reads a miner's part of a validator's rounds. Pure. `rounds`: of one validator, in their order. */
export function scoreCard(rounds: readonly RoundEvidence[], hotkey: string): ScoreCard {
  const newest = [...rounds].reverse().find(({ weights }) => weights !== null) ?? null;
  const field = newest ? standingsOf(newest) : [];
  const own = field.find((one) => one.hotkey === hotkey) ?? null;
  return {
    hotkey,
    validator: rounds.at(-1)?.validator ?? '',
    rounds: rounds.map((round) => roundCard(round, hotkey)),
    standing: newest && own ? standingCard(newest, own, field) : null,
    why: whyLow(factsOf(rounds, hotkey, own)),
  };
}

/** Hotkeys that a round asked. */
export function hotkeysOf(rounds: readonly RoundEvidence[]): string[] {
  return [...new Set(rounds.flatMap(({ participants }) => participants.map(({ hotkey }) => hotkey)))].sort();
}

function roundCard(round: RoundEvidence, hotkey: string): RoundCard {
  const { number, closedMs, counted, voidReason } = round.round;
  const fold = round.folds.find((one) => one.hotkey === hotkey) ?? null;
  const means = round.folds.map(({ mean }) => mean);
  return {
    ...{ number, closedMs, counted, voidReason },
    answers: round.answers
      .filter((answer) => answer.hotkey === hotkey)
      .map((answer) => answerCard(answer, round, round.questions.find(({ id }) => id === answer.questionId) ?? null)),
    fold: fold && { ...fold, made: roundComponents(fold.inputs) },
    rank: fold && placeOf(fold.mean, means),
  };
}

function answerCard(answer: RecordedAnswer, round: RoundEvidence, question: RecordedQuestion | null): AnswerCard {
  const totals = round.answers.filter((one) => one.questionId === answer.questionId).map(({ score }) => score.total);
  return {
    ...answer,
    bankId: question?.bankId ?? null,
    askedText: question?.askedText ?? null,
    gated: recordedGate(answer),
    rank: placeOf(answer.score.total, totals),
    best: Math.max(...totals),
  };
}

function standingsOf({ weights }: RoundEvidence): Standing[] {
  return weights ? standings(weightInputsOf(weights.inputs)).sort((a, b) => b.score - a.score) : [];
}

function standingCard({ weights }: RoundEvidence, own: Standing, field: readonly Standing[]): ScoreCard['standing'] {
  const { uids = [], values = [] } = weights?.result ?? {};
  const sum = values.reduce((total, value) => total + value, 0);
  const value = values[uids.indexOf(own.uid)] ?? 0;
  return {
    score: own.score,
    average: own.average.ema,
    averageRounds: own.average.rounds,
    responseRate: own.window.responseRate,
    strikes: own.strikes,
    paid: value > 0,
    rank: placeOf(
      own.score,
      field.map(({ score }) => score),
    ),
    share: sum === 0 ? 0 : value / sum,
  };
}

/** Equal values share the better place. */
function placeOf(value: number, values: readonly number[]): Place {
  return { place: 1 + values.filter((other) => other > value).length, of: values.length };
}

function factsOf(rounds: readonly RoundEvidence[], hotkey: string, own: Standing | null): MinerFacts {
  const sums = sumsOf(rounds, hotkey);
  const qualities = hotkeysOf(rounds).flatMap((one) => sumsOf(rounds, one).quality ?? []);
  const folds = rounds.flatMap((round) => round.folds.filter((one) => one.hotkey === hotkey));
  const last = folds.at(-1) ?? null;
  const rating = last?.inputs.rating ?? null;
  return {
    ...sums,
    // Only who publishes an address is asked; who was not asked was perhaps not drawn.
    serving: true,
    rounds: own?.average.rounds ?? last?.roundsAfter ?? 0,
    unpaid: own && unpaidReason(own),
    responseRate: own?.window.responseRate ?? 0,
    strikes: own?.strikes ?? 0,
    inCluster: (own?.cluster ?? null) !== null,
    fieldQuality: qualities.length === 0 ? null : quantile(qualities, 0.5),
    // Stars are kept as 0…1; people know them as 1…5.
    rating:
      rating && last
        ? { mean: 1 + 4 * rating.mean, n: Math.round(rating.n), share: roundComponents(last.inputs).ratingShare }
        : null,
  };
}

function sumsOf(rounds: readonly RoundEvidence[], hotkey: string) {
  return sumAnswers(
    rounds.flatMap((round) =>
      round.answers
        .filter((answer) => answer.hotkey === hotkey)
        .map(({ judgement, gate, score, responseMs, refusedBy }) => ({
          ...{ ...score, responseMs, refusedBy },
          components: scoreComponents({ gate, judgement }),
        })),
    ),
  );
}
