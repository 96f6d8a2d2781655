import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { OperatorApi } from '../api/operator.js';
import type { JudgeHealth } from '../api/operatorTypes.js';
import { Chart } from '../design/Chart.js';
import { Facts } from '../design/Facts.js';
import { dateTime, figure, percent, seconds, short } from '../design/format.js';
import { Badge, Notice } from '../design/Notice.js';
import { Loaded, useResource } from '../design/Resource.js';
import { Table } from '../design/Table.js';
import { Page } from '../shell/Page.js';
import { Health } from './OverviewPage.js';

/** Whether the judge can be trusted: hidden controls, what it is made of, how often it cannot decide. */
export function JudgePage({ api }: { readonly api: OperatorApi }): ReactNode {
  const [judge, again] = useResource(api.judge);
  return (
    <Page title="Judge">
      <Loaded of={judge} again={again}>
        {(data) => <Parts judge={data} />}
      </Loaded>
    </Page>
  );
}

const EXAM_STATES = {
  off: 'not asked for',
  pending: 'not taken yet',
  passed: 'passed',
  failed: 'failed',
} as const;

/** Whether it was passed, and what was reached. */
function examWords({ state, spearman, kappa, bias, unsafe_recall }: JudgeHealth['exam']): string {
  if (state !== 'passed' && state !== 'failed') return EXAM_STATES[state];
  const reached = [
    `Spearman ${figure(spearman, 2)}`,
    `kappa ${figure(kappa, 2)}`,
    `bias ${figure(bias, 2)}`,
    `unsafe answers recognised ${percent(unsafe_recall)}`,
  ];
  return `${EXAM_STATES[state]}: ${reached.join(', ')}`;
}

function Parts({ judge }: { readonly judge: JudgeHealth }): ReactNode {
  const kinds = [...new Set(judge.controls.map((control) => control.kind))];
  return (
    <>
      {judge.note ? (
        <Notice tone="alarm">
          <p>{judge.note}</p>
        </Notice>
      ) : null}
      <section className="panel stack" aria-label="State">
        <Facts
          of={[
            ['Health', <Health key="health" healthy={judge.healthy} />],
            ['Model', judge.model],
            ['Exam', examWords(judge.exam)],
            ['Could not decide', percent(judge.undecided_share, 1)],
            ['Time for an answer', seconds(judge.took_ms_mean)],
            [
              'Manifest',
              <span key="manifest" title={judge.manifest_sha256}>
                {short(judge.manifest_sha256)}
              </span>,
            ],
          ]}
        />
        <details>
          <summary>What the judge is made of</summary>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard. */}
          <pre className="table-scroll code" tabIndex={0}>
            {JSON.stringify(judge.manifest, null, 2)}
          </pre>
        </details>
      </section>
      <section className="panel">
        <Chart
          title="Reward of the hidden controls"
          unit="0 to 1"
          lines={kinds.map((kind) => ({
            name: kind,
            points: judge.controls
              .filter((control) => control.kind === kind)
              .flatMap(({ checked_ms, reward }) => (reward === null ? [] : [[checked_ms, reward] as const]))
              .toSorted((a, b) => a[0] - b[0]),
          }))}
        />
      </section>
      <Table
        caption="Hidden controls, newest first"
        rows={judge.controls}
        rowKey={(row) => `${row.round_id} ${row.kind}`}
        empty="No round had controls yet."
        columns={[
          {
            title: 'Round',
            cell: (row) => <Link href={`/operator/rounds/${encodeURIComponent(row.round_id)}`}>{row.number}</Link>,
          },
          { title: 'When', cell: (row) => dateTime(row.checked_ms) },
          { title: 'Control', cell: (row) => row.kind },
          { title: 'Reward', cell: (row) => figure(row.reward, 3), figure: true },
          { title: 'Must lie in', cell: (row) => `${figure(row.low, 2)} – ${figure(row.high, 2)}`, figure: true },
          {
            title: 'Result',
            cell: (row) => (row.pass ? <Badge tone="good">passed</Badge> : <Badge tone="bad">failed</Badge>),
          },
        ]}
      />
    </>
  );
}
