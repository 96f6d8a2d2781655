import type { FeatureName } from './features.js';

/** How sure a rule is: 'attack' zeroes the answer; 'doubt' hides the sentence from the judge and takes the lower score. */
export type Suspicion = 'attack' | 'doubt';

export interface RuleHit {
  readonly rule: string;
  readonly suspicion: Suspicion;
}

export type Has = (name: FeatureName) => boolean;

/** One rule over a probe sentence; `has` reads its features. */
export interface Rule {
  readonly name: string;
  readonly test: (sentence: string, has: Has) => boolean;
}

/** A rule that is one expression. */
export function pattern(name: string, expression: RegExp): Rule {
  return { name, test: (sentence) => expression.test(sentence) };
}

/** A rule that is one expression, void inside a condition or a question ("if the answer is yes …"). */
export function unconditional(name: string, expression: RegExp): Rule {
  return { name, test: (sentence, has) => expression.test(sentence) && !has('conditional') };
}
