import { judgeView } from './judgeHealth.js';
import { DAY_MS, type OperatorParts } from './parts.js';
import { weightState } from './weights.js';

const MANY = 10_000;

/** The first page: where this validator stands at a glance. */
export function overview(parts: OperatorParts) {
  const { store, options, clock } = parts;
  const nowMs = clock.wallMs();
  const graph = parts.metagraph();
  const counts = store.operator.counts(nowMs - DAY_MS);
  const [newest] = store.rounds.latest(1);
  const { healthy, model, note } = judgeView(parts);
  const ratings = parts.ratings.byMiner();
  const rated = ratings.reduce((sum, row) => sum + row.n, 0);
  return {
    network: {
      netuid: options.netuid,
      block: graph?.block ?? null,
      tempo: graph?.tempo ?? null,
      genesis: options.genesis,
    },
    validator: {
      hotkey: options.self,
      uid: graph?.neurons.find((one) => one.hotkey === options.self)?.uid ?? null,
      version: options.version,
      started_ms: options.startedMs,
    },
    round: newest
      ? {
          id: newest.id,
          number: newest.number,
          state: newest.state,
          stage: store.rounds.stages(newest.id).at(-1)?.stage ?? null,
          started_ms: newest.startedMs,
        }
      : null,
    next_round_ms: newest && newest.state !== 'open' ? newest.startedMs + options.roundIntervalMs : null,
    counts: {
      miners: graph?.neurons.filter((one) => one.axon !== null && one.hotkey !== options.self).length ?? null,
      rounds: counts.rounds,
      counted: counts.counted,
      questions_24h: counts.questions,
      answers_24h: counts.answers,
      refusals_24h: counts.refusals + parts.refusals.latest(MANY).filter((one) => one.where === 'gateway').length,
      ratings: rated,
    },
    judge: { healthy, model, note },
    weights: weightState(store),
    ratings: {
      n: rated,
      mean_stars: rated === 0 ? null : ratings.reduce((sum, row) => sum + row.mean * row.n, 0) / rated,
    },
  };
}
