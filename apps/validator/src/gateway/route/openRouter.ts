import { asksPrivateIps, NEWCOMER_ROUNDS, RAO_PER_TAO } from '../../openDuties.js';
import { seededRandom } from '../../round/seed.js';
import { answerRefusal } from '../operator/refusalLog.js';
import type { GatewayGiven } from '../parts.js';
import { QuestionRouter } from './router.js';

/** The router by the operator's options. */
export function openRouter(given: GatewayGiven): QuestionRouter {
  const { options, store, metagraph, askMany, patientJudge, serves, signer } = given;
  const { clock, log, tracer, metrics, secret, newId } = given;
  const { neuron, gateway } = options;
  return new QuestionRouter(
    {
      pool: {
        self: signer.address,
        maxPerIp: neuron.maxPerIp,
        maxPerColdkey: neuron.maxPerColdkey,
        stakeLimit: BigInt(Math.round(neuron.stakeLimit * RAO_PER_TAO)),
        privateIps: asksPrivateIps(options, given.genesisHash),
        newcomerRounds: NEWCOMER_ROUNDS,
      },
      miners: gateway.miners,
      settleMs: gateway.settleMs,
      deadlineMs: gateway.deadline * 1000,
    },
    {
      ...{ store, metagraph, askMany, serves, clock, log, tracer, metrics, newId },
      judge: patientJudge,
      refused: (answer) => given.refusals.add(answerRefusal(answer)),
      random: (answerId) => seededRandom(`${secret}\n${answerId}`, 'patient'),
    },
  );
}
