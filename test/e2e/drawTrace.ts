import type { ReceivedSpan } from '@bettertherapy/testkit';

const BAR = 32;
const MS = 1_000_000n;

interface Row {
  readonly span: ReceivedSpan;
  readonly depth: number;
  /** Of spans alike under one parent, how many this row stands for. */
  readonly times: number;
}

/** A trace as text: a row per span in the order of time, with its process, its length and a bar on the time line of the whole. */
export function drawTrace(trace: readonly ReceivedSpan[]): string {
  const rows = rowsBelow(null, trace, 0);
  const times = trace.flatMap(({ startNs, endNs }) => [startNs, endNs]).sort((a, b) => Number(a - b));
  const [from = 0n, to = from] = [times[0], times.at(-1)];
  const width = Math.max(...rows.map((row) => labelOf(row).length));
  return rows
    .map((row) => {
      const { startNs, endNs, service } = row.span;
      const scale = (at: bigint): number => Math.floor((Number(at - from) / Number(to - from || 1n)) * BAR);
      const [begin, end] = [Math.min(scale(startNs), BAR - 1), scale(endNs)];
      const bar = `${' '.repeat(begin)}${'█'.repeat(Math.max(1, end - begin))}`.padEnd(BAR);
      const ms = String((endNs - startNs) / MS).padStart(7);
      return `${labelOf(row).padEnd(width)}  ${service.replace('bettertherapy-', '').padEnd(9)} ${ms} ms |${bar}|`;
    })
    .join('\n');
}

function rowsBelow(parent: string | null, trace: readonly ReceivedSpan[], depth: number): Row[] {
  const children = trace
    .filter(({ parentSpanId }) => parentSpanId === parent)
    .sort((a, b) => Number(a.startNs - b.startNs));
  const seen = new Set<string>();
  return children.flatMap((span) => {
    if (seen.has(span.name)) return [];
    seen.add(span.name);
    const times = children.filter(({ name }) => name === span.name).length;
    return [{ span, depth, times }, ...rowsBelow(span.spanId, trace, depth + 1)];
  });
}

function labelOf({ span, depth, times }: Row): string {
  return `${'  '.repeat(depth)}${span.name}${times > 1 ? ` (${times} times, the first)` : ''}`;
}
