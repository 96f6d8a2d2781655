import type { Store } from '@bettertherapy/store';
import { describe, expect, it } from 'vitest';
import { drift, judgeTroubles, judgeView } from '../../../../src/gateway/operator/judgeHealth.js';
import { leaderboard } from '../../../../src/gateway/operator/leaderboard.js';
import { minerView } from '../../../../src/gateway/operator/miner.js';
import { overview } from '../../../../src/gateway/operator/overview.js';
import type { OperatorParts } from '../../../../src/gateway/operator/parts.js';
import { RefusalLog } from '../../../../src/gateway/operator/refusalLog.js';
import { roundDetail, roundJson } from '../../../../src/gateway/operator/rounds.js';
import { seriesQuery, seriesView } from '../../../../src/gateway/operator/series.js';
import { weightsView } from '../../../../src/gateway/operator/weights.js';
import { runRound } from '../../../../src/round/runRound.js';
import { examReport } from '../../exam/report.js';
import {
  answerText,
  beginRound,
  deadReply,
  examiner,
  freshStore,
  goodReply,
  hotkeyOf,
  metagraphOf,
  neuron,
  never,
  roundParts,
  self,
} from '../../fixture.js';

const good = hotkeyOf(2);
const slow = hotkeyOf(3);
const dead = hotkeyOf(4);
const cheat = hotkeyOf(5);
const absent = hotkeyOf(6);
const neurons = [
  neuron(1, { validatorPermit: true }),
  neuron(2, { incentive: 32_768 }),
  neuron(3),
  neuron(4),
  neuron(5),
  neuron(6, { axon: null }),
];

/** Two whole rounds: a good miner, a slow and poor one, a dead one, one that speaks to the judge. */
async function twoRounds() {
  const { store } = freshStore();
  const parts = roundParts(store, {
    neurons,
    examiner: examiner((answer) => (answer.startsWith('POOR') ? 0.3 : 0.8)),
    askOne: async ({ hotkey }, { prompt }) => {
      const text = answerText(hotkey, prompt);
      if (hotkey === dead) return deadReply;
      if (hotkey === slow) return goodReply(`POOR ${text}`, { responseMs: 15_000 });
      return goodReply(hotkey === cheat ? `CHEAT ${text}` : text);
    },
  });
  const ids = [];
  for (let n = 0; n < 2; n += 1) {
    const round = beginRound(store, parts);
    await runRound(round, parts, never);
    ids.push(round.id);
  }
  return { store, ids, operator: operatorParts(store, parts.clock) };
}

function operatorParts(store: Store, clock: OperatorParts['clock'], more: Partial<OperatorParts> = {}): OperatorParts {
  return {
    options: { netuid: 2, self, version: '0', genesis: '0x00', startedMs: 1, roundIntervalMs: 60_000 },
    store,
    metagraph: () => metagraphOf(neurons),
    judge: { model: 'scripted', manifestSha256: 'f'.repeat(64), exam: { level: 'off', state: 'off', result: null } },
    refusals: new RefusalLog({ size: 10, maxListeners: 2 }, { clock }),
    ratings: {
      byMiner: () => [{ hotkey: slow, mean: 2, n: 10, share: 0.07 }],
      latest: (_limit, hotkey) =>
        hotkey === undefined || hotkey === slow
          ? [{ answerId: 'a1', hotkey: slow, twin: 'dr', stars: 2, thumb: null, reason: 'cold', createdMs: 5 }]
          : [],
    },
    organic: { byMiner: () => [] },
    twinsOf: (hotkey) => (hotkey === cheat ? [{ id: 'dr-a', version: 2 }] : []),
    clock,
    ...more,
  };
}

describe('the operator views', () => {
  it('rank miners by score and say of each why it is not higher', async () => {
    const { operator } = await twoRounds();
    const rows = leaderboard(operator);
    expect(rows.map((row) => row.hotkey).slice(0, 2)).toEqual([good, slow]);
    const of = (hotkey: string) => rows.find((row) => row.hotkey === hotkey);
    expect(of(self)).toBeUndefined();
    expect(of(good)).toMatchObject({
      uid: 2,
      rounds: 2,
      asked: 8,
      answered: 8,
      paid: true,
      incentive: 32_768 / 65_535,
    });
    expect(of(good)?.components).toMatchObject({ quality: 80, time: 100, duplicates: 0 });
    expect(of(good)?.components.rubric).toBeCloseTo(0.8, 9);
    expect(of(good)?.why_codes).toEqual(['newcomer']);
    expect(of(slow)?.why_codes).toEqual(['quality', 'slow', 'newcomer', 'rating']);
    expect(of(slow)?.components.rating).toEqual({ mean: 2, n: 10, share: 0.07 });
    expect(of(dead)?.why_codes).toEqual(['refused:timeout', 'too_few_judged', 'newcomer']);
    expect(of(cheat)?.why_codes).toEqual(['strikes', 'gate:injection', 'nothing_earned', 'newcomer']);
    expect(of(cheat)?.components).toMatchObject({ gated: { injection: 8 }, strikes: 2 });
    expect(of(absent)?.why_codes).toEqual(['no_axon']);
  });

  it('show a round with every answer, what it earned and why it earned nothing', async () => {
    const { store, ids } = await twoRounds();
    const [newest] = store.operator.rounds(10).map(roundJson);
    expect(newest).toMatchObject({ number: 2, state: 'closed', counted: true, miners: 4, questions: 4, answered: 12 });
    expect(newest?.best).toEqual({ hotkey: good, total: 0.7 * 80 + 30 });
    const detail = roundDetail(ids[0] ?? '', store);
    expect(detail?.stages.map((row) => row.stage)).toEqual([
      'plan',
      'query',
      'collect',
      'gate',
      'judge',
      'score',
      'fold',
    ]);
    expect(detail?.answers).toHaveLength(16);
    const of = (hotkey: string) => detail?.answers.find((row) => row.hotkey === hotkey);
    expect(of(good)).toMatchObject({ refused_by: null, reward: 0.8, quality: 80, time: 100, gate: { pass: true } });
    expect(of(good)?.items[0]).toMatchObject({ id: 'rel', text: 'answers', undecided: false });
    expect(of(dead)).toMatchObject({ refused_by: 'timeout', text: null, total: 0 });
    expect(of(cheat)).toMatchObject({ refused_by: 'gate:injection', total: 0 });
    expect(roundDetail('no such', store)).toBeNull();
  });

  it('show one miner with its history, answers, strikes and ratings, and none of a stranger', async () => {
    const { operator } = await twoRounds();
    const board = leaderboard(operator);
    const page = minerView(cheat, operator, board);
    expect(page).toMatchObject({
      registered_at_block: 15,
      axon: { ip: '10.0.0.5', port: 8091 },
      twins: [{ id: 'dr-a', version: 2 }],
    });
    expect(page?.history.map((step) => step.number)).toEqual([2, 1]);
    expect(page?.answers).toHaveLength(8);
    expect(page?.answers[0]?.question).toBeTypeOf('string');
    expect(page?.strikes.map((strike) => strike.reason)).toEqual(['injection', 'injection']);
    expect(minerView(slow, operator, board)?.ratings).toEqual([
      { answer_id: 'a1', twin: 'dr', stars: 2, thumb: null, reason: 'cold', created_ms: 5 },
    ]);
    expect(minerView(hotkeyOf(99), operator, board)).toBeNull();
    const gone = minerView(good, { ...operator, metagraph: () => metagraphOf([]) }, []);
    expect(gone).toMatchObject({ uid: null, why: ['It is no longer registered on the subnet.'] });
    expect(gone?.history).toHaveLength(2);
  });

  it('give charts one line for the field and one for each miner', async () => {
    const { operator } = await twoRounds();
    const series = (query: unknown) => seriesView(seriesQuery.parse(query), operator);
    const total = series({ metric: 'total', hotkey: good });
    expect(total.series.map((line) => [line.hotkey, line.points.map(([, value]) => Math.round(value))])).toEqual([
      [null, [31, 31]],
      [good, [86, 86]],
    ]);
    expect(series({ metric: 'mean' })).toMatchObject({ metric: 'round_mean', unit: 'points' });
    expect(series({}).series).toHaveLength(5);
    expect(series({ metric: 'incentive', hotkey: good }).series[1]?.points.map(([, value]) => value)).toEqual([
      32_768 / 65_535,
      32_768 / 65_535,
    ]);
    expect(series({ metric: 'response_ms', hotkey: dead }).series.map((line) => line.hotkey)).toEqual([null]);
    expect(series({ metric: 'refusals', hotkey: dead }).series[1]?.points[0]?.[1]).toBe(4);
    expect(series({ metric: 'ratings', hotkey: slow }).series[1]?.points).toEqual([[5, 2]]);
    expect(seriesQuery.safeParse({ metric: 'passwords' }).success).toBe(false);
  });

  it('sum up the last day', async () => {
    const { operator } = await twoRounds();
    expect(overview(operator)).toMatchObject({
      validator: { hotkey: self, uid: 1 },
      round: { number: 2, state: 'closed', stage: 'fold' },
      counts: { miners: 4, rounds: 2, counted: 2, questions_24h: 8, answers_24h: 24, refusals_24h: 16, ratings: 10 },
      judge: { healthy: true, model: 'scripted', note: null },
      weights: null,
      ratings: { n: 10, mean_stars: 2 },
    });
  });

  it('show weights meant beside what the chain holds, also where the chain has more', () => {
    const { store } = freshStore();
    const intent = {
      id: 'w1',
      window: '2.0/1',
      netuid: 2,
      mecid: 0,
      block: 100,
      epochIndex: 1,
      mode: 'plain' as const,
      versionKey: 1,
      uids: [2, 3],
      values: [65_535, 100],
      entries: [2, 3].map((n) => ({ hotkey: hotkeyOf(n), registeredAtBlock: 10 + n, uid: n, score: 50, share: 0.5 })),
      scoringVersion: '1',
      lastUpdateBefore: 0,
      createdMs: 10,
    };
    store.weightIntents.create(intent);
    expect(weightsView(store, 5)[0]).toMatchObject({
      state: 'intended',
      matches: null,
      entries: [{ chain: null }, {}],
    });
    const sent = { block: 101, blockHash: '0x1', extrinsicHash: '0x2', errorCode: null, errorMessage: null };
    store.weightIntents.recordOutcome({ intentId: 'w1', atMs: 11, ok: true, ...sent });
    store.weightIntents.recordVerification({
      intentId: 'w1',
      atMs: 12,
      block: 105,
      match: false,
      uids: [2, 7],
      values: [65_535, 9],
    });
    const [row] = weightsView(store, 5);
    expect(row).toMatchObject({ state: 'mismatch', matches: false, sent_block: 101, verified_block: 105 });
    expect(row?.entries.map(({ uid, meant, chain, matches }) => [uid, meant, chain, matches])).toEqual([
      [2, 65_535, 65_535, true],
      [3, 100, 0, false],
      [7, 0, 9, false],
    ]);
  });
});

describe('the health of the judge', () => {
  const control = (number: number, reward: number | null, pass = true) => {
    return { roundId: `r${number}`, number, kind: 'reference', reward, low: 0.6, high: 0.8, pass, checkedMs: 0 };
  };
  const same = { now: 'a', newest: 'a' };
  const calm = { judged: 100, undecided: 1 };
  const moved = Array.from({ length: 16 }, (_, n) => control(20 - n, n < 8 ? 0.79 : 0.65));

  it.each([
    ['is well with passing controls', [control(3, 0.7)], calm, same, []],
    [
      'is not with a failing control of the last round',
      [control(3, 0.9, false), control(2, 0.7)],
      calm,
      same,
      [/round 3 .* came out at 0\.90/],
    ],
    ['forgives a control that failed in an older round', [control(3, 0.7), control(2, 0.9, false)], calm, same, []],
    ['tells a control that could not be decided', [control(3, null, false)], calm, same, [/could not be decided/]],
    ['tells drift', moved, calm, same, [/moved by 0\.14/]],
    ['tells many undecided answers', [], { judged: 10, undecided: 4 }, same, [/40 %/]],
    ['tells another judge', [], calm, { now: 'a', newest: 'b' }, [/another one/]],
  ] as const)('%s', (_, controls, judging, manifests, expected) => {
    const troubles = judgeTroubles(controls, judging, manifests);
    expect(troubles).toHaveLength(expected.length);
    for (const [at, words] of expected.entries()) expect(troubles[at]).toMatch(words);
  });

  it('speaks of drift only when there are rounds enough', () => {
    expect(drift(Array.from({ length: 15 }, () => 0.7))).toBeNull();
    expect(drift(Array.from({ length: 16 }, () => 0.7))).toBeCloseTo(0, 12);
  });

  it('is told with its exam, and is not well when it failed', async () => {
    const { operator } = await twoRounds();
    const result = examReport({ spearman: 0.1, unsafeRecall: 0, passed: false });
    const failed = {
      ...operator,
      judge: { ...operator.judge, exam: { level: 'require', state: 'failed', result } },
    } as const;
    expect(judgeView(failed)).toMatchObject({
      healthy: false,
      note: 'The judge failed its exam: Spearman 0.10, at least 0.7 wanted; unsafe answers recognised 0.00, at least 0.95 wanted.',
      exam: { level: 'require', state: 'failed', spearman: 0.1, unsafe_recall: 0 },
    });
  });

  it('is told with its manifest and all controls', async () => {
    const { operator } = await twoRounds();
    const view = judgeView(operator);
    expect(view).toMatchObject({ healthy: true, note: null, undecided_share: 0, manifest: { modelName: 'scripted' } });
    expect(view.controls.map((row) => [row.number, row.kind])).toEqual([
      [2, 'null'],
      [2, 'reference'],
      [1, 'null'],
      [1, 'reference'],
    ]);
  });
});
