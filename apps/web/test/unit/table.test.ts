import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { type Column, Table } from '../../src/design/Table.js';

interface Miner {
  readonly name: string;
  readonly points: number;
  readonly why: string | null;
}

const COLUMNS: readonly Column<Miner>[] = [
  { title: 'Miner', cell: ({ name }) => name },
  { title: 'Points', cell: ({ points }) => points, figure: true },
];
const ROWS: readonly Miner[] = [
  { name: 'good', points: 80, why: null },
  { name: 'bad', points: 12, why: 'It answered 9 of 24 questions.' },
];

const markup = (below?: (row: Miner) => string | null) =>
  renderToStaticMarkup(
    createElement(Table<Miner>, {
      caption: 'Miners',
      columns: COLUMNS,
      rows: ROWS,
      rowKey: ({ name }) => name,
      ...(below ? { below } : {}),
    }),
  );

describe('a table', () => {
  it('puts what is too long for a column under its row, across all columns, and nothing where there is nothing', () => {
    const html = markup(({ why }) => why);
    expect(html.match(/<tr/g)).toHaveLength(4);
    expect(html).toContain('<td colSpan="2">It answered 9 of 24 questions.</td>');
    expect(html.indexOf('bad')).toBeLessThan(html.indexOf('It answered'));
  });

  it('has one row a line otherwise', () => {
    expect(markup().match(/<tr/g)).toHaveLength(3);
  });
});
