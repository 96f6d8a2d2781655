import { type ReactNode, useCallback } from 'react';
import type { OperatorApi } from '../api/operator.js';
import type { MinerPage as Miner } from '../api/operatorTypes.js';
import { Chart } from '../design/Chart.js';
import { Facts } from '../design/Facts.js';
import { dateTime, figure, percent, seconds, short } from '../design/format.js';
import { Loaded, useResource } from '../design/Resource.js';
import { Table } from '../design/Table.js';
import { Page } from '../shell/Page.js';
import { AnswersTable } from './AnswersTable.js';
import { shareText } from './LeaderboardPage.js';
import { useEvery } from './useEvery.js';

/** One miner: every part of its score, what holds it back, its course and what patients said. */
export function MinerPage({ api, hotkey }: { readonly api: OperatorApi; readonly hotkey: string }): ReactNode {
  const [miner, again] = useResource(useCallback((signal: AbortSignal) => api.miner(hotkey, signal), [api, hotkey]));
  useEvery(5_000, again);
  return (
    <Page title={`Miner ${short(hotkey)}`} lead={<p className="code">{hotkey}</p>}>
      <Loaded of={miner} again={again}>
        {(data) => <Parts miner={data} />}
      </Loaded>
    </Page>
  );
}

function Parts({ miner }: { readonly miner: Miner }): ReactNode {
  const parts = miner.components;
  return (
    <>
      <div className="halves">
        <section className="panel stack" aria-labelledby="score">
          <h2 id="score">Its score</h2>
          <Facts
            of={[
              ['Average', figure(miner.average, 2)],
              ['Rounds', miner.rounds ?? '–'],
              ['Answered', `${miner.answered ?? 0} of ${miner.asked ?? 0}`],
              ['Quality', figure(parts?.quality)],
              ['Time', figure(parts?.time)],
              ['Rubric', figure(parts?.rubric, 3)],
              ['Against the reference', figure(parts?.versus, 3)],
              ['Facts', figure(parts?.facts, 3)],
              ['Length adjustment', figure(parts?.length_adjustment, 3)],
              ['Mean time to answer', seconds(parts?.response_ms)],
              ['Availability', percent(parts?.availability)],
              ['Patients’ ratings', shareText(parts?.rating)],
              ['Patients’ questions', shareText(parts?.organic)],
              ['Safety caps', parts?.caps ?? '–'],
              ['Copies', parts?.duplicates ?? '–'],
              ['Strikes', miner.strikes.length],
              ['Weight meant', percent(miner.weight_meant, 2)],
              ['Weight on chain', percent(miner.weight_chain, 2)],
            ]}
          />
        </section>
        <div className="stack">
          <section className="panel stack" aria-labelledby="why">
            <h2 id="why">Why is it low?</h2>
            {miner.why.length === 0 ? (
              <p>Nothing holds it back.</p>
            ) : (
              <ul>
                {miner.why.map((sentence) => (
                  <li key={sentence}>{sentence}</li>
                ))}
              </ul>
            )}
          </section>
          <section className="panel stack" aria-labelledby="where">
            <h2 id="where">Where it is</h2>
            <Facts
              of={[
                ['uid', miner.uid ?? '–'],
                ['Registered at block', miner.registered_at_block],
                ['Axon', miner.axon ? `${miner.axon.ip}:${miner.axon.port}` : 'none'],
                ['Twins', miner.twins.map(({ id, version }) => `${id} ${version}`).join(', ') || '–'],
              ]}
            />
          </section>
        </div>
      </div>
      <section className="panel">
        <Chart
          title="Points over time"
          unit="0 to 100"
          bounds={{ least: 0, most: 100 }}
          lines={[
            {
              name: 'Mean of the round',
              points: miner.history.map(({ at_ms, mean }) => [at_ms, mean] as const).toSorted(byTime),
            },
            {
              name: 'Moving average',
              points: miner.history.map(({ at_ms, average }) => [at_ms, average] as const).toSorted(byTime),
            },
          ]}
        />
      </section>
      <section className="stack" aria-labelledby="ratings">
        <h2 id="ratings">Patients’ ratings</h2>
        <Table
          caption="Newest ratings of this miner’s answers"
          rows={miner.ratings}
          rowKey={(row) => row.answer_id}
          empty="No patient has rated it yet."
          columns={[
            { title: 'When', cell: (row) => dateTime(row.created_ms) },
            { title: 'Stars', cell: (row) => row.stars ?? '–', figure: true },
            { title: 'Thumb', cell: (row) => row.thumb ?? '–' },
            { title: 'Reason', cell: (row) => row.reason?.replace('_', ' ') ?? '–' },
            { title: 'Answer', cell: (row) => <span className="code">{short(row.answer_id)}</span> },
          ]}
        />
      </section>
      <section className="stack" aria-labelledby="answers">
        <h2 id="answers">Its latest answers</h2>
        <AnswersTable
          caption="Answers to questions of the last rounds"
          answers={miner.answers}
          first={{
            title: 'Question',
            cell: (row) => ('question' in row && typeof row.question === 'string' ? row.question : row.question_id),
          }}
        />
      </section>
      {miner.strikes.length > 0 ? (
        <section className="stack" aria-labelledby="strikes">
          <h2 id="strikes">Strikes</h2>
          <Table
            caption="What it was marked down for"
            rows={miner.strikes}
            rowKey={(row) => `${row.at_ms} ${row.reason}`}
            columns={[
              { title: 'When', cell: (row) => dateTime(row.at_ms) },
              { title: 'Reason', cell: (row) => row.reason },
            ]}
          />
        </section>
      ) : null}
    </>
  );
}

function byTime(a: readonly [number, number], b: readonly [number, number]): number {
  return a[0] - b[0];
}
