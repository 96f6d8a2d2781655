import { BONUS_ABOVE, type Standing } from '@bettertherapy/scoring';
import { cappedWords, GATED_WORDS, REFUSED_WORDS } from './reasonWords.js';

/** What is known about one miner, as far as it can hold its score down. Means and counts are over the latest rounds. */
export interface MinerFacts {
  /** It is in the metagraph and publishes an address. */
  readonly serving: boolean;
  /** Rounds in its average. */
  readonly rounds: number;
  readonly asked: number;
  readonly answered: number;
  /** Why it is left out of the pay, null when it is not. */
  readonly unpaid: 'too_few_judged' | 'low_response_rate' | 'nothing_earned' | null;
  /** 0..1 over the last day. */
  readonly responseRate: number;
  /** Answers that did not come, by reason (`timeout`, `refused`…). */
  readonly refused: Readonly<Record<string, number>>;
  /** Answers stopped before they were judged, by reason (`too_short`, `injection`…). */
  readonly gated: Readonly<Record<string, number>>;
  /** Answers whose reward was cut, by the code of the cap. */
  readonly capped: Readonly<Record<string, number>>;
  readonly copies: number;
  /** Answers that the judge could not decide. */
  readonly undecided: number;
  readonly strikes: number;
  /** True when it acts in a group of copying hotkeys, which share one place. */
  readonly inCluster: boolean;
  /** Mean over its judged answers, 0..100; null when none was judged. */
  readonly quality: number | null;
  /** Median of the field's `quality`. */
  readonly fieldQuality: number | null;
  /** Mean time points of answers with a reward above the line for the bonus, 0..100. */
  readonly time: number | null;
  readonly responseMs: number | null;
  readonly rubric: number | null;
  readonly versus: number | null;
  readonly facts: number | null;
  readonly lengthAdjustment: number | null;
  /** Patients' ratings: mean of 1..5, how many, and their share of the score. */
  readonly rating: { readonly mean: number; readonly n: number; readonly share: number | null } | null;
}

export interface Reason {
  readonly code: string;
  readonly sentence: string;
}

/** Why a miner is left out of the pay; null when it is not. */
export function unpaidReason({ window, payable }: Pick<Standing, 'window' | 'payable'>): MinerFacts['unpaid'] {
  if (!window.eligible) return window.reason;
  return payable ? null : 'nothing_earned';
}

/**
 * Why a miner's score is lower than it could be, in plain sentences, the costliest first. Empty when nothing stands out.
 * Pure: says only what is in the facts.
 */
export function whyLow(facts: MinerFacts): Reason[] {
  if (!facts.serving) {
    return [{ code: 'no_axon', sentence: 'It publishes no address on chain, so nobody can ask it anything.' }];
  }
  if (facts.rounds === 0 && facts.asked === 0) {
    return [{ code: 'never_asked', sentence: 'It has not been in a finished round yet.' }];
  }
  return [...cheating(facts), ...missing(facts), ...judged(facts), ...standing(facts)];
}

function cheating({ strikes, copies, inCluster }: MinerFacts): Reason[] {
  const reasons: Reason[] = [];
  if (strikes > 0) {
    const sentence = `${counted(strikes, 'confirmed try', 'confirmed tries')} to cheat in the last 7 days: each halves its score.`;
    reasons.push({ code: 'strikes', sentence });
  }
  if (copies > 0) {
    const sentence = `${answers(copies)} repeated another miner's answer that arrived earlier; a copy earns 0.`;
    reasons.push({ code: 'copies', sentence });
  }
  if (inCluster) {
    const sentence = 'It answers so much like other hotkeys that they count as one and share one place.';
    reasons.push({ code: 'cluster', sentence });
  }
  return reasons;
}

function missing({ refused, gated, asked }: MinerFacts): Reason[] {
  const lost = byCount(refused).map(([reason, n]) => ({
    code: `refused:${reason}`,
    sentence: `${n} of ${counted(asked, 'answer', 'answers')} ${REFUSED_WORDS[reason] ?? 'did not come'}; each counts 0.`,
  }));
  const stopped = byCount(gated).map(([reason, n]) => ({
    code: `gate:${reason}`,
    sentence: `${answers(n)} earned 0 before judging: ${GATED_WORDS[reason] ?? 'no usable answer'}.`,
  }));
  return [...lost, ...stopped];
}

function judged(facts: MinerFacts): Reason[] {
  const reasons: Reason[] = byCount(facts.capped).map(([code, n]) => ({
    code: `cap:${code}`,
    sentence: `${answers(n)} ${cappedWords(code)}.`,
  }));
  const { quality, fieldQuality, time, responseMs, undecided } = facts;
  if (quality !== null && fieldQuality !== null && quality < fieldQuality - 2) {
    const weakest = weakestPart(facts);
    const sentence = `The judge gives its answers ${whole(quality)} of 100; the middle of the field is ${whole(fieldQuality)}.${weakest}`;
    reasons.push({ code: 'quality', sentence });
  }
  if (quality !== null && quality <= 100 * BONUS_ABOVE) {
    const sentence = `With ${whole(100 * BONUS_ABOVE)} of 100 or less for quality there are no points for speed.`;
    reasons.push({ code: 'no_time_bonus', sentence });
  } else if (time !== null && time < 99 && responseMs !== null) {
    const sentence = `It takes ${(responseMs / 1000).toFixed(1)} s on average and gets ${whole(time)} of 100 for time; only answers under 10 s get all of it.`;
    reasons.push({ code: 'slow', sentence });
  }
  if (facts.lengthAdjustment !== null && facts.lengthAdjustment <= -0.01) {
    const sentence = `Its answers are longer than others' to the same questions, which costs ${(-100 * facts.lengthAdjustment).toFixed(1)} points of quality.`;
    reasons.push({ code: 'length', sentence });
  }
  if (undecided > 0) {
    reasons.push({
      code: 'undecided',
      sentence: `The judge could not decide on ${answers(undecided)}; each counts 0.`,
    });
  }
  return reasons;
}

function weakestPart({ rubric, versus, facts }: MinerFacts): string {
  const parts = [
    { value: rubric, words: 'the statements that a good answer must fulfil' },
    { value: versus, words: 'the comparison with the reference answer' },
    { value: facts, words: 'the check of its medical claims' },
  ].flatMap(({ value, words }) => (value === null ? [] : [{ value, words }]));
  const weakest = parts.sort((a, b) => a.value - b.value)[0];
  return weakest ? ` Weakest part: ${weakest.words} (${whole(100 * weakest.value)}).` : '';
}

function standing({ unpaid, responseRate, rounds, rating }: MinerFacts): Reason[] {
  const reasons: Reason[] = [];
  if (unpaid === 'low_response_rate') {
    const sentence = `It answered ${whole(100 * responseRate)} % of what it was asked in the last day; below 70 % there is no pay.`;
    reasons.push({ code: 'low_response_rate', sentence });
  }
  if (unpaid === 'too_few_judged') {
    reasons.push({ code: 'too_few_judged', sentence: 'Too few of its answers were judged in the last day to pay it.' });
  }
  if (unpaid === 'nothing_earned') {
    reasons.push({
      code: 'nothing_earned',
      sentence: 'No answer has earned anything yet, so there is nothing to pay.',
    });
  }
  if (rounds > 0 && rounds < 5) {
    const sentence = `It is new (${counted(rounds, 'round', 'rounds')}): until more are in, its score is drawn toward the lower quarter of the field.`;
    reasons.push({ code: 'newcomer', sentence });
  }
  if (rating && rating.n > 0 && rating.mean < 3) {
    const part = rating.share === null ? '' : `, which is ${whole(100 * rating.share)} % of its score`;
    const sentence = `Patients rate it ${rating.mean.toFixed(1)} of 5 (${counted(rating.n, 'rating', 'ratings')})${part}.`;
    reasons.push({ code: 'rating', sentence });
  }
  return reasons;
}

function byCount(counts: Readonly<Record<string, number>>): [string, number][] {
  return Object.entries(counts)
    .filter(([, n]) => n > 0)
    .sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
}

const whole = (value: number): string => value.toFixed(0);
const counted = (n: number, one: string, many: string): string => `${n} ${n === 1 ? one : many}`;
const answers = (n: number): string => counted(n, 'answer', 'answers');
