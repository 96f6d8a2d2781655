import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { OperatorApi } from '../api/operator.js';
import type { RoundLine } from '../api/operatorTypes.js';
import { dateTime, figure } from '../design/format.js';
import { Badge } from '../design/Notice.js';
import { Loaded, useResource } from '../design/Resource.js';
import { type Column, Table } from '../design/Table.js';
import { Page } from '../shell/Page.js';
import { MinerLink } from './MinerLink.js';
import { useEvery } from './useEvery.js';

const COLUMNS: readonly Column<RoundLine>[] = [
  {
    title: 'Round',
    cell: (row) => <Link href={`/operator/rounds/${encodeURIComponent(row.id)}`}>{row.number}</Link>,
  },
  { title: 'Began', cell: (row) => dateTime(row.started_ms) },
  { title: 'State', cell: (row) => <RoundState row={row} /> },
  { title: 'Questions', cell: (row) => row.questions, figure: true },
  { title: 'Miners', cell: (row) => row.miners, figure: true },
  { title: 'Answers', cell: (row) => row.answered, figure: true },
  { title: 'Best miner', cell: (row) => (row.best ? <MinerLink hotkey={row.best.hotkey} /> : '–') },
  { title: 'Its points', cell: (row) => figure(row.best?.total), figure: true },
];

/** Every round, newest first. */
export function RoundsPage({ api }: { readonly api: OperatorApi }): ReactNode {
  const [rounds, again] = useResource(api.rounds);
  useEvery(5_000, again);
  return (
    <Page
      title="Rounds"
      lead={<p>A round asks every miner the same questions, judges the answers and folds the points in.</p>}
    >
      <Loaded of={rounds} again={again}>
        {(rows) => (
          <Table
            caption="Rounds, newest first"
            columns={COLUMNS}
            rows={rows}
            rowKey={(row) => row.id}
            empty="No round yet."
          />
        )}
      </Loaded>
    </Page>
  );
}

export function RoundState({ row }: { readonly row: Pick<RoundLine, 'state' | 'counted' | 'void_reason'> }): ReactNode {
  if (row.state === 'open') return <Badge tone="lamp">under way</Badge>;
  if (row.counted) return <Badge tone="good">counted</Badge>;
  return (
    <>
      <Badge tone="bad">not counted</Badge> <span className="small quiet">{row.void_reason}</span>
    </>
  );
}
