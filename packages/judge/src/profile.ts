import type { ModelInfo } from '@bettertherapy/llm';

/** What depends on how good the judge model is. Enters the judge manifest. */
export interface JudgeProfile {
  readonly name: string;
  /** Yes + No together must hold at least this much probability, else the item is undecided. */
  readonly minimumMass: number;
  /** Perplexity of an answer under the judge model above which it is garbage. */
  readonly maximumPerplexity: number;
  /** Perplexity of the worst 32-token window over the median window above which an answer is garbage. */
  readonly maximumWindowRatio: number;
  /** Nats per token that the question must explain of an answer, else it is off topic. */
  readonly minimumGain: number;
  /** Below this gain an answer must also share words with question or reference, else it is off topic. */
  readonly weakGain: number;
  /** Share of an answer's content words that must be on the topic when the gain is weak. */
  readonly weakTopic: number;
  /** Ask critical items and their negation and average; off for models that do not understand a negation. */
  readonly askNegations: boolean;
  /** Ask the model whether the answer speaks to a grader; above 0.5 the answer is treated as doubtful. */
  readonly secondPass: boolean;
  /** P(yes) from which a critical item counts as met. */
  readonly criticalAt: number;
  /** A critical item must also lie this far above the reference's own P(yes), else the judge cannot tell them apart. */
  readonly criticalMargin: number;
  /** Judge a truncated, shuffled copy of doubtful answers; only a model whose scores mean something can tell. */
  readonly robustCopies: boolean;
  /** Ids of the shared core items that are asked; null: all. A small judge answers all of them alike, so it is asked few. */
  readonly coreItems: readonly string[] | null;
  /** Range of the reward of each hidden control. */
  readonly controls: Readonly<Record<'reference' | 'null' | 'other_reference', readonly [low: number, high: number]>>;
}

/** For 7B models and larger. */
export const LARGE_JUDGE: JudgeProfile = {
  name: 'large',
  minimumMass: 0.5,
  maximumPerplexity: 200,
  maximumWindowRatio: 20,
  minimumGain: 0.05,
  weakGain: 0.1,
  weakTopic: 0.12,
  askNegations: true,
  secondPass: true,
  criticalAt: 0.5,
  criticalMargin: 0.2,
  robustCopies: true,
  coreItems: null,
  controls: { reference: [0.63, 0.77], null: [0, 0.25], other_reference: [0, 0.25] },
};

/**
 * For models that are too small to judge (below about 1B): they prove the plumbing. Their own honest answers must
 * pass, so the thresholds are wide, and what they cannot do (negation, spotting an injection) is not asked.
 */
export const SMALL_JUDGE: JudgeProfile = {
  name: 'small',
  minimumMass: 0.05,
  maximumPerplexity: 400,
  maximumWindowRatio: 60,
  minimumGain: 0,
  weakGain: 0.16,
  weakTopic: 0.15,
  askNegations: false,
  secondPass: false,
  criticalAt: 0.5,
  criticalMargin: 0.3,
  robustCopies: false,
  coreItems: ['rel', 'emp', 'act', 'ref', 'fac', 'med', 'har'],
  // The null answer came out at 0.15…0.20 with the 135M model (7 questions): off topic by its likelihood.
  controls: { reference: [0.5, 0.85], null: [0, 0.25], other_reference: [0, 0.25] },
};

/** The profile for a model by the size in its name: below 1B (or "M") is small, everything else large. */
export function profileFor(info: ModelInfo): JudgeProfile {
  return /(?:^|[^0-9.])(?:\d{2,3}m|0\.\d+b)(?:[^a-z]|$)/iu.test(info.name) ? SMALL_JUDGE : LARGE_JUDGE;
}
