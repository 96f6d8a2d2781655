/** A point in time and its value. */
export type ChartPoint = readonly [atMs: number, value: number];

export interface Scale {
  readonly low: number;
  readonly high: number;
  /** Round numbers from `low` to `high`. */
  readonly ticks: readonly number[];
}

/** An axis of about `steps` round steps that holds every value; flat or no data still gets an axis. */
export function niceScale(values: readonly number[], steps = 4): Scale {
  const least = values.length > 0 ? Math.min(...values) : 0;
  const most = values.length > 0 ? Math.max(...values) : 1;
  const size = Math.max(Math.abs(most), Math.abs(least));
  // Figures that differ by less than can be drawn are a flat line.
  const flat = size < 1e-9 ? 1 : size;
  const spread = size >= 1e-9 && most - least > size * 1e-6 ? most - least : flat;
  const rough = spread / steps;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((size) => size >= rough) ?? rough;
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
