import type { Hotkey } from '@bettertherapy/core';
import type { MinerRow } from './leaderboard.js';
import type { OperatorParts } from './parts.js';
import { answerJson } from './rounds.js';

const HISTORY = 200;
const ANSWER_ROUNDS = 3;
const RATINGS = 50;

/** One miner's page; null for a hotkey that is neither on chain nor in the journal. */
export function minerView(hotkey: Hotkey, parts: OperatorParts, board: readonly MinerRow[]) {
  const { store } = parts;
  const row = board.find((one) => one.hotkey === hotkey);
  const seen = store.operator.lastSeen(hotkey);
  const neuron = parts.metagraph()?.neurons.find((one) => one.hotkey === hotkey);
  const registeredAtBlock = row?.registered_at_block ?? seen?.registeredAtBlock ?? null;
  if (registeredAtBlock === null) return null;
  const numbers = new Map(store.operator.rounds(HISTORY).map((round) => [round.id, round.number]));
  const axon = neuron?.axon ?? seen;
  return {
    ...(row ?? { hotkey, uid: null, why: ['It is no longer registered on the subnet.'], why_codes: ['deregistered'] }),
    registered_at_block: registeredAtBlock,
    axon: axon ? { ip: axon.ip, port: axon.port } : null,
    coldkey: neuron?.coldkey ?? null,
    history: store.averages.history(hotkey, registeredAtBlock, HISTORY).map((step) => ({
      round_id: step.roundId,
      number: numbers.get(step.roundId) ?? null,
      at_ms: step.foldedMs,
      mean: step.roundMean,
      average: step.emaAfter,
      asked: step.asked,
      answered: step.answered,
    })),
    answers: store.operator
      .rounds(ANSWER_ROUNDS)
      .flatMap(({ id, number }) =>
        store.journal
          .answersOf(hotkey, id)
          .map((answer) => ({ ...answerJson(answer), round_id: id, number, question: answer.question })),
      ),
    ratings: parts.ratings.latest(RATINGS, hotkey).map(({ answerId, stars, thumb, reason, createdMs, twin }) => {
      return { answer_id: answerId, twin, stars, thumb, reason, created_ms: createdMs };
    }),
    twins: parts.twinsOf(hotkey),
    strikes: store.strikes.of(hotkey, registeredAtBlock).map(({ reason, atMs, roundId }) => {
      return { reason, at_ms: atMs, round_id: roundId };
    }),
  };
}
