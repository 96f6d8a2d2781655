import type { ReactNode } from 'react';
import type { ScoredAnswer } from '../api/operatorTypes.js';
import { figure, seconds } from '../design/format.js';
import { Badge } from '../design/Notice.js';
import { type Column, Table } from '../design/Table.js';
import { MinerLink } from './MinerLink.js';

const FIGURES: readonly Column<ScoredAnswer>[] = [
  { title: 'Points', cell: (row) => figure(row.total), figure: true },
  { title: 'Quality', cell: (row) => figure(row.quality), figure: true },
  { title: 'Time', cell: (row) => figure(row.time, 0), figure: true },
  { title: 'Reward', cell: (row) => figure(row.reward, 3), figure: true },
  { title: 'Took', cell: (row) => seconds(row.response_ms), figure: true },
  { title: 'What happened', cell: (row) => <What answer={row} /> },
];
const MINER: Column<ScoredAnswer> = { title: 'Miner', cell: (row) => <MinerLink hotkey={row.hotkey} /> };

/** Answers with every part of their score, best first; the rubric and the text open in place. */
export function AnswersTable({
  caption,
  answers,
  first = MINER,
}: {
  readonly caption: string;
  readonly answers: readonly ScoredAnswer[];
  readonly first?: Column<ScoredAnswer>;
}): ReactNode {
  const rows = answers.toSorted((a, b) => (b.total ?? -1) - (a.total ?? -1));
  return (
    <Table
      caption={caption}
      columns={[first, ...FIGURES]}
      rows={rows}
      rowKey={(row) => row.request_id}
      empty="No answers yet."
    />
  );
}

function What({ answer }: { readonly answer: ScoredAnswer }): ReactNode {
  return (
    <div className="stack stack-tight">
      <p className="row">
        {answer.refused_by ? <Badge tone="bad">no answer: {answer.refused_by}</Badge> : null}
        {answer.gate && !answer.gate.pass ? <Badge tone="bad">gate: {answer.gate.reason}</Badge> : null}
        {answer.copy_of ? <Badge tone="bad">copy of another</Badge> : null}
        {answer.caps.map((cap) => (
          <Badge key={cap} tone="lamp">
            cap: {cap}
          </Badge>
        ))}
      </p>
      {answer.items.length > 0 ? (
        <details>
          <summary>Rubric ({answer.items.length})</summary>
          <ul>
            {answer.items.map((item) => (
              <li key={item.id}>
                {item.text}{' '}
                <span className="quiet">
                  ({figure(item.points, 0)} points, p = {figure(item.p, 2)}
                  {item.undecided ? ', undecided' : ''})
                </span>
              </li>
            ))}
          </ul>
        </details>
      ) : null}
      {answer.text ? (
        <details>
          <summary>Answer</summary>
          <p className="prose">{answer.text}</p>
        </details>
      ) : null}
    </div>
  );
}
