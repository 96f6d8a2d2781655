import { and, asc, eq, gt, isNull } from 'drizzle-orm';
import { outOfStep } from '../errors.js';
import { doctorSessions, doctors, doctorTwins, invitations } from '../schema/index.js';
import type { Session, Tx } from '../session.js';
import { newToken, parseToken, sameHash } from '../tokens.js';

export type DoctorRow = typeof doctors.$inferSelect;

const INVITATION = 'bti_';
const STUDIO_TOKEN = 'bts_';

/** Doctors, their twins, and how they come in: an invitation is good once and gives a session token. */
export class DoctorRepository {
  constructor(private readonly session: Session) {}

  /**
   * Makes an invitation for the doctor of that name (made when there is none) and gives them the twins named.
   * @throws CodedError STORE_OUT_OF_STEP when a twin belongs to somebody else
   */
  invite(at: {
    readonly name: string;
    readonly newId: () => string;
    readonly twinIds: readonly string[];
    readonly nowMs: number;
    readonly expiresMs: number;
  }): { readonly doctor: DoctorRow; readonly invitation: string; readonly id: string } {
    const { id, token, secretSha256 } = newToken(INVITATION);
    return this.session.write('doctors.invite', (tx) => {
      const known = tx.select().from(doctors).where(eq(doctors.name, at.name)).get();
      const doctor =
        known ?? tx.insert(doctors).values({ id: at.newId(), name: at.name, createdMs: at.nowMs }).returning().get();
      for (const twinId of at.twinIds) own(tx, { twinId, doctorId: doctor.id, nowMs: at.nowMs });
      tx.insert(invitations)
        .values({ id, secretSha256, doctorId: doctor.id, createdMs: at.nowMs, expiresMs: at.expiresMs })
        .run();
      return { doctor, invitation: token, id };
    });
  }

  /** Uses an invitation up and opens a session; null for one that is malformed, unknown, used or expired. */
  redeem(
    invitation: string,
    at: { readonly nowMs: number; readonly expiresMs: number },
  ): {
    readonly doctor: DoctorRow;
    readonly token: string;
  } | null {
    const parsed = parseToken(INVITATION, invitation);
    if (!parsed) return null;
    const { id, token, secretSha256 } = newToken(STUDIO_TOKEN);
    return this.session.write('doctors.redeem', (tx) => {
      const row = tx
        .select({ invitation: invitations, doctor: doctors })
        .from(invitations)
        .innerJoin(doctors, eq(doctors.id, invitations.doctorId))
        .where(and(eq(invitations.id, parsed.id), isNull(invitations.usedMs), gt(invitations.expiresMs, at.nowMs)))
        .get();
      if (!row || !sameHash(row.invitation.secretSha256, parsed.secretSha256)) return null;
      tx.update(invitations).set({ usedMs: at.nowMs }).where(eq(invitations.id, parsed.id)).run();
      tx.insert(doctorSessions)
        .values({ id, secretSha256, doctorId: row.doctor.id, createdMs: at.nowMs, expiresMs: at.expiresMs })
        .run();
      return { doctor: row.doctor, token };
    });
  }

  /** Whose session a token is; null for one that is malformed, unknown, ended or expired. */
  byToken(token: string, nowMs: number): DoctorRow | null {
    const parsed = parseToken(STUDIO_TOKEN, token);
    if (!parsed) return null;
    return this.session.read('doctors.byToken', (tx) => {
      const row = tx
        .select({ session: doctorSessions, doctor: doctors })
        .from(doctorSessions)
        .innerJoin(doctors, eq(doctors.id, doctorSessions.doctorId))
        .where(
          and(eq(doctorSessions.id, parsed.id), isNull(doctorSessions.endedMs), gt(doctorSessions.expiresMs, nowMs)),
        )
        .get();
      return row && sameHash(row.session.secretSha256, parsed.secretSha256) ? row.doctor : null;
    });
  }

  /** Ends every session and unused invitation of a doctor. @returns sessions ended */
  signOut(doctorId: string, nowMs: number): number {
    return this.session.write('doctors.signOut', (tx) => {
      tx.update(invitations)
        .set({ usedMs: nowMs })
        .where(and(eq(invitations.doctorId, doctorId), isNull(invitations.usedMs)))
        .run();
      return tx
        .update(doctorSessions)
        .set({ endedMs: nowMs })
        .where(and(eq(doctorSessions.doctorId, doctorId), isNull(doctorSessions.endedMs)))
        .run().changes;
    });
  }

  byId(id: string): DoctorRow | null {
    return this.session.read('doctors.byId', (tx) => tx.select().from(doctors).where(eq(doctors.id, id)).get() ?? null);
  }

  /** By name. */
  all(): DoctorRow[] {
    return this.session.read('doctors.all', (tx) => tx.select().from(doctors).orderBy(asc(doctors.name)).all());
  }

  twinsOf(doctorId: string): string[] {
    return this.session.read('doctors.twinsOf', (tx) =>
      tx
        .select({ id: doctorTwins.twinId })
        .from(doctorTwins)
        .where(eq(doctorTwins.doctorId, doctorId))
        .orderBy(asc(doctorTwins.twinId))
        .all()
        .map((row) => row.id),
    );
  }

  /** True when the twin is this doctor's. */
  owns(doctorId: string, twinId: string): boolean {
    return this.session.read('doctors.owns', (tx) => ownerOf(tx, twinId) === doctorId);
  }

  /** True when the twin is anybody's. */
  isOwned(twinId: string): boolean {
    return this.session.read('doctors.isOwned', (tx) => ownerOf(tx, twinId) !== null);
  }

  /** Gives a twin that is nobody's to a doctor. @throws CodedError STORE_OUT_OF_STEP when it is somebody else's */
  give(at: { readonly twinId: string; readonly doctorId: string; readonly nowMs: number }): void {
    this.session.write('doctors.give', (tx) => own(tx, at));
  }
}

function ownerOf(tx: Tx, twinId: string): string | null {
  const row = tx.select().from(doctorTwins).where(eq(doctorTwins.twinId, twinId)).get();
  return row?.doctorId ?? null;
}

function own(tx: Tx, at: { readonly twinId: string; readonly doctorId: string; readonly nowMs: number }): void {
  const owner = ownerOf(tx, at.twinId);
  if (owner === at.doctorId) return;
  if (owner !== null) throw outOfStep('the twin belongs to another doctor', { twinId: at.twinId });
  tx.insert(doctorTwins).values({ twinId: at.twinId, doctorId: at.doctorId, sinceMs: at.nowMs }).run();
}
