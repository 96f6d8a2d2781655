import { ROUND_METRICS, type RoundMetric, type SeriesPoint } from '@bettertherapy/store';
import { z } from 'zod';
import type { OperatorParts } from './parts.js';
import { starsOf } from './ratingSource.js';

/** Rounds in a chart. */
const ROUNDS = 200;
/** Miners that get a line of their own when none is named: those with the best averages. */
const LINES = 8;

export const seriesQuery = z.object({
  metric: z.enum([...ROUND_METRICS, 'weight', 'ratings', 'mean']).default('average'),
  hotkey: z.string().min(1).optional(),
});

const UNITS: Readonly<Record<RoundMetric | 'weight' | 'ratings', string>> = {
  average: 'points',
  round_mean: 'points',
  total: 'points',
  quality: 'points',
  time: 'points',
  reward: 'share',
  response_ms: 'ms',
  answered: 'share',
  incentive: 'share',
  refusals: 'count',
  weight: 'share',
  ratings: 'stars',
};

interface Line {
  readonly hotkey: string | null;
  readonly points: [number, number][];
}

/** Points for a chart: the field's line (hotkey null) and those of one or of the best miners. */
export function seriesView(query: z.output<typeof seriesQuery>, parts: OperatorParts) {
  const metric = query.metric === 'mean' ? 'round_mean' : query.metric;
  const hotkeys = query.hotkey === undefined ? best(parts) : [query.hotkey];
  return { metric, unit: UNITS[metric], series: lines(pointsOf(metric, hotkeys, parts)) };
}

function pointsOf(
  metric: RoundMetric | 'weight' | 'ratings',
  hotkeys: readonly string[],
  parts: OperatorParts,
): SeriesPoint[] {
  if (metric === 'weight') return weightPoints(hotkeys, parts);
  if (metric === 'ratings') return ratingPoints(hotkeys, parts);
  return parts.store.operator.series({ metric, hotkeys, rounds: ROUNDS });
}

function best({ store }: OperatorParts): string[] {
  return store.averages
    .all()
    .sort((a, b) => b.ema - a.ema)
    .slice(0, LINES)
    .map((row) => row.hotkey);
}

function weightPoints(hotkeys: readonly string[], { store }: OperatorParts): SeriesPoint[] {
  return store.weightIntents
    .latest(ROUNDS)
    .reverse()
    .flatMap(({ intent }) =>
      intent.entries
        .filter((entry) => hotkeys.includes(entry.hotkey))
        .map((entry) => ({ hotkey: entry.hotkey, atMs: intent.createdMs, value: entry.share })),
    );
}

function ratingPoints(hotkeys: readonly string[], { ratings }: OperatorParts): SeriesPoint[] {
  return ratings
    .latest(ROUNDS)
    .toReversed()
    .flatMap((row) => {
      const value = starsOf(row);
      if (value === null) return [];
      const all = { hotkey: null, atMs: row.createdMs, value };
      return hotkeys.includes(row.hotkey) ? [all, { ...all, hotkey: row.hotkey }] : [all];
    });
}

function lines(points: readonly SeriesPoint[]): Line[] {
  const byHotkey = new Map<string | null, [number, number][]>();
  for (const { hotkey, atMs, value } of points) {
    const line = byHotkey.get(hotkey) ?? [];
    line.push([atMs, value]);
    byHotkey.set(hotkey, line);
  }
  return [...byHotkey].map(([hotkey, own]) => ({ hotkey, points: own }));
}
