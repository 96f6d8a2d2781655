import { and, asc, count, desc, eq, inArray, isNull, lt, min } from 'drizzle-orm';
import { patientMessages, patientSessions, patients, ratings, reports } from '../schema/index.js';
import type { Session, Tx } from '../session.js';
import { newToken, parseToken, sameHash } from '../tokens.js';
import { scrubGold, unlinkCorrections } from './dialogues.js';

export type Patient = Omit<typeof patients.$inferSelect, 'secretSha256'>;
export type PatientSession = typeof patientSessions.$inferSelect;
export type PatientMessage = typeof patientMessages.$inferSelect;
export type Rating = typeof ratings.$inferSelect;
export type Report = typeof reports.$inferSelect;

/** Everything that is kept of one patient, for the patient. */
export interface PatientExport {
  readonly patient: Patient;
  readonly sessions: readonly (PatientSession & { readonly messages: readonly PatientMessage[] })[];
  readonly ratings: readonly Omit<Rating, 'tokenSha256'>[];
  readonly reports: readonly Report[];
}

const PREFIX = 'btp_';

/** Patients and their sessions. A patient is nobody but the holder of a token: no name, no address is kept. */
export class PatientRepository {
  constructor(private readonly session: Session) {}

  create(nowMs: number): { readonly id: string; readonly token: string } {
    const { id, token, secretSha256 } = newToken(PREFIX);
    this.session.write('patients.create', (tx) => {
      tx.insert(patients).values({ id, secretSha256, createdMs: nowMs, lastSeenMs: nowMs }).run();
    });
    return { id, token };
  }

  /** Whose token it is; null for one that is malformed, unknown or of a patient who is deleted. */
  find(token: string): Patient | null {
    const parsed = parseToken(PREFIX, token);
    if (!parsed) return null;
    return this.session.read('patients.find', (tx) => {
      const row = tx.select().from(patients).where(eq(patients.id, parsed.id)).get();
      return row && sameHash(row.secretSha256, parsed.secretSha256) ? withoutSecret(row) : null;
    });
  }

  /** Notes a visit, at most once per `everyMs`. */
  touch(id: string, nowMs: number, everyMs: number): void {
    this.session.write('patients.touch', (tx) => {
      tx.update(patients)
        .set({ lastSeenMs: nowMs })
        .where(and(eq(patients.id, id), lt(patients.lastSeenMs, nowMs - everyMs)))
        .run();
    });
  }

  setConsent(id: string, training: boolean, nowMs: number): void {
    this.session.write('patients.setConsent', (tx) => {
      tx.update(patients).set({ trainingConsent: training, consentMs: nowMs }).where(eq(patients.id, id)).run();
    });
  }

  /** Deletes the patient and all that hangs on it. The write-ahead log still holds it until a checkpoint. */
  erase(id: string): boolean {
    return this.session.write('patients.erase', (tx) => {
      const erased = tx.delete(patients).where(eq(patients.id, id)).run().changes === 1;
      scrubGold(tx);
      return erased;
    });
  }

  export(id: string): PatientExport | null {
    return this.session.read('patients.export', (tx) => {
      const patient = tx.select().from(patients).where(eq(patients.id, id)).get();
      if (!patient) return null;
      const sessions = tx.select().from(patientSessions).where(eq(patientSessions.patientId, id)).all();
      return {
        patient: withoutSecret(patient),
        sessions: sessions.map((one) => ({ ...one, messages: messagesOf(tx, one.id) })),
        ratings: tx
          .select()
          .from(ratings)
          .where(eq(ratings.patientId, id))
          .all()
          .map(({ tokenSha256: _, ...rating }) => rating),
        reports: tx.select().from(reports).where(eq(reports.patientId, id)).all(),
      };
    });
  }

  openSession(row: Omit<PatientSession, 'crisis'>): PatientSession {
    return this.session.write('patients.openSession', (tx) => tx.insert(patientSessions).values(row).returning().get());
  }

  /** A session of that patient; null for anybody else's. */
  sessionOf(patientId: string, id: string): PatientSession | null {
    return this.session.read(
      'patients.sessionOf',
      (tx) => tx.select().from(patientSessions).where(ownSession(patientId, id)).get() ?? null,
    );
  }

  /** Last used first. */
  sessions(patientId: string, limit: number): PatientSession[] {
    return this.session.read('patients.sessions', (tx) =>
      tx
        .select()
        .from(patientSessions)
        .where(eq(patientSessions.patientId, patientId))
        .orderBy(desc(patientSessions.updatedMs), desc(patientSessions.id))
        .limit(limit)
        .all(),
    );
  }

  /** How many sessions there are; a bound keeps one patient from filling the disk. */
  sessionCount(patientId: string): number {
    return this.session.read(
      'patients.sessionCount',
      (tx) =>
        tx.select({ n: count() }).from(patientSessions).where(eq(patientSessions.patientId, patientId)).get()?.n ?? 0,
    );
  }

  eraseSession(patientId: string, id: string): boolean {
    return this.session.write('patients.eraseSession', (tx) => {
      const erased = tx.delete(patientSessions).where(ownSession(patientId, id)).run().changes === 1;
      scrubGold(tx);
      return erased;
    });
  }

  /** In the order they were written, with the rating of each answer that has one. */
  messages(sessionId: string): (PatientMessage & { readonly rating: Rating | null })[] {
    return this.session.read('patients.messages', (tx) => {
      const messages = messagesOf(tx, sessionId);
      const ids = messages.flatMap((one) => (one.answerId === null ? [] : [one.answerId]));
      const rated = tx
        .select()
        .from(ratings)
        .where(and(inArray(ratings.answerId, ids), isNull(ratings.withdrawnMs)))
        .all();
      const byAnswer = new Map(rated.map((one) => [one.answerId, one]));
      return messages.map((one) => ({ ...one, rating: byAnswer.get(one.answerId ?? '') ?? null }));
    });
  }

  /** Removes sessions that nobody used since `beforeMs`, and patients without any who were not seen since. */
  eraseIdle(beforeMs: number, limit: number): number {
    return this.session.write('patients.eraseIdle', (tx) => {
      const idle = tx
        .select({ id: patientSessions.id })
        .from(patientSessions)
        .where(lt(patientSessions.updatedMs, beforeMs))
        .limit(limit)
        .all()
        .map(({ id }) => id);
      unlinkCorrections(tx, idle);
      // A round that was still open when a patient's data went is scrubbed here.
      scrubGold(tx);
      const sessions = tx.delete(patientSessions).where(inArray(patientSessions.id, idle)).run().changes;
      const gone = tx
        .select({ id: patients.id })
        .from(patients)
        .leftJoin(patientSessions, eq(patientSessions.patientId, patients.id))
        .where(and(lt(patients.lastSeenMs, beforeMs), isNull(patientSessions.id)))
        .limit(limit)
        .all()
        .map(({ id }) => id);
      return sessions + tx.delete(patients).where(inArray(patients.id, gone)).run().changes;
    });
  }
}

/** Questions that a patient asked in a session, and how long ago the first of them was. */
export function talkOf(
  tx: Tx,
  sessionId: string,
  nowMs: number,
): { readonly turns: number; readonly talkedMs: number } {
  const asked = and(eq(patientMessages.sessionId, sessionId), eq(patientMessages.role, 'user'));
  const row = tx
    .select({ turns: count(), firstMs: min(patientMessages.createdMs) })
    .from(patientMessages)
    .where(asked)
    .get();
  return { turns: row?.turns ?? 0, talkedMs: Math.max(0, nowMs - (row?.firstMs ?? nowMs)) };
}

function ownSession(patientId: string, id: string) {
  return and(eq(patientSessions.patientId, patientId), eq(patientSessions.id, id));
}

function messagesOf(tx: Tx, sessionId: string): PatientMessage[] {
  return tx
    .select()
    .from(patientMessages)
    .where(eq(patientMessages.sessionId, sessionId))
    .orderBy(asc(patientMessages.position))
    .all();
}

function withoutSecret({ secretSha256: _, ...patient }: typeof patients.$inferSelect): Patient {
  return patient;
}
