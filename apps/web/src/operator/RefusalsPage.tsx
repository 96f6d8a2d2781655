import { type ReactNode, useEffect, useState } from 'react';
import type { OperatorApi } from '../api/operator.js';
import type { Refusal } from '../api/operatorTypes.js';
import { timeOfDay } from '../design/format.js';
import { Badge } from '../design/Notice.js';
import { Loaded, useResource } from '../design/Resource.js';
import { Table } from '../design/Table.js';
import { after } from '../edge/time.js';
import { Page } from '../shell/Page.js';
import { MinerLink } from './MinerLink.js';

/** Rows kept on the page; the gateway keeps no more either. */
const KEPT = 200;
const RETRY_MS = 3_000;

/** What was refused and why, as it happens. */
export function RefusalsPage({ api }: { readonly api: OperatorApi }): ReactNode {
  const [first, again] = useResource(api.refusals);
  const [fresh, live] = useRefusals(api);
  return (
    <Page
      title="Refusals"
      aside={live ? <Badge tone="good">live</Badge> : <Badge tone="lamp">connecting</Badge>}
      lead={
        <p>Requests and answers that were turned away, with a reason of constant size. Never what anybody wrote.</p>
      }
    >
      <Loaded of={first} again={again}>
        {(known) => (
          <Table
            caption="Newest first"
            rows={merged(fresh, known)}
            rowKey={(row) => String(row.id)}
            empty="Nothing was refused yet."
            columns={[
              { title: 'When', cell: (row) => timeOfDay(row.at_ms) },
              { title: 'Where', cell: (row) => row.where },
              { title: 'Code', cell: (row) => <span className="code">{row.code}</span> },
              { title: 'Status', cell: (row) => row.status ?? '–', figure: true },
              { title: 'Why', cell: (row) => row.message },
              { title: 'Miner', cell: (row) => (row.hotkey ? <MinerLink hotkey={row.hotkey} /> : '–') },
            ]}
          />
        )}
      </Loaded>
    </Page>
  );
}

/** New ones before those that the list had, each once. */
export function merged(fresh: readonly Refusal[], known: readonly Refusal[]): readonly Refusal[] {
  const seen = new Set(fresh.map(({ id }) => id));
  return [...fresh, ...known.filter(({ id }) => !seen.has(id))].slice(0, KEPT);
}

/** Refusals since the page opened, newest first, and whether the stream stands. Connects again when it breaks. */
function useRefusals(api: OperatorApi): [readonly Refusal[], boolean] {
  const [rows, setRows] = useState<readonly Refusal[]>([]);
  const [live, setLive] = useState(false);
  const [attempt, setAttempt] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `attempt` connects again.
  useEffect(() => {
    const stop = new AbortController();
    let cancelRetry = (): void => undefined;
    const listen = async (): Promise<void> => {
      setLive(true);
      for await (const refusal of api.refusalStream(stop.signal)) {
        setRows((before) => [refusal, ...before.filter(({ id }) => id !== refusal.id)].slice(0, KEPT));
      }
    };
    const retry = (): void => {
      if (stop.signal.aborted) return;
      setLive(false);
      cancelRetry = after(RETRY_MS, () => setAttempt((before) => before + 1));
    };
    listen().then(retry, retry);
    return () => {
      cancelRetry();
      stop.abort();
    };
  }, [api, attempt]);
  return [rows, live];
}
