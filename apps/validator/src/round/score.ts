import { type CopyFinding, findCopies, SCORING_VERSION, totalScore } from '@bettertherapy/scoring';
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
  const copies = copiesOf(answers, gates);
  const nowMs = clock.wallMs();
  const scores = answers.map((answer) => {
    const id = answer.request.id;
    return scoreOf(answer, { gate: gates.get(id), judgement: judged.get(id), copy: copies.get(id) }, nowMs);
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

function copiesOf(answers: readonly Answer[], gates: ReadonlyMap<string, GateRow>): Map<string, CopyFinding> {
  const found = new Map<string, CopyFinding>();
  for (const questionId of new Set(answers.map(({ question }) => question.id))) {
    const group = answers.filter(({ question, request }) => question.id === questionId && gates.get(request.id)?.pass);
    const findings = findCopies(
      group.map(({ request, response }) => ({
        id: request.id,
        text: response.output ?? '',
        arrivedMs: response.receivedMs,
      })),
      { ignore: group.slice(0, 1).map(({ question }) => question.askedText) },
    );
    for (const finding of findings) found.set(finding.id, finding);
  }
  return found;
}

interface Findings {
  readonly gate: GateRow | undefined;
  readonly judgement: FullJudgement | undefined;
  readonly copy: CopyFinding | undefined;
}

function scoreOf({ request, response }: Answer, found: Findings, nowMs: number): Omit<Score, 'roundId'> {
  const isCopy = found.copy?.verdict === 'copy';
  const judgedReward = found.gate?.pass ? (found.judgement?.reward ?? null) : found.gate ? 0 : null;
  const reward = isCopy ? 0 : judgedReward;
  const total = totalScore({ reward, responseMs: response.responseMs, output: response.output });
  return {
    requestId: request.id,
    hotkey: request.hotkey,
    reward,
    ...total,
    copyOf: isCopy ? (found.copy?.of ?? null) : null,
    components: {
      judgedReward,
      rubric: found.judgement?.rubric ?? null,
      versus: found.judgement?.versus.value ?? null,
      facts: found.judgement?.facts ?? null,
      lengthAdjustment: found.judgement?.lengthAdjustment ?? null,
      caps: found.judgement?.caps ?? [],
      gate: found.gate ? (found.gate.reason ?? 'passed') : null,
      judge: found.judgement?.details ?? null,
      refusedBy: response.refusedBy,
      responseMs: response.responseMs,
      copy: found.copy ? { of: found.copy.of, jaccard: found.copy.jaccard, verdict: found.copy.verdict } : null,
    },
    scoringVersion: SCORING_VERSION,
    manifestSha256: found.judgement?.manifestSha256 ?? null,
    scoredMs: nowMs,
  };
}
