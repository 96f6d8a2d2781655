import { type Clock, withDeadline } from '@bettertherapy/core';
import { Piscina } from 'piscina';
import type { MaskedText, RuleVerdict, WaitedAnswer } from './patientRules.js';

/** Rules on texts, wherever they run. */
export interface TextRules {
  /** @throws CORE_DEADLINE_EXCEEDED for a text that keeps the rules busy too long */
  gate(answer: WaitedAnswer, signal: AbortSignal): Promise<RuleVerdict>;
  /** Which answers of an earlier day no one may read any more. @throws as {@link TextRules.gate} */
  harmful(texts: readonly string[], signal: AbortSignal): Promise<boolean[]>;
  /** @throws as {@link TextRules.gate} */
  mask(texts: readonly string[], signal: AbortSignal): Promise<MaskedText[]>;
}

export interface RulesPoolOptions {
  readonly threads: number;
  /** Waiting included; a thread that is busy longer is ended and replaced. */
  readonly deadlineMs: number;
  /** Texts that may wait for a thread. */
  readonly maxQueue: number;
}

/**
 * Rules on threads of their own: a miner can make a text that keeps them busy for seconds, and what all patients wait
 * on must not be held up by it.
 */
export class RulesPool implements TextRules {
  private readonly pool: Piscina;

  constructor(
    private readonly options: RulesPoolOptions,
    private readonly parts: { readonly clock: Clock },
  ) {
    this.pool = new Piscina({
      filename: new URL('./rulesWorker.js', import.meta.url).href,
      // All at once, so that each has loaded its rules before anybody waits for them.
      minThreads: options.threads,
      maxThreads: options.threads,
      maxQueue: options.maxQueue,
      idleTimeout: 60_000,
      // Threads get nothing of the operator's settings, nor of a test runner's.
      env: {},
      execArgv: [],
    });
  }

  gate(answer: WaitedAnswer, signal: AbortSignal): Promise<RuleVerdict> {
    return this.run('gateAnswer', answer, signal);
  }

  harmful(texts: readonly string[], signal: AbortSignal): Promise<boolean[]> {
    return this.run('harmfulTexts', texts, signal);
  }

  mask(texts: readonly string[], signal: AbortSignal): Promise<MaskedText[]> {
    return this.run('maskTexts', texts, signal);
  }

  /** Ends the threads. Idempotent. */
  async close(): Promise<void> {
    await this.pool.destroy();
  }

  private run<T>(name: string, input: unknown, signal: AbortSignal): Promise<T> {
    const { deadlineMs: ms } = this.options;
    return withDeadline(
      { what: 'rules on a text', ms, signal, clock: this.parts.clock },
      (inner) =>
        // The function of that name has this type; both ends are in this folder.
        this.pool.run(input, { name, signal: inner }) as Promise<T>,
    );
  }
}

/** The same rules on the caller's own thread, for tools and tests. */
export function rulesHere(rules: {
  readonly gateAnswer: (answer: WaitedAnswer) => RuleVerdict;
  readonly harmfulTexts: (texts: readonly string[]) => boolean[];
  readonly maskTexts: (texts: readonly string[]) => MaskedText[];
}): TextRules {
  return {
    gate: async (answer) => rules.gateAnswer(answer),
    harmful: async (texts) => rules.harmfulTexts(texts),
    mask: async (texts) => rules.maskTexts(texts),
  };
}
