import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { OperatorApi } from '../api/operator.js';
import type { Overview } from '../api/operatorTypes.js';
import { Button } from '../design/Button.js';
import { Facts } from '../design/Facts.js';
import { dateTime, figure, short } from '../design/format.js';
import { Badge, Notice } from '../design/Notice.js';
import { Loaded, useResource } from '../design/Resource.js';
import { Page } from '../shell/Page.js';
import { useEvery } from './useEvery.js';

/** Where this validator stands at a glance; looks again every five seconds. */
export function OverviewPage({ api, onLeave }: { readonly api: OperatorApi; readonly onLeave: () => void }): ReactNode {
  const [overview, again] = useResource(api.overview);
  useEvery(5_000, again);
  return (
    <Page title="Overview" aside={<Button onClick={onLeave}>Forget the key</Button>}>
      <Loaded of={overview} again={again}>
        {(data) => <AtAGlance data={data} />}
      </Loaded>
    </Page>
  );
}

function AtAGlance({ data }: { readonly data: Overview }): ReactNode {
  const { network, validator, round, counts, judge, weights, ratings } = data;
  return (
    <>
      {judge.note ? (
        <Notice tone={judge.healthy ? 'lamp' : 'alarm'}>
          <p>Judge: {judge.note}</p>
        </Notice>
      ) : null}
      <div className="halves">
        <section className="panel stack" aria-labelledby="now">
          <h2 id="now">Now</h2>
          <Facts
            of={[
              [
                'Round',
                round ? (
                  <Link key="round" href={`/operator/rounds/${encodeURIComponent(round.id)}`}>
                    {round.number}, {round.stage ?? round.state}
                  </Link>
                ) : (
                  'none yet'
                ),
              ],
              ['Began', dateTime(round?.started_ms)],
              ['Next round', dateTime(data.next_round_ms)],
              ['Judge', <Health key="judge" healthy={judge.healthy} />],
              [
                'Weights',
                weights ? `${weights.state}${weights.matches === false ? ', not as meant' : ''}` : 'none yet',
              ],
              [
                'Patients’ stars',
                ratings.n === 0 ? 'none yet' : `${figure(ratings.mean_stars, 2)} of 5 (${ratings.n})`,
              ],
            ]}
          />
        </section>
        <section className="panel stack" aria-labelledby="day">
          <h2 id="day">The last day</h2>
          <Facts
            of={[
              ['Rounds so far', counts.rounds],
              ['Questions', counts.questions_24h],
              ['Answers', counts.answers_24h],
              ['Refusals', counts.refusals_24h],
              ['Miners', counts.miners ?? '–'],
            ]}
          />
        </section>
      </div>
      <section className="panel stack" aria-labelledby="where">
        <h2 id="where">Where</h2>
        <Facts
          of={[
            ['Subnet', network.netuid],
            ['Block', network.block ?? '–'],
            ['Tempo', network.tempo ?? '–'],
            ['Validator', `uid ${validator.uid ?? '–'}`],
            ['Hotkey', validator.hotkey],
            ['Build', validator.version],
            ['Running since', dateTime(validator.started_ms)],
            ['Model of the judge', judge.model],
            ['Genesis', short(network.genesis)],
          ]}
        />
      </section>
    </>
  );
}

export function Health({ healthy }: { readonly healthy: boolean }): ReactNode {
  return healthy ? <Badge tone="good">healthy</Badge> : <Badge tone="bad">look at it</Badge>;
}
