import {
  type PatientRating,
  type RatingScore,
  ratingScores,
  roundComponents,
  type WeighedRating,
  weighRatings,
} from '@bettertherapy/scoring';
import type { Participant, RoundResult, Score } from '@bettertherapy/store';
import { isSafetyCap } from './judgeOrganic.js';
import type { RoundParts } from './parts.js';

/** Ratings this far back count. */
const WINDOW_DAYS = 30;
const WINDOW_HOURS = WINDOW_DAYS * 24;
const WINDOW_MS = WINDOW_HOURS * 3_600_000;
const MOST_RATINGS = 5_000;
/** Ratings of one miner that are kept with a round one by one; of more only their sums. */
const LISTED = 200;

interface Rated {
  readonly score: RatingScore;
  readonly weighed: readonly WeighedRating[];
}

/** What patients said and asked, as it stands when a round is folded. */
export interface PatientsSay {
  readonly ratings: ReadonlyMap<string, Rated>;
  readonly organic: ReadonlyMap<string, readonly { readonly answerId: string; total: number; capped: boolean }[]>;
}

interface Miner {
  readonly hotkey: string;
  readonly registeredAtBlock: number;
}
const keyOf = ({ hotkey, registeredAtBlock }: Miner): string => `${hotkey}/${registeredAtBlock}`;

/** Reads and weighs all of it at once: one miner's rating depends on everybody's. */
export function patientsSay({ store, clock }: Pick<RoundParts, 'store' | 'clock'>): PatientsSay {
  const sinceMs = clock.wallMs() - WINDOW_MS;
  const capped = new Set(store.organic.cappedSince(sinceMs).map(({ answerId, hotkey }) => `${answerId}/${hotkey}`));
  const given = store.ratings.standing(sinceMs, MOST_RATINGS).map(
    (row): PatientRating => ({
      id: row.answerId,
      miner: keyOf(row),
      user: row.patientId,
      stars: row.stars,
      thumb: row.thumb,
      atMs: row.createdMs,
      userSinceMs: row.patientSinceMs,
      turns: row.turns,
      talkedMs: row.talkedMs,
      capped: row.crisis || capped.has(`${row.answerId}/${row.hotkey}`),
    }),
  );
  const weighed = weighRatings(given, WINDOW_HOURS);
  const ratings = new Map<string, Rated>();
  for (const [miner, score] of ratingScores(weighed)) {
    ratings.set(miner, { score, weighed: weighed.filter((one) => one.miner === miner && one.weight > 0) });
  }
  const organic = new Map<string, { answerId: string; total: number; capped: boolean }[]>();
  for (const row of store.organic.uncounted()) {
    if (row.total === null) continue;
    const own = organic.get(keyOf(row)) ?? [];
    own.push({ answerId: row.answerId, total: row.total, capped: row.details.capped === true });
    organic.set(keyOf(row), own);
  }
  return { ratings, organic };
}

/**
 * One miner's result: its scores of this round, then what patients asked and said, with everything that the number was
 * made from. Null when the round says nothing about it; then its answers to patients wait for a round that does.
 */
export function minerResult(
  miner: Pick<Participant, 'hotkey' | 'registeredAtBlock'>,
  own: readonly Score[],
  at: { readonly answered: number; readonly say: PatientsSay; readonly organicShare: number },
): RoundResult | null {
  if (own.length === 0) return null;
  const { hotkey, registeredAtBlock } = miner;
  const organic = at.say.organic.get(keyOf(miner)) ?? [];
  const rated = at.say.ratings.get(keyOf(miner)) ?? null;
  const inputs = {
    totals: own.map(({ total }) => total),
    organic: organic.map(({ total }) => total),
    organicShare: at.organicShare,
    rating: rated?.score ?? null,
    capped: own.some(hitSafetyCap) || organic.some(({ capped }) => capped),
  };
  const made = roundComponents(inputs);
  return {
    hotkey,
    registeredAtBlock,
    mean: made.mean,
    asked: own.length,
    answered: at.answered,
    components: {
      inputs: { ...inputs, rating: inputs.rating && { ...inputs.rating } },
      ratings: (rated?.weighed ?? []).slice(0, LISTED).map(({ value, weight }) => [value, weight]),
      ratingCount: rated?.weighed.length ?? 0,
      made: { ...made },
    },
    organic: organic.map(({ answerId }) => answerId),
  };
}

function hitSafetyCap({ components }: Score): boolean {
  const { caps } = components;
  return Array.isArray(caps) && caps.some(isSafetyCap);
}
