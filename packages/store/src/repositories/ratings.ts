import type { Hotkey } from '@bettertherapy/core';
import { and, asc, desc, eq, gte, isNull } from 'drizzle-orm';
import { patientAnswers, patientCandidates, patientSessions, patients, ratings, reports } from '../schema/index.js';
import type { Session } from '../session.js';
import { type Rating, type Report, talkOf } from './patients.js';

/** What a patient says about an answer. */
export interface RatingWords {
  readonly stars: number | null;
  readonly thumb: 'up' | 'down' | null;
  readonly reason: string | null;
  readonly text: string | null;
}

/** A rating that stands, with what its weight depends on; nothing of what anybody wrote. */
export interface RatedAnswer {
  readonly answerId: string;
  readonly twinId: string;
  readonly hotkey: Hotkey;
  readonly registeredAtBlock: number;
  readonly stars: number | null;
  readonly thumb: 'up' | 'down' | null;
  readonly reason: string | null;
  readonly patientId: string;
  /** When the account was made. */
  readonly patientSinceMs: number;
  /** Questions that the patient had asked in the session when rating, or when last changing the rating. */
  readonly turns: number;
  /** How long after the session's first question that was. */
  readonly talkedMs: number;
  readonly answeredMs: number | null;
  /** The session holds a crisis: such a rating does not count. */
  readonly crisis: boolean;
  readonly createdMs: number;
  readonly updatedMs: number;
}

/** One rating per answer, made once with its token, changed and withdrawn by its patient alone. */
export class RatingRepository {
  constructor(private readonly session: Session) {}

  byAnswer(answerId: string): Rating | null {
    return this.session.read(
      'ratings.byAnswer',
      (tx) => tx.select().from(ratings).where(eq(ratings.answerId, answerId)).get() ?? null,
    );
  }

  /** The first rating of an answer; null when it has one or its token was used. */
  add(
    at: RatingWords & {
      readonly answerId: string;
      readonly patientId: string;
      readonly sessionId: string;
      readonly tokenSha256: string;
      readonly nowMs: number;
    },
  ): Rating | null {
    const { sessionId, nowMs, ...row } = at;
    return this.session.write(
      'ratings.add',
      (tx) =>
        tx
          .insert(ratings)
          .values({ ...row, ...talkOf(tx, sessionId, nowMs), createdMs: nowMs, updatedMs: nowMs })
          .onConflictDoNothing()
          .returning()
          .get() ?? null,
    );
  }

  /**
   * Replaces the words of a rating, also of a withdrawn one, as of what was asked by now; null when there is none of that
   * patient.
   */
  change(
    at: RatingWords & {
      readonly answerId: string;
      readonly patientId: string;
      readonly sessionId: string;
      readonly nowMs: number;
    },
  ): Rating | null {
    const { answerId, patientId, sessionId, nowMs, ...words } = at;
    return this.session.write(
      'ratings.change',
      (tx) =>
        tx
          .update(ratings)
          .set({ ...words, ...talkOf(tx, sessionId, nowMs), updatedMs: nowMs, withdrawnMs: null })
          .where(and(eq(ratings.answerId, answerId), eq(ratings.patientId, patientId)))
          .returning()
          .get() ?? null,
    );
  }

  /** False when there is none of that patient that could be withdrawn. */
  withdraw(answerId: string, patientId: string, nowMs: number): boolean {
    return this.session.write(
      'ratings.withdraw',
      (tx) =>
        tx
          .update(ratings)
          .set({ withdrawnMs: nowMs, updatedMs: nowMs, text: null })
          .where(and(eq(ratings.answerId, answerId), eq(ratings.patientId, patientId), isNull(ratings.withdrawnMs)))
          .run().changes === 1,
    );
  }

  report(row: Report): void {
    this.session.write('ratings.report', (tx) => {
      tx.insert(reports).values(row).run();
    });
  }

  reports(answerId: string): Report[] {
    return this.session.read('ratings.reports', (tx) =>
      tx.select().from(reports).where(eq(reports.answerId, answerId)).orderBy(asc(reports.createdMs)).all(),
    );
  }

  /** Ratings that stand, made since `sinceMs`, newest first, at most `limit`. */
  standing(sinceMs: number, limit: number): RatedAnswer[] {
    return this.session.read('ratings.standing', (tx) =>
      tx
        .select({
          answerId: ratings.answerId,
          twinId: patientAnswers.twinId,
          hotkey: patientCandidates.hotkey,
          registeredAtBlock: patientCandidates.registeredAtBlock,
          stars: ratings.stars,
          thumb: ratings.thumb,
          reason: ratings.reason,
          patientId: ratings.patientId,
          patientSinceMs: patients.createdMs,
          turns: ratings.turns,
          talkedMs: ratings.talkedMs,
          answeredMs: patientAnswers.endedMs,
          crisis: patientSessions.crisis,
          createdMs: ratings.createdMs,
          updatedMs: ratings.updatedMs,
        })
        .from(ratings)
        .innerJoin(patientAnswers, eq(patientAnswers.id, ratings.answerId))
        .innerJoin(patientSessions, eq(patientSessions.id, patientAnswers.sessionId))
        .innerJoin(patients, eq(patients.id, ratings.patientId))
        .innerJoin(
          patientCandidates,
          and(eq(patientCandidates.answerId, ratings.answerId), eq(patientCandidates.chosen, true)),
        )
        .where(and(gte(ratings.createdMs, sinceMs), isNull(ratings.withdrawnMs)))
        .orderBy(desc(ratings.createdMs), asc(ratings.answerId))
        .limit(limit)
        .all(),
    );
  }
}
