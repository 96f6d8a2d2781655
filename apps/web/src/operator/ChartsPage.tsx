import { type ReactNode, useCallback } from 'react';
import type { OperatorApi } from '../api/operator.js';
import { Chart } from '../design/Chart.js';
import { short } from '../design/format.js';
import { Loaded, useResource } from '../design/Resource.js';
import { Page } from '../shell/Page.js';

const METRICS = [
  { metric: 'average', title: 'Moving average' },
  { metric: 'reward', title: 'Reward of the judge' },
  { metric: 'response_ms', title: 'Time to answer' },
  { metric: 'answered', title: 'Share of questions answered' },
  { metric: 'weight', title: 'Weights meant' },
  { metric: 'ratings', title: 'Patients’ stars' },
  { metric: 'refusals', title: 'Refusals' },
];

/** How the subnet went over time. */
export function ChartsPage({ api }: { readonly api: OperatorApi }): ReactNode {
  return (
    <Page title="Charts" lead={<p>One point for each round. Each chart can be read as a table too.</p>}>
      <div className="halves">
        {METRICS.map(({ metric, title }) => (
          <section key={metric} className="panel" aria-label={title}>
            <Metric api={api} metric={metric} title={title} />
          </section>
        ))}
      </div>
    </Page>
  );
}

function Metric({
  api,
  metric,
  title,
}: {
  readonly api: OperatorApi;
  readonly metric: string;
  readonly title: string;
}): ReactNode {
  const load = useCallback((signal: AbortSignal) => api.series(metric, null, signal), [api, metric]);
  const [series, again] = useResource(load);
  return (
    <Loaded of={series} again={again}>
      {(data) => (
        <Chart
          title={title}
          unit={data.unit}
          lines={data.series.map(({ hotkey, points }) => ({
            name: hotkey === null ? 'All miners' : short(hotkey),
            points,
          }))}
        />
      )}
    </Loaded>
  );
}
