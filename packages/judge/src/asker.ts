import type { LanguageModel, LogLikelihoodResult, SharedPrompt } from '@bettertherapy/llm';
import { LEVEL_LABELS, LEVEL_LETTERS, YES_NO_LABELS } from './prompts/prompts.js';

/** What one answer cost. Tokens are prompt tokens as if nothing were reused; a local model evaluates far fewer. */
export interface JudgeCost {
  readonly modelCalls: number;
  readonly promptCharacters: number;
}

export interface YesNo {
  /** P(yes) over the two labels. */
  readonly p: number;
  /** Probability of both labels together. */
  readonly mass: number;
}

/** Puts questions to the model for one answer, one after the other so that the shared prefix stays warm, and counts them. */
export class Asker {
  private calls = 0;
  private characters = 0;

  constructor(
    private readonly model: LanguageModel,
    private readonly signal: AbortSignal | undefined,
    private readonly deadlineMs: number,
    /** Of its calls in the model's queue; higher goes first. */
    private readonly priority = 0,
  ) {}

  get cost(): JudgeCost {
    return { modelCalls: this.calls, promptCharacters: this.characters };
  }

  async yesNo(prompt: SharedPrompt): Promise<YesNo> {
    this.count(prompt);
    const { probabilities, mass } = await this.model.nextTokenProbabilities(
      { prompt, labels: YES_NO_LABELS },
      { signal: this.signal, deadlineMs: this.deadlineMs, priority: this.priority },
    );
    const yes = probabilities.yes ?? 0;
    const no = probabilities.no ?? 0;
    return { p: yes + no === 0 ? 0.5 : Math.min(1, yes / (yes + no)), mass };
  }

  /** Probabilities of the letters A…E, normalised. */
  async letters(prompt: SharedPrompt): Promise<{ readonly p: number[]; readonly mass: number }> {
    this.count(prompt);
    const { probabilities, mass } = await this.model.nextTokenProbabilities(
      { prompt, labels: LEVEL_LABELS },
      { signal: this.signal, deadlineMs: this.deadlineMs, priority: this.priority },
    );
    const raw = LEVEL_LETTERS.map((letter) => probabilities[letter] ?? 0);
    const sum = raw.reduce((total, value) => total + value, 0);
    return { p: raw.map((value) => (sum === 0 ? 1 / raw.length : Math.min(1, value / sum))), mass };
  }

  async logLikelihood(prompt: SharedPrompt, text: string): Promise<LogLikelihoodResult> {
    this.count(prompt);
    return this.model.logLikelihood(
      { prompt, text },
      { signal: this.signal, deadlineMs: this.deadlineMs, priority: this.priority },
    );
  }

  private count(prompt: SharedPrompt): void {
    this.calls += 1;
    this.characters += prompt.system.length + prompt.prefix.length + prompt.suffix.length;
  }
}
