// Small line plots as SVG: one axis, a few series, marks of events; legible on light and dark pages.

const WIDTH = 960;
const HEIGHT = 320;
const ROOM = { left: 66, right: 16, top: 50, bottom: 40 };
const MOST_BESIDE_TITLE = 4;
const COLOURS = [
  '#2f6fde',
  '#d9480f',
  '#2b8a3e',
  '#9c36b5',
  '#c2255c',
  '#0b7285',
  '#e67700',
  '#5c5f66',
  '#1098ad',
  '#ae3ec9',
  '#66a80f',
  '#f03e3e',
];
const STYLE = `text{font:12px system-ui,sans-serif;fill:#333}.title{font-size:15px;font-weight:600}.axis{stroke:#888;stroke-width:1}.grid{stroke:#ddd;stroke-width:1}.paper{fill:#fff}.event{stroke:#999;stroke-width:1;stroke-dasharray:2 3}.small{font-size:10px;fill:#777}.limit{stroke:#c92a2a;stroke-width:1.5;stroke-dasharray:7 4}
@media (prefers-color-scheme:dark){text{fill:#ddd}.grid{stroke:#3a3f45}.axis{stroke:#8a8f96}.paper{fill:#16191d}.small{fill:#9aa0a6}.event{stroke:#666}}`;

const escaped = (text) => String(text).replace(/[<>&"]/g, (sign) => `&#${sign.charCodeAt(0)};`);

/** Round numbers between two values, about `count` of them. */
export function ticks(low, high, count = 5) {
  const rough = (high - low || 1) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((one) => one >= rough);
  const found = [];
  for (let value = Math.ceil(low / step) * step; value <= high + step / 1e6; value += step)
    found.push(Number(value.toPrecision(12)));
  return found;
}

/**
 * @param plot `{ title, unit, series: [{ name, points: [{ x, y }], dots? }], events: [{ x, name }], limit?, from? }`; x are rounds
 * @returns the text of an SVG file
 */
export function linePlot({ title, unit, series, events = [], limit = null, from = null, xMax }) {
  const all = series.flatMap(({ points }) => points.map(({ y }) => y));
  const high = Math.max(...all, limit ?? 0) * 1.05 || 1;
  const low = from ?? 0;
  const x = (value) => ROOM.left + (value / xMax) * (WIDTH - ROOM.left - ROOM.right);
  const y = (value) => HEIGHT - ROOM.bottom - ((value - low) / (high - low)) * (HEIGHT - ROOM.top - ROOM.bottom);
  const n = (value) => value.toFixed(1);
  const parts = [
    `<rect class="paper" width="${WIDTH}" height="${HEIGHT}"/>`,
    `<text class="title" x="${ROOM.left}" y="18">${escaped(title)}</text>`,
    ...ticks(low, high).map(
      (value) =>
        `<line class="grid" x1="${ROOM.left}" x2="${WIDTH - ROOM.right}" y1="${n(y(value))}" y2="${n(y(value))}"/><text x="${ROOM.left - 6}" y="${n(y(value) + 4)}" text-anchor="end">${escaped(value)}</text>`,
    ),
    `<text x="8" y="34" class="small">${escaped(unit)}</text>`,
    ...ticks(0, xMax, 10).map(
      (value) => `<text x="${n(x(value))}" y="${HEIGHT - ROOM.bottom + 16}" text-anchor="middle">${value}</text>`,
    ),
    `<text x="${WIDTH - ROOM.right}" y="${HEIGHT - 6}" text-anchor="end" class="small">round</text>`,
    ...events.map(({ x: at, name }) => mark(x(at), name, n)),
    ...(limit === null
      ? []
      : [`<line class="limit" x1="${ROOM.left}" x2="${WIDTH - ROOM.right}" y1="${n(y(limit))}" y2="${n(y(limit))}"/>`]),
    ...series.map((one, at) => line(one, COLOURS[at % COLOURS.length], x, y, n)),
    legend(series),
    `<line class="axis" x1="${ROOM.left}" x2="${WIDTH - ROOM.right}" y1="${HEIGHT - ROOM.bottom}" y2="${HEIGHT - ROOM.bottom}"/>`,
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escaped(title)}"><style>${STYLE}</style>\n${parts.join('\n')}\n</svg>\n`;
}

function line({ points, dots = false, gapAfter = Number.POSITIVE_INFINITY }, colour, x, y, n) {
  if (dots)
    return points
      .map((point) => `<circle cx="${n(x(point.x))}" cy="${n(y(point.y))}" r="1.6" fill="${colour}"/>`)
      .join('');
  let path = '';
  let before = null;
  for (const point of points) {
    const joined = before !== null && point.x - before.x <= gapAfter && point.life === before.life;
    path += `${joined ? 'L' : 'M'}${n(x(point.x))} ${n(y(point.y))}`;
    before = point;
  }
  return `<path d="${path}" fill="none" stroke="${colour}" stroke-width="1.6"/>`;
}

/** A line where something happened, with a number for the table beside the plots. */
function mark(at, name, n) {
  return `<line class="event" x1="${n(at)}" x2="${n(at)}" y1="${ROOM.top}" y2="${HEIGHT - ROOM.bottom}"/><text class="small" x="${n(at)}" y="${ROOM.top - 3}" text-anchor="middle">${escaped(name)}</text>`;
}

/** At the right of the title, or in a row of its own below it where there are many. */
function legend(series) {
  if (series.length < 2) return '';
  const widths = series.map(({ name }) => 7.2 * name.length + 22);
  const wide = series.length > MOST_BESIDE_TITLE;
  let left = wide ? ROOM.left : WIDTH - ROOM.right - widths.reduce((sum, width) => sum + width, 0);
  const y = wide ? 24 : 9;
  const parts = [];
  series.forEach(({ name }, at) => {
    const fill = COLOURS[at % COLOURS.length];
    parts.push(
      `<rect x="${left.toFixed(0)}" y="${y}" width="10" height="10" fill="${fill}"/><text x="${(left + 14).toFixed(0)}" y="${y + 9}">${escaped(name)}</text>`,
    );
    left += widths[at];
  });
  return parts.join('');
}
