#!/usr/bin/env node
// Makes docs/monitoring/grafana.json from the table below. With --check only says whether the file is what it would make.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const FILE = join(dirname(dirname(fileURLToPath(import.meta.url))), 'docs/monitoring/grafana.json');
const WIDTH = 24;

const rate = (metric, by) => `sum by (${by}) (rate(${metric}{app=~"$app"}[5m]))`;
const p95 = (metric, by) =>
  `histogram_quantile(0.95, sum by (le${by ? `, ${by}` : ''}) (rate(${metric}_bucket{app=~"$app"}[5m])))`;
const value = (metric) => `${metric}{app=~"$app"}`;

/**
 * Rows of panels: title, then [panel title, expression, legend, unit, how it is drawn].
 * @type {readonly (readonly [string, readonly [string, string, string, string, string?][]])[]}
 */
const ROWS = [
  [
    'At a glance',
    [
      ['Connected to the chain', value('bt_chain_connected'), '{{app}}', 'bool_yes_no', 'stat'],
      ['Hotkey registered', value('bt_hotkey_registered'), '{{app}}', 'bool_yes_no', 'stat'],
      [
        'Blocks since weights were set',
        'max(bt_chain_head_block{app="validator"}) - max(bt_weights_last_block > 0)',
        'blocks',
        'none',
        'stat',
      ],
      ['Rounds in the last hour', 'sum by (outcome) (increase(bt_rounds_total[1h]))', '{{outcome}}', 'none', 'stat'],
    ],
  ],
  [
    'Rounds and pay',
    [
      ['Moving average of each miner', 'bt_miner_score', 'uid {{uid}}', 'none'],
      ['Stages of a round, 95th percentile', p95('bt_round_stage_seconds', 'stage'), '{{stage}}', 's'],
      ['Replies of miners by status', rate('bt_replies_total', 'status'), '{{status}}', 'reqps'],
      ['Wait for a reply, 95th percentile', p95('bt_reply_wait_seconds'), 'p95', 's'],
      ['Weights set, by outcome', 'sum by (outcome) (increase(bt_weights_sets_total[1h]))', '{{outcome}}', 'none'],
    ],
  ],
  [
    'Judge',
    [
      ['Time to judge one answer, 95th percentile', p95('bt_judge_answer_seconds', 'outcome'), '{{outcome}}', 's'],
      ['Gates', rate('bt_answer_gates_total', 'reason'), '{{reason}}', 'reqps'],
      ['Caps', rate('bt_judge_caps_total', 'code'), '{{code}}', 'reqps'],
      [
        'Hidden controls',
        'sum by (control, outcome) (increase(bt_judge_controls_total[1h]))',
        '{{control}} {{outcome}}',
        'none',
      ],
      ['Judge passed its exam', value('bt_judge_exam_passed'), '{{app}}', 'bool_yes_no', 'stat'],
      ['What the judge reached in its exam', value('bt_judge_exam_reached_ratio'), '{{mark}}', 'none', 'stat'],
    ],
  ],
  [
    'Miner',
    [
      ['Answers, 95th percentile', p95('bt_axon_answer_seconds', 'protocol'), '{{protocol}}', 's'],
      ['Refusals', rate('bt_axon_refusals_total', 'code'), '{{code}}', 'reqps'],
      ['Waiting and running', value('bt_axon_queue_depth'), 'waiting', 'none'],
      ['Crisis questions', rate('bt_answer_crisis_total', 'kind'), '{{kind}}', 'reqps'],
    ],
  ],
  [
    'Model and machine',
    [
      ['Tokens', rate('bt_model_tokens_total', 'app, kind'), '{{app}} {{kind}}', 'none'],
      ['Model calls, 95th percentile', p95('bt_model_call_seconds', 'app, call'), '{{app}} {{call}}', 's'],
      ['Memory of the model process', value('bt_model_worker_rss_bytes'), '{{app}}', 'bytes'],
      ['Memory of the daemon', value('process_resident_memory_bytes'), '{{app}}', 'bytes'],
      ['Event loop, 99th percentile', value('nodejs_eventloop_lag_p99_seconds'), '{{app}}', 's'],
      ['Chain requests, 95th percentile', p95('bt_chain_request_seconds', 'method'), '{{method}}', 's'],
    ],
  ],
];

const datasource = { type: 'prometheus', uid: '$datasource' };

function panel([title, expr, legend, unit, kind = 'timeseries'], id, gridPos) {
  return {
    id,
    title,
    type: kind,
    datasource,
    gridPos,
    fieldConfig: { defaults: { unit, min: 0 }, overrides: [] },
    targets: [{ refId: 'A', datasource, expr, legendFormat: legend }],
  };
}

function panels() {
  const made = [];
  let y = 0;
  for (const [title, row] of ROWS) {
    made.push({
      id: made.length + 1,
      title,
      type: 'row',
      collapsed: false,
      panels: [],
      gridPos: { x: 0, y, w: WIDTH, h: 1 },
    });
    y += 1;
    const small = row.every(([, , , , kind]) => kind === 'stat');
    const [w, h] = small ? [WIDTH / row.length, 4] : [8, 8];
    row.forEach((one, at) => {
      const perLine = Math.floor(WIDTH / w);
      made.push(panel(one, made.length + 1, { x: (at % perLine) * w, y: y + Math.floor(at / perLine) * h, w, h }));
    });
    y += Math.ceil(row.length / Math.floor(WIDTH / w)) * h;
  }
  return made;
}

const dashboard = {
  title: 'BetterTherapy',
  uid: 'bettertherapy',
  tags: ['bittensor'],
  schemaVersion: 39,
  editable: true,
  refresh: '30s',
  time: { from: 'now-6h', to: 'now' },
  templating: {
    list: [
      { name: 'datasource', type: 'datasource', query: 'prometheus', label: 'Prometheus' },
      {
        name: 'app',
        type: 'query',
        label: 'App',
        datasource,
        query: 'label_values(bt_build_info, app)',
        includeAll: true,
        multi: true,
        refresh: 2,
      },
    ],
  },
  panels: panels(),
};

const text = `${JSON.stringify(dashboard, null, 1)}\n`;
if (process.argv.includes('--check')) {
  if (readFileSync(FILE, 'utf8') !== text) {
    process.stderr.write('docs/monitoring/grafana.json is out of date; run node scripts/dashboard.mjs\n');
    process.exitCode = 1;
  }
} else writeFileSync(FILE, text);
