import type { Clock } from '@bettertherapy/core';
import { talkedEnough } from '@bettertherapy/scoring';
import type { RatedAnswer, Store } from '@bettertherapy/store';
import { z } from 'zod';
import { DAY_MS, type OrganicSource, type RatingLine, type RatingSource, type RatingSummary } from './parts.js';

/** Ratings and judged questions of patients this far back are shown. */
const WINDOW_MS = 30 * DAY_MS;
const MOST_RATINGS = 5_000;

/** Stars of a rating; a thumb counts as five or one. Null for neither. */
export function starsOf({ stars, thumb }: Pick<RatedAnswer, 'stars' | 'thumb'>): number | null {
  if (stars !== null) return stars;
  return thumb === null ? null : thumb === 'up' ? 5 : 1;
}

/**
 * Ratings by patients that stand, as the journal has them; those given in a crisis are left out, and those given in a
 * conversation that had hardly begun are listed and make no mean.
 */
export function ratingSource(parts: { readonly store: Store; readonly clock: Clock }): RatingSource {
  const { store, clock } = parts;
  const standing = (): RatedAnswer[] =>
    store.ratings.standing(clock.wallMs() - WINDOW_MS, MOST_RATINGS).filter((row) => !row.crisis);
  return {
    byMiner: () =>
      meansBy(
        standing().flatMap(({ hotkey, ...row }) => {
          const value = talkedEnough(row) ? starsOf(row) : null;
          return value === null ? [] : [{ hotkey, value }];
        }),
        sharesOf(store, 'ratingShare'),
      ),
    latest: (limit, hotkey) =>
      standing()
        .filter((row) => hotkey === undefined || row.hotkey === hotkey)
        .slice(0, limit)
        .map(ratingLine),
  };
}

function ratingLine({ answerId, hotkey, twinId, stars, thumb, reason, createdMs }: RatedAnswer): RatingLine {
  return { answerId, hotkey, twin: twinId, stars, thumb, reason, createdMs };
}

/** What miners made of patients' own questions, judged in full; means of totals 0..100. */
export function organicSource(parts: { readonly store: Store; readonly clock: Clock }): OrganicSource {
  const { store, clock } = parts;
  return {
    byMiner: () =>
      meansBy(
        store.organic
          .totalsSince(clock.wallMs() - WINDOW_MS)
          .flatMap(({ hotkey, total }) => (total === null ? [] : [{ hotkey, value: total }])),
        sharesOf(store, 'organicWeight'),
      ),
  };
}

const madeSchema = z.object({ made: z.object({ ratingShare: z.number(), organicWeight: z.number() }) });

/** What ratings, or patients' questions, weighed in each miner's result of the last counted round. */
function sharesOf(store: Store, part: 'ratingShare' | 'organicWeight'): ReadonlyMap<string, number> {
  return new Map(
    store.averages.lastComponents().flatMap(({ hotkey, components }): [string, number][] => {
      const parsed = madeSchema.safeParse(components);
      return parsed.success ? [[hotkey, parsed.data.made[part]]] : [];
    }),
  );
}

function meansBy(
  rows: readonly { readonly hotkey: string; readonly value: number }[],
  shares: ReadonlyMap<string, number>,
): RatingSummary[] {
  const sums = new Map<string, { n: number; sum: number }>();
  for (const { hotkey, value } of rows) {
    const own = sums.get(hotkey) ?? { n: 0, sum: 0 };
    sums.set(hotkey, { n: own.n + 1, sum: own.sum + value });
  }
  return [...sums].map(([hotkey, { n, sum }]) => ({ hotkey, n, mean: sum / n, share: shares.get(hotkey) ?? null }));
}
