import type { MetricSet } from './metricSet.js';

/** A validator's rounds, replies, judgements and weights. */
export function roundMetrics(set: MetricSet) {
  const stages = set.timing({
    name: 'bt_round_stage_seconds',
    help: 'Duration of the stages of a round',
    labels: ['stage', 'outcome'],
    buckets: [0.05, 0.25, 1, 5, 15, 30, 60, 120, 300, 600, 1800],
  });
  const rounds = set.counter({ name: 'bt_rounds_total', help: 'Rounds that ended', labels: ['outcome'] });
  const replies = set.counter({ name: 'bt_replies_total', help: 'Replies of miners by status', labels: ['status'] });
  const replySeconds = set.timing({ name: 'bt_reply_wait_seconds', help: 'Wait for the reply of a miner' });
  const gates = set.counter({
    name: 'bt_answer_gates_total',
    help: 'Answers that a gate stopped before the judge, and those that passed',
    labels: ['reason'],
  });
  const judge = set.timing({
    name: 'bt_judge_answer_seconds',
    help: 'Time to judge one answer',
    labels: ['outcome'],
  });
  const controls = set.counter({
    name: 'bt_judge_controls_total',
    help: 'Hidden control answers, by whether the judge ranked them rightly',
    labels: ['control', 'outcome'],
  });
  const scores = set.level({ name: 'bt_miner_score', help: 'Moving average of a miner, 0 to 100', labels: ['uid'] });
  const weights = set.counter({ name: 'bt_weights_sets_total', help: 'Tries to set weights', labels: ['outcome'] });
  const weightsBlock = set.level({ name: 'bt_weights_last_block', help: 'Block of the last weights that were set' });
  return {
    stageFinished: (stage: string, outcome: string, durationMs: number): void =>
      stages.observe({ stage, outcome }, durationMs / 1000),
    roundFinished: (outcome: string): void => rounds.inc({ outcome }),
    reply: (status: number, waitMs: number): void => {
      replies.inc({ status });
      replySeconds.observe({}, waitMs / 1000);
    },
    gated: (reason: string): void => gates.inc({ reason }),
    judged: (outcome: string, durationMs: number): void => judge.observe({ outcome }, durationMs / 1000),
    control: (control: string, outcome: string): void => controls.inc({ control, outcome }),
    score: (uid: number, average: number): void => scores.set({ uid }, average),
    weightsSet: (outcome: string, block: number | null): void => {
      weights.inc({ outcome });
      if (block !== null) weightsBlock.set({}, block);
    },
  };
}
