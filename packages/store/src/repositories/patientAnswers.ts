import type { Hotkey } from '@bettertherapy/core';
import { and, asc, count, desc, eq, gte, isNull, lt, sql } from 'drizzle-orm';
import { patientAnswers, patientCandidates, patientSessions } from '../schema/index.js';
import type { Session } from '../session.js';
import { type SessionQuestion, type ShownAnswer, writeAnswer, writeQuestion } from './sessionMessages.js';

export type PatientAnswer = typeof patientAnswers.$inferSelect;
export type Candidate = typeof patientCandidates.$inferSelect;

export interface NewCandidate {
  readonly hotkey: Hotkey;
  readonly registeredAtBlock: number;
  readonly uid: number;
  readonly requestId: string;
  readonly explored: boolean;
}

export interface NewPatientAnswer {
  readonly id: string;
  readonly caller: string;
  readonly twinId: string;
  readonly twinVersion: number;
  readonly crisis: PatientAnswer['crisis'];
  readonly nowMs: number;
  /** Null: asked without a session, and no text is kept. */
  readonly session: SessionQuestion | null;
}

/** How a candidate did. */
export interface CandidateOutcome {
  readonly answerId: string;
  readonly hotkey: Hotkey;
  readonly statusCode: number;
  readonly responseMs: number;
  readonly refusedBy: string | null;
  readonly gatePass: boolean | null;
  readonly gateReason: string | null;
}

export interface AnswerEnd {
  readonly id: string;
  readonly state: Exclude<PatientAnswer['state'], 'open'>;
  readonly chosen: Hotkey | null;
  readonly firstGoodMs: number | null;
  readonly firstWordMs: number | null;
  readonly nowMs: number;
  /** What the patient was shown; null outside a session. */
  readonly message: ShownAnswer | null;
}

/** Questions of patients on their way through the miners: intent, candidates, end. */
export class PatientAnswerRepository {
  constructor(private readonly session: Session) {}

  /**
   * Writes the question and that it is being answered, before anybody is asked.
   * @throws CodedError STORE_OUT_OF_STEP when the session is gone, has an open question, or has nothing to ask again
   */
  begin(at: NewPatientAnswer): void {
    const { id, session, caller, twinId, twinVersion, crisis, nowMs } = at;
    this.session.write('patientAnswers.begin', (tx) => {
      if (session !== null) writeQuestion(tx, session, at);
      tx.insert(patientAnswers)
        .values({
          id,
          sessionId: session?.id ?? null,
          caller,
          twinId,
          twinVersion,
          crisis,
          state: 'open',
          askedMs: nowMs,
        })
        .run();
    });
  }

  /** Whom it is put to; written before they are asked. */
  intend(answerId: string, candidates: readonly NewCandidate[]): void {
    if (candidates.length === 0) return;
    this.session.write('patientAnswers.intend', (tx) => {
      tx.insert(patientCandidates)
        .values(candidates.map((one) => ({ ...one, answerId })))
        .run();
    });
  }

  /** False when the answer is gone meanwhile, with its patient. */
  recordCandidate({ answerId, hotkey, ...outcome }: CandidateOutcome): boolean {
    return this.session.write(
      'patientAnswers.recordCandidate',
      (tx) => tx.update(patientCandidates).set(outcome).where(candidateKey(answerId, hotkey)).run().changes === 1,
    );
  }

  recordQuick(answerId: string, hotkey: Hotkey, quick: number): void {
    this.session.write('patientAnswers.recordQuick', (tx) => {
      tx.update(patientCandidates).set({ quick }).where(candidateKey(answerId, hotkey)).run();
    });
  }

  /** Ends an open question, once; false when it was ended or deleted meanwhile. */
  end(at: AnswerEnd): boolean {
    const { id, state, chosen, firstGoodMs, firstWordMs, nowMs, message } = at;
    return this.session.write('patientAnswers.end', (tx) => {
      const ended = tx
        .update(patientAnswers)
        .set({ state, firstGoodMs, firstWordMs, endedMs: nowMs })
        .where(and(eq(patientAnswers.id, id), eq(patientAnswers.state, 'open')))
        .returning({ sessionId: patientAnswers.sessionId })
        .get();
      if (!ended) return false;
      if (chosen !== null) tx.update(patientCandidates).set({ chosen: true }).where(candidateKey(id, chosen)).run();
      if (ended.sessionId !== null && message !== null) {
        writeAnswer(tx, { answerId: id, sessionId: ended.sessionId, message, nowMs });
      }
      return true;
    });
  }

  /** After a restart: what was open then will never be answered. */
  loseOpen(nowMs: number): number {
    return this.session.write(
      'patientAnswers.loseOpen',
      (tx) =>
        tx.update(patientAnswers).set({ state: 'lost', endedMs: nowMs }).where(eq(patientAnswers.state, 'open')).run()
          .changes,
    );
  }

  byId(id: string): PatientAnswer | null {
    return this.session.read(
      'patientAnswers.byId',
      (tx) => tx.select().from(patientAnswers).where(eq(patientAnswers.id, id)).get() ?? null,
    );
  }

  candidates(answerId: string): Candidate[] {
    return this.session.read('patientAnswers.candidates', (tx) =>
      tx
        .select()
        .from(patientCandidates)
        .where(eq(patientCandidates.answerId, answerId))
        .orderBy(asc(patientCandidates.hotkey))
        .all(),
    );
  }

  /** The answer together with whose session it is of; null outside a session. */
  withPatient(
    id: string,
  ):
    | (PatientAnswer & { readonly patientId: string; readonly sessionCrisis: boolean; readonly miner: Hotkey | null })
    | null {
    return this.session.read('patientAnswers.withPatient', (tx) => {
      const row = tx
        .select({ answer: patientAnswers, patientId: patientSessions.patientId, crisis: patientSessions.crisis })
        .from(patientAnswers)
        .innerJoin(patientSessions, eq(patientSessions.id, patientAnswers.sessionId))
        .where(eq(patientAnswers.id, id))
        .get();
      if (!row) return null;
      const chosen = tx
        .select({ hotkey: patientCandidates.hotkey })
        .from(patientCandidates)
        .where(and(eq(patientCandidates.answerId, id), eq(patientCandidates.chosen, true)))
        .get();
      return { ...row.answer, patientId: row.patientId, sessionCrisis: row.crisis, miner: chosen?.hotkey ?? null };
    });
  }

  /** How often each miner was put questions since `sinceMs`, and how often it gave a good answer. */
  counts(sinceMs: number): { readonly hotkey: Hotkey; readonly asked: number; readonly good: number }[] {
    return this.session.read('patientAnswers.counts', (tx) =>
      tx
        .select({
          hotkey: patientCandidates.hotkey,
          asked: count(),
          good: sql<number>`coalesce(sum(${patientCandidates.gatePass}), 0)`,
        })
        .from(patientCandidates)
        .innerJoin(patientAnswers, eq(patientAnswers.id, patientCandidates.answerId))
        .where(gte(patientAnswers.askedMs, sinceMs))
        .groupBy(patientCandidates.hotkey)
        .all(),
    );
  }

  /** Newest first, for observers. */
  latest(limit: number): PatientAnswer[] {
    return this.session.read('patientAnswers.latest', (tx) =>
      tx
        .select()
        .from(patientAnswers)
        .orderBy(desc(patientAnswers.askedMs), desc(patientAnswers.id))
        .limit(limit)
        .all(),
    );
  }

  /** Removes what programs asked without a session; what patients asked goes with their sessions. */
  deleteSessionless(beforeMs: number): number {
    return this.session.write(
      'patientAnswers.deleteSessionless',
      (tx) =>
        tx
          .delete(patientAnswers)
          .where(and(isNull(patientAnswers.sessionId), lt(patientAnswers.askedMs, beforeMs)))
          .run().changes,
    );
  }
}

function candidateKey(answerId: string, hotkey: Hotkey) {
  return and(eq(patientCandidates.answerId, answerId), eq(patientCandidates.hotkey, hotkey));
}
