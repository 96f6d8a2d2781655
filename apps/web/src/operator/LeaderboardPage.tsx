import type { ReactNode } from 'react';
import type { OperatorApi } from '../api/operator.js';
import type { MinerRow, PatientShare } from '../api/operatorTypes.js';
import { Bar } from '../design/Chart.js';
import { figure, percent } from '../design/format.js';
import { Loaded, useResource } from '../design/Resource.js';
import { type Column, Table } from '../design/Table.js';
import { Page } from '../shell/Page.js';
import { MinerLink } from './MinerLink.js';
import { useEvery } from './useEvery.js';

const COLUMNS: readonly Column<MinerRow>[] = [
  { title: 'Miner', cell: (row) => <MinerLink hotkey={row.hotkey} /> },
  { title: 'uid', cell: (row) => row.uid ?? '–', figure: true },
  {
    title: 'Average',
    cell: (row) => (
      <>
        {figure(row.average)}
        <Bar share={row.average / 100} low={row.average < 30} />
      </>
    ),
    figure: true,
  },
  { title: 'Quality', cell: (row) => figure(row.components.quality), figure: true },
  { title: 'Time', cell: (row) => figure(row.components.time), figure: true },
  { title: 'Answered', cell: (row) => percent(row.components.availability), figure: true },
  { title: 'Ratings', cell: (row) => shareText(row.components.rating) },
  { title: 'Patients’ questions', cell: (row) => shareText(row.components.organic) },
  { title: 'Caps', cell: (row) => row.components.caps, figure: true },
  { title: 'Copies', cell: (row) => row.components.duplicates, figure: true },
  { title: 'Weight meant', cell: (row) => percent(row.weight_meant, 1), figure: true },
  { title: 'on chain', cell: (row) => percent(row.weight_chain, 1), figure: true },
];

/** Every miner with all that its score is made of. */
export function LeaderboardPage({ api }: { readonly api: OperatorApi }): ReactNode {
  const [miners, again] = useResource(api.leaderboard);
  useEvery(10_000, again);
  return (
    <Page title="Leaderboard" lead={<p>Every miner, with all that its average is made of, best first.</p>}>
      <Loaded of={miners} again={again}>
        {(rows) => (
          <Table
            caption="Miners, best first"
            columns={COLUMNS}
            rows={rows}
            rowKey={(row) => row.hotkey}
            below={({ why }) => (why.length === 0 ? null : <Why why={why} />)}
            empty="No miner yet."
          />
        )}
      </Loaded>
    </Page>
  );
}

/** What patients add: mean, how many, and what share of the score that has. */
export function shareText(part: PatientShare | null | undefined): string {
  if (!part || part.n === 0) return 'none';
  return `${figure(part.mean, 2)} (${part.n}, counts ${percent(part.share, 1)})`;
}

function Why({ why }: { readonly why: readonly string[] }): ReactNode {
  return (
    <div className="prose">
      <strong>Why is it low?</strong>
      <ul>
        {why.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
    </div>
  );
}
