import type { ReactNode } from 'react';
import type { OperatorApi } from '../api/operator.js';
import type { WeightIntent } from '../api/operatorTypes.js';
import { dateTime } from '../design/format.js';
import { Badge, Notice } from '../design/Notice.js';
import { Loaded, useResource } from '../design/Resource.js';
import { Table } from '../design/Table.js';
import { Page } from '../shell/Page.js';
import { MinerLink } from './MinerLink.js';
import { useEvery } from './useEvery.js';

/** For each pay window, what was meant beside what the chain holds. */
export function WeightsPage({ api }: { readonly api: OperatorApi }): ReactNode {
  const [intents, again] = useResource(api.weights);
  useEvery(10_000, again);
  return (
    <Page title="Weights" lead={<p>What this validator meant to set, beside what the chain holds, newest first.</p>}>
      <Loaded of={intents} again={again}>
        {(rows) =>
          rows.length === 0 ? (
            <p className="quiet">No weights were set yet.</p>
          ) : (
            rows.map((intent) => <Intent key={intent.id} intent={intent} />)
          )
        }
      </Loaded>
    </Page>
  );
}

function Intent({ intent }: { readonly intent: WeightIntent }): ReactNode {
  return (
    <section className="panel stack" aria-label={`Weights of ${dateTime(intent.created_ms)}`}>
      <div className="row row-apart">
        <h2>{dateTime(intent.created_ms)}</h2>
        <Verdict matches={intent.matches} />
      </div>
      <p className="quiet">
        Window {intent.window}, block {intent.block}, {intent.mode}, {intent.state}
      </p>
      {intent.error ? (
        <Notice tone="alarm">
          <p>{intent.error}</p>
        </Notice>
      ) : null}
      <Table
        caption="Weights by miner, 0 to 65535"
        rows={intent.entries}
        rowKey={(row) => String(row.uid)}
        columns={[
          { title: 'Miner', cell: (row) => (row.hotkey ? <MinerLink hotkey={row.hotkey} /> : 'unknown') },
          { title: 'uid', cell: (row) => row.uid, figure: true },
          { title: 'Meant', cell: (row) => row.meant, figure: true },
          { title: 'On chain', cell: (row) => row.chain ?? 'not seen yet', figure: true },
          {
            title: 'Same',
            cell: (row) => (row.chain === null ? '–' : row.chain === row.meant ? 'yes' : <Badge tone="bad">no</Badge>),
          },
        ]}
      />
    </section>
  );
}

function Verdict({ matches }: { readonly matches: boolean | null }): ReactNode {
  if (matches === null) return <Badge>not verified yet</Badge>;
  return matches ? <Badge tone="good">as meant</Badge> : <Badge tone="bad">not as meant</Badge>;
}
