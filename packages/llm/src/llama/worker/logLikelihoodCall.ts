import type { Token } from 'node-llama-cpp';
import type { LogLikelihoodRequest } from '../../languageModel.js';
import type { WorkerResultOf } from '../messages.js';
import { type EvaluationPlan, planEvaluation } from './evaluationPlan.js';
import { logProbability, type ModelSession, requireFits, wantLogits } from './modelSession.js';

/** Log probability of every token of a text behind a prompt, or of a raw text by itself. */
export async function logLikelihoodCall(
  session: ModelSession,
  request: LogLikelihoodRequest,
  signal: AbortSignal,
): Promise<WorkerResultOf<'logLikelihood'>> {
  const text = session.prompts.plain(request.text);
  const { plan, firstWanted } = planText(session, request, text);
  requireFits(session, plan.tokens.length, 1);
  const nothing = { kind: 'logLikelihood', logProbs: [], use: { prompt: 0, reused: 0, output: 0 } } as const;
  if (plan.tokens.length <= firstWanted) return { ...nothing, logProbs: [] };

  // Behind token i of the plan comes token i + 1; the last token of the text is only wanted, never evaluated.
  const following = [...plan.tokens.slice(1), ...text.slice(-1)];
  return session.slots.use(plan, async (slot, reused) => {
    const kept = await rewindBefore(slot, plan, firstWanted, reused);
    const logProbs: number[] = [];
    let at = kept;
    for (const border of plan.borders) {
      if (border <= kept) continue;
      signal.throwIfAborted();
      const piece = plan.tokens.slice(at, border);
      const outputs = await slot.sequence.controlledEvaluate(
        piece.map((token, i) => {
          const next = following[at + i];
          return at + i >= firstWanted && next !== undefined ? wantLogits(token, [next]) : token;
        }),
      );
      for (const [i] of piece.entries()) {
        const next = following[at + i];
        if (at + i >= firstWanted && next !== undefined) logProbs.push(logProbability(outputs[i], next));
      }
      slot.noteEvaluated(piece, border);
      session.progressed();
      at = border;
    }
    return { kind: 'logLikelihood', logProbs, use: { prompt: plan.tokens.length, reused: kept, output: 0 } };
  });
}

/** Pieces to evaluate, and the index of the token behind which the first wanted logit is. */
function planText(
  session: ModelSession,
  request: LogLikelihoodRequest,
  text: readonly Token[],
): { readonly plan: EvaluationPlan; readonly firstWanted: number } {
  const body = text.slice(0, -1);
  if (request.prompt === null) {
    const { bos, shouldPrependBosToken } = session.model.tokens;
    const beginning = shouldPrependBosToken && bos !== null && text.length > 0 ? [bos] : [];
    return { plan: planEvaluation([[...beginning, ...body]], session.chunkTokens), firstWanted: 0 };
  }
  const [head, tail] = session.prompts.sharedPrompt(request.prompt);
  if (text.length === 0) return { plan: { tokens: [], borders: [] }, firstWanted: 0 };
  // The last token of the prompt goes with the text: its logits are those of the text's first token.
  const segments = [head, tail.slice(0, -1), [...tail.slice(-1), ...body]];
  return { plan: planEvaluation(segments, session.chunkTokens), firstWanted: head.length + tail.length - 1 };
}

/** Cached tokens are of no use from `firstWanted` on, because their logits are gone. */
async function rewindBefore(
  slot: { rewind(keep: number): Promise<void> },
  plan: EvaluationPlan,
  firstWanted: number,
  reused: number,
): Promise<number> {
  if (reused <= firstWanted) return reused;
  const keep = plan.borders.filter((border) => border <= firstWanted).at(-1) ?? 0;
  await slot.rewind(keep);
  return keep;
}
