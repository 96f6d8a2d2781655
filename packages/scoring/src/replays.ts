import { estimateJaccard, minHash } from './minHash.js';
import { jaccard, shingles } from './shingles.js';

/** Exact Jaccard from which an answer repeats an older one of the same miner. */
export const REPLAY_AT = 0.8;
/** With fewer shingles of its own a text is too short to call a replay. */
const FEWEST_SHINGLES = 8;
/** The signature's estimate may be this far below the exact value before a pair is missed (> 4 standard errors). */
const ESTIMATE_SLACK = 0.2;

export interface AnsweredText {
  readonly text: string;
  /** As it was asked; quoting it does not count. */
  readonly question: string;
}

/** MinHash of the answer's word 5-grams, help-line sentences and quotes left out; null for a text too short to tell. */
export function replaySignature({ text, question }: AnsweredText): Uint32Array | null {
  const set = shingles(text, { ignore: [question] });
  return set.size < FEWEST_SHINGLES ? null : minHash(set);
}

/** False when two signatures rule a replay out; true asks for the exact comparison. */
export function mayBeReplay(a: Uint32Array, b: Uint32Array): boolean {
  return estimateJaccard(a, b) >= REPLAY_AT - ESTIMATE_SLACK;
}

/** Exact Jaccard of two answers to two questions, quotes of either question left out; 0 when one is too short to tell. */
export function replaySimilarity(a: AnsweredText, b: AnsweredText): number {
  const ignore = [a.question, b.question];
  const [one, other] = [shingles(a.text, { ignore }), shingles(b.text, { ignore })];
  return one.size < FEWEST_SHINGLES || other.size < FEWEST_SHINGLES ? 0 : jaccard(one, other);
}
