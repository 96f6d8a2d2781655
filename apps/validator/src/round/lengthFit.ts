import { fitLength, type LengthFit, type LengthSample } from '@bettertherapy/scoring';
import type { JudgedLength, Round } from '@bettertherapy/store';
import { z } from 'zod';
import type { RoundParts } from './parts.js';

/** Rounds that the fit looks back on. */
const ROUNDS = 50;
/** Judgements it is made from at most, the newest first. */
const MOST_SAMPLES = 5_000;

const judged = z.object({ words: z.number().int().positive(), gate: z.object({ pass: z.literal(true) }) });

/**
 * The fit of reward on length that the answers of a round are adjusted by: made once, from the rounds before it, and
 * kept with the round, so that a resumed round and whoever computes it again use the same one. Null: too few answers.
 */
export function lengthFitOf(round: Round, { store, examiner, clock, log }: RoundParts): LengthFit | null {
  const kept = store.lengthFits.ofRound(round.id);
  if (kept) return kept.fit;
  const { manifestSha256 } = examiner;
  const samples = store.lengthFits.recent({ manifestSha256, rounds: ROUNDS, limit: MOST_SAMPLES }).flatMap(sampleOf);
  const fit = fitLength(samples);
  store.lengthFits.keep({ roundId: round.id, fit, fittedMs: clock.wallMs() });
  log.debug('length fitted', { roundId: round.id, ...fit });
  return fit;
}

/** The reward before its adjustment. A capped or gated answer says nothing about what length earns. */
function sampleOf({ questionId, reward, lengthAdjustment, caps, details }: JudgedLength): LengthSample[] {
  const found = judged.safeParse(details);
  if (!found.success || caps.length > 0) return [];
  return [{ questionId, words: found.data.words, score: reward - lengthAdjustment }];
}
