import type { Clock } from '@bettertherapy/core';
import { LlmErrorCode, llmError } from '../../errors.js';
import type { WorkerSettings } from '../messages.js';
import { planEvaluation } from './evaluationPlan.js';
import { evaluateAllButLast, logProbability, type ModelSession, wantLogits } from './modelSession.js';

const TIMED_TOKENS = 8;
/** A run slower than this is stopped and counted as it stands. */
const LONGEST_MS = 20_000;

/**
 * Generates a few tokens and returns the tokens per second.
 * @throws CodedError LLM_TOO_SLOW below the floor (too many threads for the cores make it hundreds of times slower),
 * LLM_EVALUATION_FAILED when the logits are not numbers.
 */
export async function selfTest(session: ModelSession, settings: WorkerSettings, clock: Clock): Promise<number> {
  // The parent ends this process when the whole stage takes too long.
  const { signal } = new AbortController();
  const prompt = { system: '', prefix: 'Reply with a short greeting.', suffix: '' };
  const plan = planEvaluation(session.prompts.sharedPrompt(prompt), session.chunkTokens);
  const tokensPerSecond = await session.slots.use(plan, async (slot, reused) => {
    const last = await evaluateAllButLast(session, slot, plan, reused, signal);
    const end = last.length - 1;
    // Greedy picks come from the same logits, so one wanted token is enough to see that they are numbers.
    const probe = last[end];
    if (probe === undefined) return 0;
    const outputs = await slot.sequence.controlledEvaluate(
      last.map((token, at) => (at === end ? wantLogits(token, [probe]) : token)),
    );
    logProbability(outputs[end], probe);
    session.progressed();

    const startedMs = clock.monotonicMs();
    let made = 0;
    for await (const _token of slot.sequence.evaluate([probe], { yieldEogToken: true })) {
      made += 1;
      session.progressed();
      if (made >= TIMED_TOKENS || clock.monotonicMs() - startedMs > LONGEST_MS) break;
    }
    await slot.forget();
    return (made * 1000) / Math.max(0.001, clock.monotonicMs() - startedMs);
  });

  const { currentThreads } = session.context;
  if (tokensPerSecond >= settings.minTokensPerSecond && currentThreads <= settings.threads) return tokensPerSecond;
  throw llmError(
    LlmErrorCode.TooSlow,
    `the self test made ${tokensPerSecond.toFixed(2)} tokens per second with ${currentThreads} threads; the floor is ${settings.minTokensPerSecond}`,
    {
      remedy:
        'Lower --model.threads (one core is needed by others), stop other work on this machine, or take a smaller model.',
      details: { tokensPerSecond, threads: currentThreads, wantedThreads: settings.threads },
    },
  );
}
