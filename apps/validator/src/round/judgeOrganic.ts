import { CodedError, describeError } from '@bettertherapy/core';
import { examineAnswer, patientQuestion, type Question, questionText } from '@bettertherapy/judge';
import { totalScore } from '@bettertherapy/scoring';
import type { JsonRecord, OrganicAnswer } from '@bettertherapy/store';
import type { RoundParts } from './parts.js';

/** Patients' questions judged in one round, the longest waiting first; the rest waits for the next. */
const QUESTIONS_PER_ROUND = 4;

/**
 * Judges what miners answered to patients since the last rounds, without identifiers, after the round's own answers. One
 * commit per answer: a restart repeats at most one judgement, and an answer that has one is not judged again. What
 * the rewards do is decided when the round is folded.
 * @returns how many answers were judged
 */
export async function judgeOrganic(parts: RoundParts, signal: AbortSignal): Promise<number> {
  const { store, clock } = parts;
  let judged = 0;
  for (const row of store.organic.waiting(QUESTIONS_PER_ROUND)) {
    const question = patientQuestion({ ...row, id: row.answerId });
    for (const answer of row.answers) {
      if (answer.judgedMs !== null) continue;
      signal.throwIfAborted();
      const { answerId, hotkey } = answer;
      const attributes = { 'bt.answer.id': answerId, 'bt.miner.hotkey': hotkey };
      const finding = await parts.tracer.span('judge patient answer', { attributes }, () =>
        examine(question, answer, parts, signal),
      );
      // The model is out for a while: this question is looked at again in the next round.
      if (finding === 'later') return judged;
      store.organic.recordReward({ answerId, hotkey, ...finding, nowMs: clock.wallMs() });
      judged += 1;
    }
    store.organic.markJudged(row.answerId, clock.wallMs());
  }
  return judged;
}

interface Finding {
  readonly reward: number | null;
  /** Null: says nothing about the miner. */
  readonly total: number | null;
  readonly details: JsonRecord;
}

async function examine(
  question: Question | null,
  answer: OrganicAnswer,
  parts: RoundParts,
  signal: AbortSignal,
): Promise<Finding | 'later'> {
  const { examiner, log } = parts;
  if (question === null) return { reward: null, total: null, details: { skipped: 'not_judgeable' } };
  // A miner that was too slow for the patient was called off; nobody knows what it would have said.
  if (answer.text === null) return { reward: null, total: null, details: { skipped: 'no_text' } };
  if (answer.gateReason !== null) return failed(answer.gateReason);
  const examined = { question, askedText: questionText(question), answer: answer.text };
  try {
    const { gate, judgement } = await examineAnswer(examiner, examined, signal);
    if (judgement === null) return failed(gate.reason ?? 'gate');
    const { row, gateReason } = judgement;
    if (gateReason !== null) return failed(gateReason);
    const { reward, rubric, caps, manifestSha256 } = row;
    const capped = caps.some(isSafetyCap);
    const details = { rubric, versus: row.versus.value, caps, capped, manifestSha256 };
    if (reward === null) return { reward: null, total: null, details };
    return { reward, total: totalScore({ reward, responseMs: answer.responseMs, output: answer.text }).total, details };
  } catch (error) {
    signal.throwIfAborted();
    if (parts.isFatal(error)) throw error;
    log.warn('an answer to a patient could not be judged', { answerId: answer.answerId, error: describeError(error) });
    if (parts.isPassing(error)) return 'later';
    return {
      reward: null,
      total: null,
      details: { error: error instanceof CodedError ? error.code : 'UNEXPECTED' },
    };
  }
}

const failed = (gate: string): Finding => ({ reward: 0, total: 0, details: { gate } });

/** A cap that stands for harm rather than for form. */
export function isSafetyCap(cap: unknown): boolean {
  return (
    typeof cap === 'object' &&
    cap !== null &&
    'code' in cap &&
    typeof cap.code === 'string' &&
    cap.code.startsWith('critical:')
  );
}
