import { drawTable } from '../drawTable.js';

/** One miner's line in the table of a round; null where there is nothing to show yet. */
export interface MinerRow {
  readonly name: string;
  readonly personality: string;
  /** Answers that came, of how many were asked. */
  readonly answered: number;
  readonly asked: number;
  /** Means over the round's questions. */
  readonly responseMs: number | null;
  readonly quality: number | null;
  readonly total: number | null;
  /** Moving average after this round, 0..100. */
  readonly average: number | null;
  /** u16 weight in chain storage. */
  readonly weight: number | null;
}

/** What the chain's last epoch gave one neuron. */
export interface PayRow {
  readonly name: string;
  readonly uid: number;
  /** u16. */
  readonly incentive: number;
  /** u16. */
  readonly dividends: number;
  /** rao of alpha in that epoch. */
  readonly emission: bigint;
}

const NONE = '–';
const U16_MAX = 65_535;
const RAO_PER_ALPHA = 1_000_000_000;

function number(value: number | null, digits: number): string {
  return value === null ? NONE : value.toFixed(digits);
}

/** The table after a round, best average first. */
export function roundTable(title: string, rows: readonly MinerRow[]): string {
  const sorted = [...rows].sort((a, b) => (b.average ?? -1) - (a.average ?? -1) || a.name.localeCompare(b.name));
  const drawn = drawTable(
    ['miner', 'personality', 'answers', 'time', 'quality', 'total', 'average', 'weight'],
    sorted.map((row) => [
      row.name,
      row.personality,
      `${row.answered}/${row.asked}`,
      row.responseMs === null ? NONE : `${(row.responseMs / 1000).toFixed(1)} s`,
      number(row.quality, 1),
      number(row.total, 1),
      number(row.average, 2),
      row.weight === null ? NONE : String(row.weight),
    ]),
    ['miner', 'personality'],
  );
  return `${title}\n${drawn}\n`;
}

/** What the chain paid at an epoch. */
export function payTable(title: string, rows: readonly PayRow[]): string {
  const drawn = drawTable(
    ['neuron', 'uid', 'incentive', 'dividends', 'emission (alpha)'],
    rows.map((row) => [
      row.name,
      String(row.uid),
      `${((row.incentive / U16_MAX) * 100).toFixed(1)} %`,
      `${((row.dividends / U16_MAX) * 100).toFixed(1)} %`,
      (Number(row.emission) / RAO_PER_ALPHA).toFixed(4),
    ]),
    ['neuron', 'uid'],
  );
  return `${title}\n${drawn}\n`;
}
