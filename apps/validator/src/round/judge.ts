import { SCORING_VERSION } from '@bettertherapy/scoring';
import type { Round } from '@bettertherapy/store';
import { type Answer, answersOf } from './answers.js';
import { bankEntry } from './bankEntry.js';
import type { RoundParts, StageFn } from './parts.js';

/**
 * The hidden controls first, then every answer that passed its gate: question by question and answer by answer, so that
 * the model's evaluated prefix is used again, and one commit per judgement, so that a restart repeats at most one.
 */
export const judge: StageFn = async (round, parts, signal) => {
  const { store, examiner, clock } = parts;
  store.judgements.ensureManifest({
    sha256: examiner.manifestSha256,
    manifest: examiner.manifest,
    scoringVersion: SCORING_VERSION,
    firstSeenMs: clock.wallMs(),
  });
  await judgeControls(round, parts, signal);
  const gates = new Map(store.judgements.gatesOfRound(round.id).map((row) => [row.requestId, row]));
  const done = new Set(store.judgements.ofRound(round.id).map((row) => row.requestId));
  for (const answer of answersOf(store, round.id)) {
    const gate = gates.get(answer.request.id);
    if (!gate?.pass || done.has(answer.request.id)) continue;
    await judgeOne(answer, gate.result, parts, signal);
  }
  const controls = store.judgements.controlsOfRound(round.id);
  return {
    outcome: {
      judged: store.judgements.ofRound(round.id).length,
      controls: controls.length,
      controlsFailed: controls.filter((row) => !row.pass).length,
    },
    finished: false,
  };
};

async function judgeOne(
  { request, question, response }: Answer,
  gate: Parameters<RoundParts['examiner']['judge']>[0]['gate'],
  parts: RoundParts,
  signal: AbortSignal,
): Promise<void> {
  if (response.output === null) return;
  const startedMs = parts.clock.monotonicMs();
  const judgement = await parts.examiner.judge(
    { question: bankEntry.read(question), askedText: question.askedText, answer: response.output, gate },
    signal,
  );
  const tookMs = parts.clock.monotonicMs() - startedMs;
  parts.store.judgements.record({ ...judgement, requestId: request.id, judgedMs: parts.clock.wallMs(), tookMs });
  parts.metrics?.judged(judgement.reward === null ? 'undecided' : 'ok', tookMs);
  parts.log.debug('answer judged', { requestId: request.id, reward: judgement.reward, tookMs: Math.round(tookMs) });
}

async function judgeControls(round: Round, parts: RoundParts, signal: AbortSignal): Promise<void> {
  const { store, clock, metrics, log } = parts;
  const asked = store.questions.ofRound(round.id);
  const question = asked[0] && bankEntry.read(asked[0]);
  const other = asked[1] ? bankEntry.read(asked[1]) : parts.bank.find((one) => one.theme !== question?.theme);
  if (!question || !other || store.judgements.controlsOfRound(round.id).length > 0) return;
  const report = await parts.examiner.controls(question, other, signal);
  store.judgements.recordControls(report.map((row) => ({ ...row, roundId: round.id, checkedMs: clock.wallMs() })));
  for (const { kind, pass, reward, low, high } of report) {
    metrics?.control(kind, pass ? 'pass' : 'fail');
    if (!pass) log.warn('judge control out of range', { roundId: round.id, kind, reward, low, high });
  }
}
