/** A point in time and its value. */
export type ChartPoint = readonly [atMs: number, value: number];

export interface Scale {
  readonly low: number;
  readonly high: number;
  /** Round numbers from `low` to `high`. */
  readonly ticks: readonly number[];
}

/** What an axis shows whatever the values are, as a share's 0 and 1; `whole` keeps to steps of whole numbers. */
export interface AxisBounds {
  readonly least?: number;
  readonly most?: number;
  readonly whole?: boolean;
}

/** An axis of about `steps` round steps that holds every value; flat or no data still gets an axis. */
export function niceScale(values: readonly number[], bounds: AxisBounds = {}, steps = 4): Scale {
  const held = [bounds.least, bounds.most].filter((value) => value !== undefined).concat(values);
  const least = held.length > 0 ? Math.min(...held) : 0;
  const most = held.length > 0 ? Math.max(...held) : 1;
  const size = Math.max(Math.abs(most), Math.abs(least));
  // Figures that differ by less than can be drawn are a flat line.
  const flat = size < 1e-9 ? 1 : size;
  const spread = size >= 1e-9 && most - least > size * 1e-6 ? most - least : flat;
  const rough = spread / steps;
  const power = 10 ** Math.floor(Math.log10(rough));
  const round = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((size) => size >= rough) ?? rough;
  const step = bounds.whole ? Math.ceil(round) : round;
  const low = Math.floor(least / step) * step;
  const high = Math.max(Math.ceil(most / step) * step, low + step);
  const count = Math.round((high - low) / step);
  const ticks = Array.from({ length: count + 1 }, (_, at) => Number((low + at * step).toPrecision(12)));
  return { low, high: ticks.at(-1) ?? high, ticks };
}

/** Where `value` lies between `from` and `to` in pixels; the middle when the range is empty. */
export function place(value: number, range: readonly [number, number], pixels: readonly [number, number]): number {
  const [low, high] = range;
  const [start, end] = pixels;
  return high === low ? (start + end) / 2 : start + ((value - low) / (high - low)) * (end - start);
}

/** The `d` of an SVG path through the points. */
export function linePath(points: readonly (readonly [number, number])[]): string {
  return points.map(([x, y], at) => `${at === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`).join('');
}
