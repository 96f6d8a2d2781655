import type { ControlledEvaluateInputItem, LlamaContext, LlamaModel, Token } from 'node-llama-cpp';
import { LlmErrorCode, llmError } from '../../errors.js';
import type { EvaluationPlan } from './evaluationPlan.js';
import type { PromptTokens } from './promptTokens.js';
import type { Slot, SlotPool } from './slots.js';

/** The opened model as the calls see it. */
export interface ModelSession {
  readonly model: LlamaModel;
  readonly context: LlamaContext;
  readonly prompts: PromptTokens;
  readonly slots: SlotPool;
  /** Tokens a call may hold, prompt and answer together. */
  readonly contextTokens: number;
  readonly chunkTokens: number;
  readonly threads: number;
  /** Called after every evaluated chunk and token, so that the parent sees that work goes on. */
  readonly progressed: () => void;
}

/** @throws CodedError LLM_CONTEXT_EXCEEDED */
export function requireFits(session: ModelSession, promptTokens: number, answerTokens: number): void {
  const needed = promptTokens + answerTokens;
  if (needed <= session.contextTokens) return;
  throw llmError(
    LlmErrorCode.ContextExceeded,
    `${promptTokens} prompt tokens and ${answerTokens} answer tokens do not fit ${session.contextTokens}`,
    {
      remedy: 'Shorten the prompt, ask for fewer tokens, or raise --model.context.',
      details: { promptTokens, answerTokens, contextTokens: session.contextTokens },
    },
  );
}

/** Evaluates the pieces of `plan` behind `reused` up to, not including, the last one, and returns that one. */
export async function evaluateAllButLast(
  session: ModelSession,
  slot: Slot,
  plan: EvaluationPlan,
  reused: number,
  signal: AbortSignal,
): Promise<Token[]> {
  let at = reused;
  for (const border of plan.borders) {
    if (border <= reused) continue;
    signal.throwIfAborted();
    const piece = plan.tokens.slice(at, border);
    if (border === plan.tokens.length) return piece;
    await slot.sequence.evaluateWithoutGeneratingNewTokens(piece);
    slot.noteEvaluated(piece, border);
    session.progressed();
    at = border;
  }
  throw llmError(LlmErrorCode.BadRequest, 'an empty prompt cannot be evaluated', { remedy: 'Send some text.' });
}

/** Asks for the logits of `wanted` behind a token, with what a softmax over the whole vocabulary needs. */
export function wantLogits(token: Token, wanted: readonly Token[]): ControlledEvaluateInputItem {
  return [
    token,
    {
      // `includeMax` yields nothing in this version of the library; the top one is the maximum.
      generateNext: {
        logits: { filter: { tokens: wanted, includeTop: 1 } },
        totalLogitWeight: true,
        options: { temperature: 0 },
      },
    },
  ];
}

interface LogitOutput {
  readonly next: { readonly logits?: Map<Token, number>; readonly totalLogitWeight?: number };
}

/** Natural-log probability of `token` under the full softmax, from {@link wantLogits}. @throws CodedError LLM_EVALUATION_FAILED */
export function logProbability(output: LogitOutput | undefined, token: Token): number {
  const logits = output?.next.logits;
  const weight = output?.next.totalLogitWeight;
  const logit = logits?.get(token);
  if (logits === undefined || weight === undefined || logit === undefined)
    throw evaluationFailed('no logits came back');
  const value = logit - Math.max(...logits.values()) - Math.log(weight);
  // The weight sums exp(l - max) over the vocabulary, so it is at least 1 and a log probability at most 0.
  if (!Number.isFinite(value) || !(weight >= 0.999)) throw evaluationFailed('the logits are not numbers');
  return Math.min(0, value);
}

function evaluationFailed(why: string): Error {
  return llmError(LlmErrorCode.EvaluationFailed, `the model could not be evaluated: ${why}`, {
    remedy:
      'The weights may be damaged: delete the model file from the cache, so that it is fetched and checked again.',
  });
}
