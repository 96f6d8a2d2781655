import { inRange, orderedSum } from './numbers.js';

/** One rating by a patient, as the journal has it; `miner` names hotkey and registration together. */
export interface PatientRating {
  readonly id: string;
  readonly miner: string;
  readonly user: string;
  /** 1…5; null for a thumb. */
  readonly stars: number | null;
  readonly thumb: 'up' | 'down' | null;
  readonly atMs: number;
  /** When the account was made. */
  readonly userSinceMs: number;
  /** Questions that the user had asked in the conversation when rating. */
  readonly turns: number;
  /** How long the conversation had been going on then, since its first question. */
  readonly talkedMs: number;
  /** The session was a crisis, or the rated answer hit a safety cap: logged, never counted. */
  readonly capped: boolean;
}

/** Why a rating does not count. */
export type RatingFault = 'capped' | 'no_value' | 'too_short' | 'same_day' | 'constant' | 'burst';

export interface WeighedRating {
  readonly id: string;
  readonly miner: string;
  /** 0…1; null without stars and thumb. */
  readonly value: number | null;
  /** 0 when it does not count. */
  readonly weight: number;
  readonly fault: RatingFault | null;
}

/** What ratings say about one miner. */
export interface RatingScore {
  /** Sum of weights. */
  readonly n: number;
  /** Bayesian mean, 0…1. */
  readonly mean: number;
  /** Mean of all counted ratings of all miners that `mean` is drawn toward. */
  readonly globalMean: number;
  /** Part of the round mean that ratings make up, below 0.2. */
  readonly share: number;
}

/** Ratings' worth of the global mean in every miner's mean. */
export const RATING_PRIOR = 10;
export const MOST_RATING_SHARE = 0.2;
/** Effective ratings at which half of the share is reached. */
const HALF_SHARE_AT = 20;
/** A conversation has so many questions of its user and lasts so long before a rating in it counts. */
export const LEAST_RATED_TURNS = 2;
export const LEAST_TALKED_MS = 20_000;
const NEW_ACCOUNT_MS = 7 * 24 * 3_600_000;
const NEW_ACCOUNT_WEIGHT = 0.25;
/** A user with this many ratings that are all alike tells nothing about miners. */
const CONSTANT_FROM = 5;
const BURST_DEVIATIONS = 5;
/** Median absolute deviation to standard deviation of a normal distribution. */
const MAD_TO_SD = 1.4826;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Stars to 0…1 in steps of a quarter, thumbs to 1 and 0. @throws CodedError SCORING_BAD_INPUT */
export function ratingValue({ stars, thumb }: Pick<PatientRating, 'stars' | 'thumb'>): number | null {
  if (stars !== null) return (inRange('stars', stars, 1, 5) - 1) / 4;
  return thumb === null ? null : thumb === 'up' ? 1 : 0;
}

/** True when a conversation was long enough for a rating: at least two questions and twenty seconds. */
export function talkedEnough({ turns, talkedMs }: Pick<PatientRating, 'turns' | 'talkedMs'>): boolean {
  return turns >= LEAST_RATED_TURNS && talkedMs >= LEAST_TALKED_MS;
}

/**
 * The weight of each rating, in the order given. Ratings in a crisis, of a capped answer or in a conversation that had hardly begun do not
 * count. Of the others per user, miner and UTC day the last one does; users whose ratings
 * never vary and hours with far more ratings of a miner than it usually gets do not; the k-th rating of one miner by one
 * user weighs 1/√k, one by an account younger than a week a quarter of that.
 * @param windowHours how many hours the ratings were gathered over, hours without any included
 */
export function weighRatings(ratings: readonly PatientRating[], windowHours: number): WeighedRating[] {
  inRange('windowHours', windowHours, 1, Number.MAX_SAFE_INTEGER);
  const faults = new Map<string, RatingFault>();
  const standing = (): PatientRating[] => inTime(ratings.filter(({ id }) => !faults.has(id)));
  for (const rating of ratings) {
    if (rating.capped) faults.set(rating.id, 'capped');
    else if (ratingValue(rating) === null) faults.set(rating.id, 'no_value');
    else if (!talkedEnough(rating)) faults.set(rating.id, 'too_short');
  }
  for (const sameDay of grouped(standing(), (one) => `${one.user}\n${one.miner}\n${Math.floor(one.atMs / DAY_MS)}`)) {
    for (const { id } of sameDay.slice(0, -1)) faults.set(id, 'same_day');
  }
  for (const own of grouped(standing(), (one) => one.user)) {
    const alike = new Set(own.map(ratingValue)).size === 1;
    if (alike && own.length >= CONSTANT_FROM) for (const { id } of own) faults.set(id, 'constant');
  }
  for (const ofMiner of grouped(standing(), (one) => one.miner)) {
    for (const { id } of burstsOf(ofMiner, windowHours)) faults.set(id, 'burst');
  }
  const weights = new Map<string, number>();
  for (const ofPair of grouped(standing(), (one) => `${one.user}\n${one.miner}`)) {
    for (const [at, one] of ofPair.entries()) {
      const isNew = one.atMs - one.userSinceMs < NEW_ACCOUNT_MS;
      weights.set(one.id, (isNew ? NEW_ACCOUNT_WEIGHT : 1) / Math.sqrt(at + 1));
    }
  }
  return ratings.map((rating) => ({
    id: rating.id,
    miner: rating.miner,
    value: ratingValue(rating),
    weight: weights.get(rating.id) ?? 0,
    fault: faults.get(rating.id) ?? null,
  }));
}

/** The rating of every miner that has one that counts. The order of the ratings does not matter. */
export function ratingScores(weighed: readonly WeighedRating[]): Map<string, RatingScore> {
  const counted = weighed.flatMap(({ miner, value, weight }) =>
    value === null || weight <= 0 ? [] : [{ miner, value, weight }],
  );
  const total = orderedSum(counted.map(({ weight }) => weight));
  const globalMean = total === 0 ? 0.5 : orderedSum(counted.map(({ value, weight }) => value * weight)) / total;
  const scores = new Map<string, RatingScore>();
  for (const own of grouped(counted, ({ miner }) => miner)) {
    const n = orderedSum(own.map(({ weight }) => weight));
    const sum = orderedSum(own.map(({ value, weight }) => value * weight));
    const [first] = own;
    if (first)
      scores.set(first.miner, { n, mean: bayesianMean(sum, n, globalMean), globalMean, share: ratingShare(n) });
  }
  return scores;
}

/** (C·m + Σ)/(C + n) with C = 10. */
export function bayesianMean(sum: number, n: number, globalMean: number): number {
  return (RATING_PRIOR * globalMean + sum) / (RATING_PRIOR + n);
}

/** ρ = 0.20·n/(n + 20): what a miner's ratings may weigh, however many there are. */
export function ratingShare(n: number): number {
  return (MOST_RATING_SHARE * inRange('n', n, 0, Number.MAX_SAFE_INTEGER)) / (n + HALF_SHARE_AT);
}

/** Ratings in hours that hold more than five robust deviations over the miner's median hour. */
function burstsOf(ofMiner: readonly PatientRating[], windowHours: number): PatientRating[] {
  const hours = grouped(ofMiner, ({ atMs }) => String(Math.floor(atMs / HOUR_MS)));
  const counts = hours.map((hour) => hour.length);
  const empty = Math.max(0, windowHours - counts.length);
  const median = medianOf(counts, empty);
  // An hour without ratings lies exactly `median` from the median.
  const deviations = [...counts.map((count) => Math.abs(count - median)), ...Array<number>(empty).fill(median)];
  const limit = median + BURST_DEVIATIONS * Math.max(1, MAD_TO_SD * medianOf(deviations, 0));
  return hours.filter((hour) => hour.length > limit).flat();
}

/** Median of the values and of so many zeros. */
function medianOf(values: readonly number[], zeros: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (index: number): number => (index < zeros ? 0 : (sorted[index - zeros] ?? 0));
  const count = sorted.length + zeros;
  const middle = Math.floor((count - 1) / 2);
  return count % 2 === 1 ? at(middle) : (at(middle) + at(middle + 1)) / 2;
}

function inTime(ratings: readonly PatientRating[]): PatientRating[] {
  return [...ratings].sort((a, b) => a.atMs - b.atMs || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}

function grouped<Row>(rows: readonly Row[], keyOf: (row: Row) => string): Row[][] {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const key = keyOf(row);
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  return [...groups.values()];
}
