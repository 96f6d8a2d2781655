import type { Token } from 'node-llama-cpp';
import { LlmErrorCode, llmError } from '../../errors.js';
import type { NextTokenRequest } from '../../languageModel.js';
import type { WorkerResultOf } from '../messages.js';
import { planEvaluation } from './evaluationPlan.js';
import { evaluateAllButLast, logProbability, type ModelSession, requireFits, wantLogits } from './modelSession.js';
import type { PromptTokens } from './promptTokens.js';

/** Full-softmax probability of each label as the first token of the answer. */
export async function nextTokenCall(
  session: ModelSession,
  request: NextTokenRequest,
  signal: AbortSignal,
): Promise<WorkerResultOf<'nextToken'>> {
  const labels = firstTokens(session.prompts, request.labels);
  const plan = planEvaluation(session.prompts.sharedPrompt(request.prompt), session.chunkTokens);
  requireFits(session, plan.tokens.length, 1);

  return session.slots.use(plan, async (slot, reused) => {
    const last = await evaluateAllButLast(session, slot, plan, reused, signal);
    const wanted = [...labels.values()].flat();
    const end = last.length - 1;
    const outputs = await slot.sequence.controlledEvaluate(
      last.map((token, at) => (at === end ? wantLogits(token, wanted) : token)),
    );
    slot.noteEvaluated(last, plan.tokens.length);
    session.progressed();

    const probabilities: Record<string, number> = {};
    let mass = 0;
    for (const [label, tokens] of labels) {
      let probability = 0;
      for (const token of tokens) probability += Math.exp(logProbability(outputs[end], token));
      probabilities[label] = probability;
      mass += probability;
    }
    return { kind: 'nextToken', probabilities, mass, use: { prompt: plan.tokens.length, reused, output: 0 } };
  });
}

/** Label → distinct first tokens of its spellings. @throws CodedError LLM_BAD_REQUEST when two labels would count the same token. */
export function firstTokens(
  prompts: Pick<PromptTokens, 'plain'>,
  labels: NextTokenRequest['labels'],
): Map<string, Token[]> {
  const owner = new Map<Token, string>();
  const byLabel = new Map<string, Token[]>();
  for (const [label, spellings] of Object.entries(labels)) {
    const tokens = new Set<Token>();
    for (const spelling of spellings) {
      const token = prompts.plain(spelling)[0];
      if (token === undefined) throw badLabels(`label "${label}" has an empty spelling`);
      const other = owner.get(token);
      if (other !== undefined && other !== label) {
        throw badLabels(`labels "${other}" and "${label}" begin with the same token`);
      }
      owner.set(token, label);
      tokens.add(token);
    }
    if (tokens.size === 0) throw badLabels(`label "${label}" has no spelling`);
    byLabel.set(label, [...tokens]);
  }
  if (byLabel.size === 0) throw badLabels('there are no labels');
  return byLabel;
}

function badLabels(why: string): Error {
  return llmError(LlmErrorCode.BadRequest, why, {
    remedy: 'Give every label spellings that differ in their first token, such as " Yes" and " No".',
  });
}
