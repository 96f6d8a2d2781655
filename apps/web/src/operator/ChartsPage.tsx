import { type ReactNode, useCallback } from 'react';
import type { OperatorApi } from '../api/operator.js';
import { Chart } from '../design/Chart.js';
import type { AxisBounds } from '../design/chartScale.js';
import { short } from '../design/format.js';
import { Loaded, useResource } from '../design/Resource.js';
import { Page } from '../shell/Page.js';

interface Metric {
  readonly metric: string;
  readonly title: string;
  readonly bounds: AxisBounds;
}

const METRICS: readonly Metric[] = [
  { metric: 'average', title: 'Moving average', bounds: { least: 0, most: 100 } },
  { metric: 'reward', title: 'Reward of the judge', bounds: { least: 0, most: 1 } },
  { metric: 'response_ms', title: 'Time to answer', bounds: { least: 0 } },
  { metric: 'answered', title: 'Share of questions answered', bounds: { least: 0, most: 1 } },
  { metric: 'weight', title: 'Weights meant', bounds: { least: 0 } },
  { metric: 'ratings', title: 'Patients’ stars', bounds: { least: 1, most: 5 } },
  { metric: 'refusals', title: 'Refusals', bounds: { least: 0, whole: true } },
];

/** How the subnet went over time. */
export function ChartsPage({ api }: { readonly api: OperatorApi }): ReactNode {
  return (
    <Page title="Charts" lead={<p>One point for each round. Each chart can be read as a table too.</p>}>
      <div className="halves">
        {METRICS.map((of) => (
          <section key={of.metric} className="panel" aria-label={of.title}>
            <MetricChart api={api} of={of} />
          </section>
        ))}
      </div>
    </Page>
  );
}

function MetricChart({ api, of }: { readonly api: OperatorApi; readonly of: Metric }): ReactNode {
  const { metric, title, bounds } = of;
  const load = useCallback((signal: AbortSignal) => api.series(metric, null, signal), [api, metric]);
  const [series, again] = useResource(load);
  return (
    <Loaded of={series} again={again}>
      {(data) => (
        <Chart
          title={title}
          unit={data.unit}
          bounds={bounds}
          lines={data.series.map(({ hotkey, points }) => ({
            name: hotkey === null ? 'All miners' : short(hotkey),
            points,
          }))}
        />
      )}
    </Loaded>
  );
}
