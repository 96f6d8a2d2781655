import { CodedError, describeError, retry } from '@bettertherapy/core';
import type { Examiner, Question } from '@bettertherapy/judge';
import { type LengthFit, SCORING_VERSION } from '@bettertherapy/scoring';
import type { Round } from '@bettertherapy/store';
import { type Answer, answersOf } from './answers.js';
import { bankEntry } from './bankEntry.js';
import { judgeOrganic } from './judgeOrganic.js';
import { lengthFitOf } from './lengthFit.js';
import type { RoundParts, StageFn } from './parts.js';
import { giveStrike } from './strike.js';

/**
 * The hidden controls first, then every answer that passed its gate: question by question and answer by answer, so that
 * the model's evaluated prefix is used again, and one commit per judgement, so that a restart repeats at most one.
 * An answer that cannot be judged while the model works is recorded as undecided.
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
  for (const answer of answersOf(store, round.id)) {
    const gate = gates.get(answer.request.id);
    if (!gate?.pass || done.has(answer.request.id)) continue;
    try {
      await retried(answer, parts, signal, () => judgeOnce(answer, fit, parts, signal));
    } catch (error) {
      signal.throwIfAborted();
      if (parts.isFatal(error)) throw error;
      await probe(answer, error, parts, signal);
      recordUnjudgeable(answer, error, parts);
    }
  }
  const organic = await judgeOrganic(parts, signal);
  const controls = store.judgements.controlsOfRound(round.id);
  return {
    outcome: {
      judged: store.judgements.ofRound(round.id).length,
      organic,
      controls: controls.length,
      controlsFailed: controls.filter((row) => !row.pass).length,
    },
    finished: false,
  };
};

const TRIES = 3;
const RETRY_DELAY_MS = 1_000;

/**
 * After an answer that no try could judge: has the model judge what it surely can. Rejects with the answer's `error` when
 * that fails too, because then the model is to blame and nothing may be recorded; the round goes on when it is back.
 */
async function probe(answer: Answer, error: unknown, parts: RoundParts, signal: AbortSignal): Promise<void> {
  const question = bankEntry.read(answer.question);
  try {
    await retried(answer, parts, signal, () => parts.examiner.probe(question, signal));
  } catch (cause) {
    signal.throwIfAborted();
    if (parts.isFatal(cause)) throw cause;
    parts.log.warn('the judge model is out, judging stops here', {
      requestId: answer.request.id,
      error: describeError(cause),
    });
    throw error;
  }
}

async function retried(
  { request }: Answer,
  parts: RoundParts,
  signal: AbortSignal,
  work: () => Promise<void>,
): Promise<void> {
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
          requestId: request.id,
          attempt,
          error: describeError(error),
        }),
    },
    work,
  );
}

async function judgeOnce(
  { request, question, response }: Answer,
  lengthFit: LengthFit | null,
  parts: RoundParts,
  signal: AbortSignal,
): Promise<void> {
  const { output } = response;
  if (output === null) return;
  const { store, clock, metrics, log, tracer } = parts;
  const attributes = {
    ...{ 'bt.request.id': request.id, 'bt.miner.hotkey': request.hotkey },
    'gen_ai.request.model': parts.examiner.modelName,
  };
  await tracer.span('judge answer', { attributes }, async (span) => {
    const startedMs = clock.monotonicMs();
    const { row, gateReason, strike } = await parts.examiner.judge(
      { question: bankEntry.read(question), askedText: question.askedText, answer: output, lengthFit },
      signal,
    );
    const tookMs = clock.monotonicMs() - startedMs;
    if (strike) giveStrike(request, gateReason ?? 'doubt', parts);
    store.judgements.record({ ...row, requestId: request.id, judgedMs: clock.wallMs(), tookMs });
    if (gateReason !== null) {
      parts.refused?.({ hotkey: request.hotkey, code: `gate:${gateReason}`, status: response.statusCode });
    }
    const outcome = gateReason !== null ? 'gated' : row.reward === null ? 'undecided' : 'ok';
    span.set({ 'bt.outcome': gateReason ?? outcome, 'bt.reward': row.reward ?? undefined });
    metrics?.judged(outcome, tookMs);
    log.debug('answer judged', { requestId: request.id, reward: row.reward, gateReason, tookMs: Math.round(tookMs) });
  });
}

async function judgeControls(round: Round, parts: RoundParts, signal: AbortSignal): Promise<void> {
  const { store, metrics, log } = parts;
  const asked = store.questions.ofRound(round.id);
  const question = asked[0] && bankEntry.read(asked[0]);
  const other = asked[1] ? bankEntry.read(asked[1]) : parts.bank.find((one) => one.theme !== question?.theme);
  if (!question || !other) return;
  const done = new Set(store.judgements.controlsOfRound(round.id).map((row) => row.kind));
  for (const kind of parts.examiner.controlKinds.filter((one) => !done.has(one))) {
    const { pass, reward, low, high } = await judgeControl(kind, [question, other], round, parts, signal);
    metrics?.control(kind, pass ? 'pass' : 'fail');
    log.debug('control judged', { roundId: round.id, kind, reward, pass });
    if (!pass) log.warn('judge control out of range', { roundId: round.id, kind, reward, low, high });
  }
}

function judgeControl(
  kind: string,
  [question, other]: readonly [Question, Question],
  round: Round,
  { examiner, store, clock, tracer }: RoundParts,
  signal: AbortSignal,
): ReturnType<Examiner['control']> {
  const attributes = { 'bt.control': kind, 'gen_ai.request.model': examiner.modelName };
  return tracer.span('judge control', { attributes }, async (span) => {
    const control = await examiner.control(kind, question, other, signal);
    store.judgements.recordControl({ ...control, roundId: round.id, checkedMs: clock.wallMs() });
    span.set({ 'bt.outcome': control.pass ? 'pass' : 'out_of_range', 'bt.reward': control.reward ?? undefined });
    return control;
  });
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
