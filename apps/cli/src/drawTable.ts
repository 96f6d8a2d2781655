import Table from 'cli-table3';

/** A table for people. Columns named in `left` are aligned left, all others right. */
export function drawTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  left: readonly string[] = [],
): string {
  const drawn = new Table({
    head: [...head],
    style: { head: [], border: [], compact: true },
    colAligns: head.map((name) => (left.includes(name) ? 'left' : 'right')),
  });
  for (const row of rows) drawn.push([...row]);
  return drawn.toString();
}
