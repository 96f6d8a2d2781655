import { type Question, questionText } from '@bettertherapy/judge';
import type { NewParticipant, NewQuestion, Round } from '@bettertherapy/store';
import { bankEntry } from './bankEntry.js';
import { chooseQuestions } from './chooseQuestions.js';
import { eligibleMiners, type ServingNeuron } from './eligible.js';
import { goldQuestions } from './goldQuestions.js';
import type { RoundParts, StageFn } from './parts.js';
import { seededRandom } from './seed.js';

/** Chooses whom to ask and what, all of it from the round's seed, and commits the plan with the end of the stage. */
export const plan: StageFn = async (round, parts, signal) => {
  const { store, options, log } = parts;
  const metagraph = await parts.metagraph(signal);
  const { miners, skipped } = eligibleMiners(metagraph.neurons, rules(parts), seededRandom(round.seed, 'miners'));
  const participants = miners.map((miner, position): NewParticipant => participant(miner, position, parts));
  const chosen = chooseQuestions(
    [...parts.bank, ...goldQuestions(store.dialogues)],
    store.questions.uses(),
    miners.length === 0 ? 0 : options.questions,
    seededRandom(round.seed, 'questions'),
  );
  const questions: NewQuestion[] = [];
  for (const [position, question] of chosen.entries()) {
    questions.push(await word(question, position, round, parts, signal));
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
    incentive: miner.incentive,
  };
}

/**
 * The first question becomes a new one, with other side details, when the model writes one that may stand (it is seen
 * here for the first time anywhere); all others are put in other words.
 */
async function word(
  question: Question,
  position: number,
  round: Round,
  { examiner }: RoundParts,
  signal: AbortSignal,
): Promise<NewQuestion> {
  const seed = Math.floor(seededRandom(round.seed, `wording ${position}`)() * 2 ** 31);
  const variant = position === 0 ? await examiner.variant(question, seed, signal) : null;
  const asked = variant ?? question;
  const askedText = variant ? questionText(variant) : await examiner.paraphrase(question, seed, signal);
  return {
    id: `${round.id}-${position + 1}`,
    position,
    // Use is counted for the entry of the bank, whoever worded it.
    bankId: question.id,
    bankVersion: question.version,
    theme: question.theme,
    askedText,
    paraphrased: askedText !== questionText(question),
    bankEntry: bankEntry.write(asked),
  };
}
