import { scoreComponents } from '@bettertherapy/evidence';
import { SCORING_VERSION, type SettledAnswer, settleQuestion } from '@bettertherapy/scoring';
import type { FullJudgement, GateRow, Score } from '@bettertherapy/store';
import { type Answer, answersOf } from './answers.js';
import type { StageFn } from './parts.js';

/**
 * Copies within each question, then one score per request with everything it was made from. Missing, refused, gated and
 * copied answers score 0. All rows and the end of the stage are one commit: a round is scored once.
 */
export const score: StageFn = async (round, parts) => {
  const { store, clock } = parts;
  const gates = new Map(store.judgements.gatesOfRound(round.id).map((row) => [row.requestId, row]));
  const judged = new Map(store.judgements.ofRound(round.id).map((row) => [row.requestId, row]));
  const answers = answersOf(store, round.id);
  const nowMs = clock.wallMs();
  const scores = [...new Set(answers.map(({ question }) => question))].flatMap((question) => {
    const own = answers.filter((answer) => answer.question === question);
    const found = own.map(({ request }) => ({ gate: gates.get(request.id), judgement: judged.get(request.id) }));
    const settled = settleQuestion(
      question.askedText,
      own.map(({ request, response }, at) => ({
        id: request.id,
        output: response.output,
        arrivedMs: response.receivedMs,
        responseMs: response.responseMs,
        gatePassed: found[at]?.gate?.pass ?? null,
        judged: found[at]?.judgement?.reward ?? null,
      })),
    );
    return own.flatMap((answer, at) => {
      const one = settled[at];
      return one ? [scoreOf(answer, one, found[at] ?? {}, nowMs)] : [];
    });
  });
  const outcome = {
    scored: scores.length,
    judged: judged.size,
    copies: scores.filter((row) => row.copyOf !== null).length,
    zero: scores.filter((row) => row.total === 0).length,
  };
  store.scores.recordRound({ roundId: round.id, scores, outcome, nowMs });
  return { outcome, finished: true };
};

interface Findings {
  readonly gate?: GateRow | undefined;
  readonly judgement?: FullJudgement | undefined;
}

function scoreOf(
  { request, response }: Answer,
  { judgedReward, reward, quality, time, total, copy }: SettledAnswer,
  { gate, judgement }: Findings,
  nowMs: number,
): Omit<Score, 'roundId'> {
  return {
    requestId: request.id,
    hotkey: request.hotkey,
    reward,
    quality,
    time,
    total,
    copyOf: copy?.verdict === 'copy' ? copy.of : null,
    components: {
      judgedReward,
      ...scoreComponents({ gate, judgement }),
      refusedBy: response.refusedBy,
      responseMs: response.responseMs,
      copy: copy && { of: copy.of, jaccard: copy.jaccard, verdict: copy.verdict },
    },
    scoringVersion: SCORING_VERSION,
    manifestSha256: judgement?.manifestSha256 ?? null,
    scoredMs: nowMs,
  };
}
