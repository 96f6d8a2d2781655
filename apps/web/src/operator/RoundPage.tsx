import { type ReactNode, useCallback } from 'react';
import type { OperatorApi } from '../api/operator.js';
import type { RoundPage as Round } from '../api/operatorTypes.js';
import { dateTime, figure, seconds, timeOfDay } from '../design/format.js';
import { Badge } from '../design/Notice.js';
import { Loaded, useResource } from '../design/Resource.js';
import { Table } from '../design/Table.js';
import { Page } from '../shell/Page.js';
import { AnswersTable } from './AnswersTable.js';
import { RoundState } from './RoundsPage.js';

/** One round: when each stage was done, what was asked, what every answer earned and why. */
export function RoundPage({ api, id }: { readonly api: OperatorApi; readonly id: string }): ReactNode {
  const [round, again] = useResource(useCallback((signal: AbortSignal) => api.round(id, signal), [api, id]));
  return (
    <Page title={round.data ? `Round ${round.data.number}` : 'Round'}>
      <Loaded of={round} again={again}>
        {(data) => <Parts round={data} />}
      </Loaded>
    </Page>
  );
}

function Parts({ round }: { readonly round: Round }): ReactNode {
  return (
    <>
      <p className="row">
        <RoundState row={round} />
        <span className="quiet">
          {dateTime(round.started_ms)} to {dateTime(round.closed_ms)}
        </span>
      </p>
      {round.questions.map((question) => (
        <section key={question.id} className="stack" aria-label={`Question about ${question.theme}`}>
          <div>
            <Badge>{question.theme}</Badge>
            <h2>{question.text}</h2>
          </div>
          <AnswersTable
            caption={`Answers to the question about ${question.theme}`}
            answers={round.answers.filter((answer) => answer.question_id === question.id)}
          />
        </section>
      ))}
      <section className="stack" aria-labelledby="controls">
        <h2 id="controls">Hidden controls</h2>
        <Table
          caption="Answers of known worth that the judge did not know were tests"
          rows={round.controls}
          rowKey={(row) => row.kind}
          empty="This round had no controls."
          columns={[
            { title: 'Control', cell: (row) => row.kind },
            { title: 'Reward', cell: (row) => figure(row.reward, 3), figure: true },
            { title: 'Must lie in', cell: (row) => `${figure(row.low, 2)} – ${figure(row.high, 2)}`, figure: true },
            {
              title: 'Result',
              cell: (row) => (row.pass ? <Badge tone="good">passed</Badge> : <Badge tone="bad">failed</Badge>),
            },
          ]}
        />
      </section>
      <section className="stack" aria-labelledby="stages">
        <h2 id="stages">Stages</h2>
        <Table
          caption="When each stage began and was done"
          rows={round.stages}
          rowKey={(row) => row.stage}
          columns={[
            { title: 'Stage', cell: (row) => row.stage },
            { title: 'Began', cell: (row) => timeOfDay(row.intent_ms) },
            {
              title: 'Took',
              cell: (row) => (row.outcome_ms === null ? 'not done' : seconds(row.outcome_ms - row.intent_ms)),
              figure: true,
            },
            { title: 'Entered', cell: (row) => `${row.entries} ×`, figure: true },
          ]}
        />
      </section>
    </>
  );
}
