import { and, asc, desc, eq, gt, isNull, lt } from 'drizzle-orm';
import { evidence, rounds } from '../schema/index.js';
import type { Session } from '../session.js';
import type { Round } from './rounds.js';

export type EvidenceSeal = typeof evidence.$inferSelect;

/** Seals of rounds' evidence, in the order of the rounds; each names the hash of the one before it. */
export class EvidenceRepository {
  constructor(private readonly session: Session) {}

  /** Seals a round; the first seal stands. False when there was one. */
  seal(row: EvidenceSeal): boolean {
    return this.session.write(
      'evidence.seal',
      (tx) => tx.insert(evidence).values(row).onConflictDoNothing().run().changes === 1,
    );
  }

  /** The oldest closed round after the last seal that has none; null when all are sealed. */
  nextUnsealed(): Round | null {
    return this.session.read('evidence.nextUnsealed', (tx) => {
      const last = tx.select({ number: evidence.number }).from(evidence).orderBy(desc(evidence.number)).limit(1).get();
      const next = tx
        .select({ round: rounds })
        .from(rounds)
        .leftJoin(evidence, eq(evidence.roundId, rounds.id))
        .where(and(eq(rounds.state, 'closed'), isNull(evidence.roundId), gt(rounds.number, last?.number ?? 0)))
        .orderBy(asc(rounds.number))
        .limit(1)
        .get();
      return next?.round ?? null;
    });
  }

  newest(): EvidenceSeal | null {
    return this.session.read(
      'evidence.newest',
      (tx) => tx.select().from(evidence).orderBy(desc(evidence.number)).limit(1).get() ?? null,
    );
  }

  ofRoundNumber(number: number): EvidenceSeal | null {
    return this.session.read(
      'evidence.ofRoundNumber',
      (tx) => tx.select().from(evidence).where(eq(evidence.number, number)).get() ?? null,
    );
  }

  /** Newest first, at most `limit`, of rounds below `before`. */
  latest(limit: number, before: number = Number.MAX_SAFE_INTEGER): EvidenceSeal[] {
    return this.session.read('evidence.latest', (tx) =>
      tx.select().from(evidence).where(lt(evidence.number, before)).orderBy(desc(evidence.number)).limit(limit).all(),
    );
  }
}
