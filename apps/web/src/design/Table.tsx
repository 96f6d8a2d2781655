import { Fragment, type ReactNode } from 'react';

export interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row) => ReactNode;
  /** Set to the right, digits under digits. */
  readonly figure?: boolean;
}

/**
 * Rows under headings. The first column names the row; `below` may put text too long for a column under it, across all
 * of them. Wide tables scroll inside their frame, by keyboard too.
 */
export function Table<Row>({
  caption,
  columns,
  rows,
  rowKey,
  below,
  empty = 'Nothing yet.',
}: {
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
  /** Null where a row has nothing more to say. */
  readonly below?: (row: Row) => ReactNode;
  readonly empty?: string;
}): ReactNode {
  if (rows.length === 0) return <p className="quiet">{empty}</p>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard.
    <section className="table-scroll" aria-label={caption} tabIndex={0}>
      <table className="table">
        <caption>{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ title, figure }) => (
              <th key={title} scope="col" className={figure ? 'figure' : undefined}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => {
            const more = below?.(row) ?? null;
            return (
              <Fragment key={rowKey(row)}>
                <tr className={more === null ? undefined : 'continued'}>
                  {columns.map(({ title, cell, figure }, index) =>
                    index === 0 ? (
                      <th key={title} scope="row">
                        {cell(row)}
                      </th>
                    ) : (
                      <td key={title} className={figure ? 'figure' : undefined}>
                        {cell(row)}
                      </td>
                    ),
                  )}
                </tr>
                {more === null ? null : (
                  <tr className="below">
                    <td colSpan={columns.length}>{more}</td>
                  </tr>
                )}
              </Fragment>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}
