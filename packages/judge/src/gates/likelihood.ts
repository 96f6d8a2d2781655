import type { Asker } from '../asker.js';
import type { JudgeProfile } from '../profile.js';

/** How likely the judge model finds an answer by itself and as a reply to the question; nats per token. */
export interface LikelihoodReport {
  readonly perplexity: number;
  /** Perplexity of the worst 32-token window over the median window. 1 for short answers. */
  readonly worstWindow: number;
  /** NLL(answer) − NLL(answer | question), per token. About 0 for text that has nothing to do with the question. */
  readonly gain: number;
  readonly tokens: number;
}

const WINDOW = 32;
/** A turn that says nothing about the question but opens the same kind of reply. */
const NEUTRAL_TURN = 'Please write a short reply.';

/** Mean of −logProb; 0 for none. */
function meanNll(logProbs: readonly number[]): number {
  let sum = 0;
  for (const value of logProbs) sum -= value;
  return logProbs.length === 0 ? 0 : sum / logProbs.length;
}

/** Two passes over the answer (after a neutral turn, then after the question) with the judge model. */
export async function measureLikelihood(asker: Asker, askedText: string, answer: string): Promise<LikelihoodReport> {
  const alone = await asker.logLikelihood({ system: '', prefix: NEUTRAL_TURN, suffix: '' }, answer);
  const given = await asker.logLikelihood({ system: '', prefix: askedText, suffix: '' }, answer);
  return {
    perplexity: Math.exp(meanNll(alone.logProbs)),
    worstWindow: worstWindowRatio(alone.logProbs),
    gain: meanNll(alone.logProbs) - meanNll(given.logProbs),
    tokens: alone.logProbs.length,
  };
}

/** Perplexity of the worst window over the median one, windows of 32 tokens at steps of 16. */
export function worstWindowRatio(logProbs: readonly number[]): number {
  const windows: number[] = [];
  for (let at = 0; at + WINDOW <= logProbs.length; at += WINDOW / 2) {
    windows.push(meanNll(logProbs.slice(at, at + WINDOW)));
  }
  if (windows.length < 3) return 1;
  windows.sort((a, b) => a - b);
  const median = windows[Math.floor(windows.length / 2)] ?? 0;
  return Math.exp((windows.at(-1) ?? 0) - median);
}

/** Without likelihoods only an answer with hardly any word of the topic is called off topic. */
const TOPIC_ALONE = 0.03;

/**
 * Garbage → 0; off topic → cap: the question explains nothing of the answer, or only a little and the answer shares
 * hardly a word with question and reference (`topical`, 0…1). Thresholds belong to the model, see {@link JudgeProfile}.
 */
export function judgeLikelihood(
  report: LikelihoodReport | null,
  topical: number,
  profile: JudgeProfile,
): 'garbage' | 'off_topic' | 'ok' {
  if (report === null || report.tokens === 0) return topical < TOPIC_ALONE ? 'off_topic' : 'ok';
  if (report.perplexity > profile.maximumPerplexity) return 'garbage';
  if (report.worstWindow > profile.maximumWindowRatio) return 'garbage';
  if (report.gain < profile.minimumGain) return 'off_topic';
  return report.gain < profile.weakGain && topical < profile.weakTopic ? 'off_topic' : 'ok';
}
