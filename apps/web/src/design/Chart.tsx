import type { ReactNode } from 'react';
import { type AxisBounds, type ChartPoint, linePath, niceScale, place } from './chartScale.js';
import { dateTime, figure } from './format.js';
import { Table } from './Table.js';
import { useWidth } from './useWidth.js';

export interface ChartLine {
  readonly name: string;
  readonly points: readonly ChartPoint[];
}

/** Width before the frame is measured. */
const WIDTH = 640;
const HEIGHT = 240;
const LEFT = 52;
const RIGHT_EDGE = 12;
const TOP = 12;
const BOTTOM = 210;
/** Told apart by lightness as well as by hue, and by dashes where hues run out. */
const COLOURS = ['var(--leaf)', 'var(--lamp)', 'var(--alarm)', 'var(--edge)'];
const DASHES = [undefined, '7 4', '2 4'];

const colourOf = (at: number): string => COLOURS[at % COLOURS.length] ?? 'var(--leaf)';
const dashOf = (at: number): string | undefined => DASHES[Math.floor(at / COLOURS.length) % DASHES.length];

/** Lines over time, and the same figures as a table for those who do not see lines. */
export function Chart({
  title,
  unit,
  lines,
  bounds,
}: {
  readonly title: string;
  readonly unit: string;
  readonly lines: readonly ChartLine[];
  readonly bounds?: AxisBounds;
}): ReactNode {
  const [frame, width] = useWidth<SVGSVGElement>(WIDTH);
  const points = lines.flatMap((line) => line.points);
  const heading = (
    <figcaption>
      <h3>
        {title} <span className="quiet small">({unit})</span>
      </h3>
    </figcaption>
  );
  if (points.length === 0) {
    return (
      <figure className="chart">
        {heading}
        <p className="quiet">No figures yet.</p>
      </figure>
    );
  }
  const right = width - RIGHT_EDGE;
  const scale = niceScale(
    points.map(([, value]) => value),
    bounds,
  );
  const times = points.map(([atMs]) => atMs);
  const span: [number, number] = [Math.min(...times), Math.max(...times)];
  const x = (atMs: number): number => place(atMs, span, [LEFT, right]);
  const y = (value: number): number => place(value, [scale.low, scale.high], [BOTTOM, TOP]);
  return (
    <figure className="chart">
      {heading}
      <svg
        ref={frame}
        viewBox={`0 0 ${width} ${HEIGHT}`}
        role="img"
        aria-label={`${title} over time. The table below has the figures.`}
      >
        {scale.ticks.map((tick) => (
          <g key={tick}>
            <line className="chart-axis" x1={LEFT} x2={right} y1={y(tick)} y2={y(tick)} />
            <text className="chart-text" x={LEFT - 8} y={y(tick) + 4} textAnchor="end">
              {Number(tick.toPrecision(6))}
            </text>
          </g>
        ))}
        <text className="chart-text" x={LEFT} y={HEIGHT - 8}>
          {dateTime(span[0])}
        </text>
        <text className="chart-text" x={right} y={HEIGHT - 8} textAnchor="end">
          {dateTime(span[1])}
        </text>
        {lines.map((line, at) => (
          <g key={line.name} stroke={colourOf(at)} fill={colourOf(at)}>
            <path
              className="chart-line"
              strokeDasharray={dashOf(at)}
              d={linePath(line.points.map(([atMs, value]) => [x(atMs), y(value)]))}
            />
            {line.points.length <= 40
              ? line.points.map(([atMs, value]) => (
                  <circle key={`${atMs} ${value}`} className="chart-dot" cx={x(atMs)} cy={y(value)} r="3.5" />
                ))
              : null}
          </g>
        ))}
      </svg>
      <ul className="legend-list">
        {lines.map((line, at) => (
          <li key={line.name}>
            <svg width="22" height="8" aria-hidden="true">
              <line x1="0" x2="22" y1="4" y2="4" stroke={colourOf(at)} strokeDasharray={dashOf(at)} strokeWidth="3" />
            </svg>
            {line.name}
          </li>
        ))}
      </ul>
      <details>
        <summary>The figures</summary>
        <Figures title={title} lines={lines} />
      </details>
    </figure>
  );
}

function Figures({ title, lines }: { readonly title: string; readonly lines: readonly ChartLine[] }): ReactNode {
  const rows = lines.flatMap((line) => line.points.map(([atMs, value], at) => ({ line: line.name, atMs, value, at })));
  return (
    <Table
      caption={title}
      rows={rows}
      rowKey={(row) => `${row.line} ${row.at}`}
      columns={[
        { title: 'Line', cell: (row) => row.line },
        { title: 'When', cell: (row) => dateTime(row.atMs) },
        { title: 'Value', cell: (row) => figure(row.value, 3), figure: true },
      ]}
    />
  );
}

/** A share 0..1 as a bar; the number must stand next to it. */
export function Bar({ share, low = false }: { readonly share: number; readonly low?: boolean }): ReactNode {
  const width = Math.max(0, Math.min(1, share)) * 100;
  return (
    <svg className="bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
      <rect className="bar-ground" width="100" height="8" rx="4" />
      <rect className={low ? 'bar-fill-low' : 'bar-fill'} width={width} height="8" rx="4" />
    </svg>
  );
}
