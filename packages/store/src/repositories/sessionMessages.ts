import { and, eq, max, sql } from 'drizzle-orm';
import { outOfStep } from '../errors.js';
import { patientAnswers, patientMessages, patientSessions } from '../schema/index.js';
import type { AnswerSource, JsonRecord } from '../schema/shapes.js';
import type { Tx } from '../session.js';

/** A question of a patient in a session. */
export interface SessionQuestion {
  readonly id: string;
  readonly messageId: string;
  /** The new question; null asks the last one again and sets its answers aside. */
  readonly question: string | null;
  /** For a session that has none yet. */
  readonly title: string;
}

/** What a patient was shown as an answer. */
export interface ShownAnswer {
  readonly id: string;
  readonly content: string;
  readonly status: 'complete' | 'stopped' | 'failed';
  readonly sources: readonly AnswerSource[];
  readonly crisis: JsonRecord | null;
}

/**
 * The new question of a session as a message, or its last one opened again.
 * @throws CodedError STORE_OUT_OF_STEP as `PatientAnswerRepository.begin`
 */
export function writeQuestion(
  tx: Tx,
  session: SessionQuestion,
  at: { readonly crisis: (typeof patientAnswers.$inferSelect)['crisis']; readonly nowMs: number },
): void {
  const { id: sessionId, messageId, question, title } = session;
  const open = tx
    .select({ id: patientAnswers.id })
    .from(patientAnswers)
    .where(and(eq(patientAnswers.sessionId, sessionId), eq(patientAnswers.state, 'open')))
    .get();
  if (open) throw outOfStep('a question of this session is being answered', { sessionId });
  const position = nextPosition(tx, sessionId);
  if (question === null) supersede(tx, sessionId);
  else {
    tx.insert(patientMessages)
      .values({
        id: messageId,
        sessionId,
        position,
        role: 'user',
        content: question,
        status: 'complete',
        answerId: null,
        sources: [],
        crisis: null,
        createdMs: at.nowMs,
      })
      .run();
  }
  const touched = tx
    .update(patientSessions)
    .set({
      updatedMs: at.nowMs,
      ...(at.crisis === 'crisis' ? { crisis: true } : {}),
      ...(position === 0 ? { title } : {}),
    })
    .where(eq(patientSessions.id, sessionId))
    .run();
  if (touched.changes === 0) throw outOfStep('there is no such session', { sessionId });
}

/** What the patient was shown, as the session's newest message. */
export function writeAnswer(
  tx: Tx,
  at: {
    readonly answerId: string;
    readonly sessionId: string;
    readonly message: ShownAnswer;
    readonly nowMs: number;
  },
): void {
  const { answerId, sessionId, nowMs } = at;
  const { sources, ...row } = at.message;
  tx.insert(patientMessages)
    .values({
      ...row,
      sources: [...sources],
      sessionId,
      position: nextPosition(tx, sessionId),
      role: 'assistant',
      answerId,
      createdMs: nowMs,
    })
    .run();
  tx.update(patientSessions).set({ updatedMs: nowMs }).where(eq(patientSessions.id, sessionId)).run();
}

/** Sets the answers to the last question aside. */
function supersede(tx: Tx, sessionId: string): void {
  const lastAsked = tx
    .select({ position: max(patientMessages.position) })
    .from(patientMessages)
    .where(and(eq(patientMessages.sessionId, sessionId), eq(patientMessages.role, 'user')))
    .get()?.position;
  if (typeof lastAsked !== 'number') throw outOfStep('nothing was asked in this session', { sessionId });
  tx.update(patientMessages)
    .set({ status: 'superseded' })
    .where(and(eq(patientMessages.sessionId, sessionId), sql`${patientMessages.position} > ${lastAsked}`))
    .run();
}

function nextPosition(tx: Tx, sessionId: string): number {
  const last = tx
    .select({ n: max(patientMessages.position) })
    .from(patientMessages)
    .where(eq(patientMessages.sessionId, sessionId))
    .get();
  return (last?.n ?? -1) + 1;
}
