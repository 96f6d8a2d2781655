import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '@bettertherapy/testkit';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { INCIDENT_KINDS } from '../../src/alerts/incident.js';
import { TelemetryFailures } from '../../src/failures.js';
import { minerMetrics, validatorMetrics } from '../../src/metrics/apps.js';
import { MetricSet } from '../../src/metrics/metricSet.js';

const rulesSchema = z.object({
  groups: z.array(
    z.object({
      rules: z.array(
        z.object({
          alert: z.string(),
          expr: z.string(),
          labels: z.object({ severity: z.enum(['warning', 'critical']) }),
          annotations: z.object({ summary: z.string(), runbook: z.string() }),
        }),
      ),
    }),
  ),
});
const dashboardSchema = z.object({
  panels: z.array(z.object({ title: z.string(), targets: z.array(z.object({ expr: z.string() })).optional() })),
});

function read(path: string): string {
  return readFileSync(join(repositoryRoot, path), 'utf8');
}

const rules = rulesSchema.parse(parse(read('docs/monitoring/alerts.yml'))).groups.flatMap((group) => group.rules);
const panels = dashboardSchema
  .parse(JSON.parse(read('docs/monitoring/grafana.json')))
  .panels.flatMap(({ title, targets }) => (targets ?? []).map(({ expr }) => ({ title, expr })));

/** Metric names in a PromQL expression; `up` and functions are not ours to check. */
function metricsIn(expr: string): string[] {
  return expr.match(/\b(?:bt|process|nodejs)_[a-z0-9_]+/g) ?? [];
}

describe('dashboard and alert rules', () => {
  const known = new Map<string, Set<string>>();

  beforeAll(async () => {
    for (const [app, bind] of [
      ['miner', minerMetrics],
      ['validator', validatorMetrics],
    ] as const) {
      const set = new MetricSet({ app, version: '0' }, { failures: new TelemetryFailures() });
      bind(set);
      const { text } = await set.render();
      const names = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].flatMap(([, name, type]) =>
        type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [`${name}`],
      );
      known.set(app, new Set(names));
    }
  });

  it.each([...rules.map(({ alert, expr }) => ({ title: alert, expr })), ...panels])(
    '$title asks for metrics that exist',
    ({ expr }) => {
      const all = new Set([...known.values()].flatMap((names) => [...names]));
      expect(metricsIn(expr).filter((name) => !all.has(name))).toEqual([]);
    },
  );

  it('ask for metrics at all, but for the one that Prometheus makes itself', () => {
    const blind = [...rules, ...panels].filter(({ expr }) => metricsIn(expr).length === 0);
    expect(blind.map(({ expr }) => expr)).toEqual(['up{job="bettertherapy"} == 0']);
  });

  it.each(rules)('$alert has a section in the operating page', ({ alert, annotations }) => {
    expect(annotations.runbook).toBe(`docs/operating.md#${alert.toLowerCase()}`);
    expect(read('docs/operating.md')).toMatch(new RegExp(`^### ${alert}$`, 'm'));
  });

  it('the dashboard is what its script makes', () => {
    const check = spawnSync(process.execPath, ['scripts/dashboard.mjs', '--check'], { cwd: repositoryRoot });
    expect(check.stderr.toString()).toBe('');
    expect(check.status).toBe(0);
  });
});

describe('events that Discord is told of', () => {
  const page = read('docs/operating.md');
  const rows = new Map(
    [...page.matchAll(/^\| `(\w+)` \| (.+) \|$/gm)].map(([, kind = '', cells = '']) => [kind, cells.split(' | ')]),
  );

  it('have a row each in the operating page, and no other has', () => {
    const ofEvents = [...rows].filter(([, cells]) => cells.at(-1)?.startsWith('test/e2e/')).map(([kind]) => kind);
    expect(ofEvents).toEqual([...INCIDENT_KINDS]);
  });

  it.each(INCIDENT_KINDS)('%s has a section on what to do and a test that produces it', (kind) => {
    const [begins, ends, section, test] = rows.get(kind) ?? [];
    expect([begins, ends]).not.toContain('');
    const [, name = '', anchor] = /^\[(\w+)\]\(#(\w+)\)$/.exec(section ?? '') ?? [];
    expect(anchor).toBe(name.toLowerCase());
    expect(page).toMatch(new RegExp(`^### ${name}$`, 'm'));
    const [file = ''] = test?.split(/[:,]/) ?? [];
    expect(read(file)).toMatch(new RegExp(`'${kind}'|${kind.replaceAll('_', ' ')}`));
  });
});
