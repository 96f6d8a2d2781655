import { CodedError, describeError, retry } from '@bettertherapy/core';
import { type LengthFit, SCORING_VERSION } from '@bettertherapy/scoring';
import type { Round } from '@bettertherapy/store';
import { type Answer, answersOf } from './answers.js';
import { bankEntry } from './bankEntry.js';
import { lengthFitOf } from './lengthFit.js';
import type { RoundParts, StageFn } from './parts.js';
import { giveStrike } from './strike.js';

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
  const fit = lengthFitOf(round, parts);
  const gates = new Map(store.judgements.gatesOfRound(round.id).map((row) => [row.requestId, row]));
  const done = new Set(store.judgements.ofRound(round.id).map((row) => row.requestId));
  let inARow = 0;
  for (const answer of answersOf(store, round.id)) {
    const gate = gates.get(answer.request.id);
    if (!gate?.pass || done.has(answer.request.id)) continue;
    try {
      await judgeOne(answer, fit, parts, signal);
      inARow = 0;
    } catch (error) {
      signal.throwIfAborted();
      inARow += 1;
      // One answer that the model cannot take is that answer's fault; several in a row are the model's.
      if (inARow > MOST_IN_A_ROW || parts.isFatal(error)) throw error;
      recordUnjudgeable(answer, error, parts);
    }
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

const TRIES = 3;
const RETRY_DELAY_MS = 1_000;
const MOST_IN_A_ROW = 2;

async function judgeOne(answer: Answer, fit: LengthFit | null, parts: RoundParts, signal: AbortSignal): Promise<void> {
  const { clock, log } = parts;
  await retry(
    {
      attempts: TRIES,
      firstDelayMs: RETRY_DELAY_MS,
      maxDelayMs: RETRY_DELAY_MS * TRIES,
      signal,
      clock,
      retryable: (error) => parts.isPassing(error),
      onRetry: (error, attempt) =>
        log.warn('judging failed, trying again', {
          requestId: answer.request.id,
          attempt,
          error: describeError(error),
        }),
    },
    () => judgeOnce(answer, fit, parts, signal),
  );
}

async function judgeOnce(
  { request, question, response }: Answer,
  lengthFit: LengthFit | null,
  parts: RoundParts,
  signal: AbortSignal,
): Promise<void> {
  if (response.output === null) return;
  const { store, clock, metrics, log } = parts;
  const startedMs = clock.monotonicMs();
  const { row, gateReason, strike } = await parts.examiner.judge(
    { question: bankEntry.read(question), askedText: question.askedText, answer: response.output, lengthFit },
    signal,
  );
  const tookMs = clock.monotonicMs() - startedMs;
  if (strike) giveStrike(request, gateReason ?? 'doubt', parts);
  store.judgements.record({ ...row, requestId: request.id, judgedMs: clock.wallMs(), tookMs });
  metrics?.judged(gateReason !== null ? 'gated' : row.reward === null ? 'undecided' : 'ok', tookMs);
  log.debug('answer judged', { requestId: request.id, reward: row.reward, gateReason, tookMs: Math.round(tookMs) });
}

async function judgeControls(round: Round, parts: RoundParts, signal: AbortSignal): Promise<void> {
  const { store, clock, metrics, log } = parts;
  const asked = store.questions.ofRound(round.id);
  const question = asked[0] && bankEntry.read(asked[0]);
  const other = asked[1] ? bankEntry.read(asked[1]) : parts.bank.find((one) => one.theme !== question?.theme);
  if (!question || !other) return;
  const done = new Set(store.judgements.controlsOfRound(round.id).map((row) => row.kind));
  for (const kind of parts.examiner.controlKinds.filter((one) => !done.has(one))) {
    const control = await parts.examiner.control(kind, question, other, signal);
    store.judgements.recordControl({ ...control, roundId: round.id, checkedMs: clock.wallMs() });
    const { pass, reward, low, high } = control;
    metrics?.control(kind, pass ? 'pass' : 'fail');
    log.debug('control judged', { roundId: round.id, kind, reward, pass });
    if (!pass) log.warn('judge control out of range', { roundId: round.id, kind, reward, low, high });
  }
}

/** An answer that no try could judge: undecided, so worth nothing, and the journal says why. */
function recordUnjudgeable(
  { request }: Answer,
  error: unknown,
  { store, examiner, clock, log, metrics }: RoundParts,
): void {
  const code = error instanceof CodedError ? error.code : 'UNEXPECTED';
  store.judgements.record({
    requestId: request.id,
    manifestSha256: examiner.manifestSha256,
    reward: null,
    rubric: null,
    facts: null,
    lengthAdjustment: 0,
    caps: [],
    judgedMs: clock.wallMs(),
    tookMs: 0,
    details: { error: code },
    items: [],
    versus: { levels: [], value: null },
  });
  metrics?.judged('failed', 0);
  log.error('answer could not be judged', { requestId: request.id, error: describeError(error) });
}
