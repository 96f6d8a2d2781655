import { questionText } from '@bettertherapy/judge';
import type { NewParticipant, NewQuestion } from '@bettertherapy/store';
import { bankEntry } from './bankEntry.js';
import { chooseQuestions } from './chooseQuestions.js';
import { eligibleMiners, type ServingNeuron } from './eligible.js';
import type { RoundParts, StageFn } from './parts.js';
import { seededRandom } from './seed.js';

/** Chooses whom to ask and what, all of it from the round's seed, and commits the plan with the end of the stage. */
export const plan: StageFn = async (round, parts, signal) => {
  const { store, options, log } = parts;
  const metagraph = await parts.metagraph(signal);
  const { miners, skipped } = eligibleMiners(metagraph.neurons, rules(parts), seededRandom(round.seed, 'miners'));
  const participants = miners.map((miner, position): NewParticipant => participant(miner, position, parts));
  const chosen = chooseQuestions(
    parts.bank,
    store.questions.uses(),
    miners.length === 0 ? 0 : options.questions,
    seededRandom(round.seed, 'questions'),
  );
  const questions: NewQuestion[] = [];
  for (const [position, question] of chosen.entries()) {
    const askedText = await parts.examiner.paraphrase(question, signal);
    questions.push({
      id: `${round.id}-${position + 1}`,
      position,
      bankId: question.id,
      bankVersion: question.version,
      theme: question.theme,
      askedText,
      paraphrased: askedText !== questionText(question),
      bankEntry: bankEntry.write(question),
    });
  }
  const outcome = {
    miners: participants.length,
    questions: questions.length,
    newcomers: participants.filter((one) => one.newcomer).length,
    ...Object.fromEntries([...skipped].map(([reason, n]) => [`skipped_${reason}`, n])),
  };
  store.rounds.commitPlan({ roundId: round.id, participants, questions, outcome, nowMs: parts.clock.wallMs() });
  log.debug('round planned', { roundId: round.id, metagraphBlock: metagraph.block });
  return { outcome, finished: true };
};

function rules(parts: RoundParts) {
  const { options } = parts;
  return {
    self: options.self,
    maxPerIp: options.maxPerIp,
    maxPerColdkey: options.maxPerColdkey,
    stakeLimit: options.stakeLimit,
    privateIps: options.privateIps,
    maxMiners: options.maxMiners,
    isNewcomer: (neuron: Pick<ServingNeuron, 'hotkey' | 'registeredAt'>) => isNewcomer(neuron, parts),
  };
}

function isNewcomer(neuron: Pick<ServingNeuron, 'hotkey' | 'registeredAt'>, parts: RoundParts): boolean {
  return (parts.store.averages.of(neuron.hotkey, neuron.registeredAt)?.rounds ?? 0) < parts.options.newcomerRounds;
}

function participant(miner: ServingNeuron, position: number, parts: RoundParts): NewParticipant {
  return {
    hotkey: miner.hotkey,
    registeredAtBlock: miner.registeredAt,
    coldkey: miner.coldkey,
    uid: miner.uid,
    ip: miner.axon.ip,
    port: miner.axon.port,
    axonVersion: miner.axon.version,
    newcomer: isNewcomer(miner, parts),
    position,
  };
}
