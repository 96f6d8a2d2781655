import type { SequenceEvaluateOptions, Token } from 'node-llama-cpp';
import { LlmErrorCode, llmError } from '../../errors.js';
import type { ChatRequest, Sampling } from '../../languageModel.js';
import type { WorkerResultOf } from '../messages.js';
import { planEvaluation } from './evaluationPlan.js';
import { evaluateAllButLast, type ModelSession, requireFits } from './modelSession.js';
import { TextAssembler } from './textAssembler.js';

/** Repeats are punished within this many tokens of the answer. */
const REPEAT_WINDOW = 64;

/** Generates an answer; `onText` gets it piece by piece. @throws the signal's reason when aborted between two tokens. */
export async function chatCall(
  session: ModelSession,
  request: ChatRequest,
  signal: AbortSignal,
  onText: (text: string) => void,
): Promise<WorkerResultOf<'chat'>> {
  if (!Number.isInteger(request.maxTokens) || request.maxTokens < 1) {
    throw llmError(LlmErrorCode.BadRequest, 'maxTokens is not a positive whole number', {
      remedy: 'Ask for at least one token.',
    });
  }
  const plan = planEvaluation(session.prompts.conversation(request.messages), session.chunkTokens);
  const promptTokens = plan.tokens.length;
  requireFits(session, promptTokens, request.maxTokens);

  return session.slots.use(plan, async (slot, reused) => {
    const last = await evaluateAllButLast(session, slot, plan, reused, signal);
    const answer: Token[] = [];
    const text = new TextAssembler(session.model, onText);
    let stopReason: 'end' | 'length' = 'end';
    const generation = slot.sequence.evaluate(last, evaluateOptions(request.sampling ?? {}, answer, session));
    for await (const token of generation) {
      if (answer.length === 0) slot.noteEvaluated(last, promptTokens);
      session.progressed();
      signal.throwIfAborted();
      // A control token inside an answer opens somebody else's turn: the answer is over.
      if (session.model.isSpecialToken(token)) break;
      answer.push(token);
      text.push(token);
      if (answer.length >= request.maxTokens) {
        stopReason = 'length';
        break;
      }
    }
    return {
      kind: 'chat',
      text: text.finish(),
      stopReason,
      use: { prompt: promptTokens, reused, output: answer.length },
    };
  });
}

function evaluateOptions(sampling: Sampling, answer: readonly Token[], session: ModelSession): SequenceEvaluateOptions {
  const { temperature, topP, topK, minP, repeatPenalty, seed } = sampling;
  const newLine = session.model.tokens.nl;
  return {
    ...(temperature === undefined ? {} : { temperature }),
    ...(topP === undefined ? {} : { topP }),
    ...(topK === undefined ? {} : { topK }),
    ...(minP === undefined ? {} : { minP }),
    ...(seed === undefined ? {} : { seed }),
    ...(repeatPenalty === undefined || repeatPenalty === 1
      ? {}
      : {
          repeatPenalty: {
            penalty: repeatPenalty,
            maxPunishTokens: REPEAT_WINDOW,
            punishTokens: () => answer.slice(-REPEAT_WINDOW).filter((token) => token !== newLine),
          },
        }),
    contextShift: {
      strategy: () => {
        throw llmError(LlmErrorCode.ContextExceeded, 'the answer grew over the context', {
          remedy: 'Ask for fewer tokens, or raise --model.context.',
        });
      },
    },
  };
}
