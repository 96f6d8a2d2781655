import { and, asc, desc, eq, inArray, lt, max, notInArray } from 'drizzle-orm';
import { outOfStep } from '../errors.js';
import { weightIntents, weightOutcomes, weightVerifications } from '../schema/index.js';
import type { Session } from '../session.js';

export type WeightIntent = typeof weightIntents.$inferSelect;
export type NewWeightIntent = Omit<WeightIntent, 'attempt' | 'state' | 'extrinsicHash' | 'validUntil'>;
export type WeightOutcome = typeof weightOutcomes.$inferSelect;
/** How the chain took weights; absent where it is not known, or where it did not. */
export type HowTaken = Pick<WeightOutcome, 'mode' | 'revealRound' | 'revealBlock' | 'commitEpoch'>;
export type WeightVerification = typeof weightVerifications.$inferSelect;

/** More losses in a row change nothing any more. */
const LOSSES_COUNTED = 8;

/** Weights: meant, sent, seen on chain. */
export class WeightIntentRepository {
  constructor(private readonly session: Session) {}

  /**
   * Writes the intent before anything is sent. Its attempt number is the next one of its window.
   * @throws CodedError STORE_OUT_OF_STEP when the window holds an intent that may have reached the chain.
   */
  create(intent: NewWeightIntent): WeightIntent {
    return this.session.write('weightIntents.create', (tx) => {
      const before = tx.select().from(weightIntents).where(eq(weightIntents.window, intent.window)).all();
      const live = before.find((row) => row.state !== 'failed');
      if (live) throw outOfStep('the window has an intent already', { window: intent.window, intentId: live.id });
      return tx
        .insert(weightIntents)
        .values({ ...intent, attempt: before.length + 1, state: 'intended' })
        .returning()
        .get();
    });
  }

  /** Writes what was signed, before it is sent; the newest stands. */
  recordSigned(intentId: string, signed: { readonly extrinsicHash: string; readonly validUntil: number }): void {
    this.session.write('weightIntents.recordSigned', (tx) => {
      tx.update(weightIntents).set(signed).where(eq(weightIntents.id, intentId)).run();
    });
  }

  /** Writes what the chain answered. */
  recordOutcome(outcome: Omit<WeightOutcome, keyof HowTaken> & Partial<HowTaken>): void {
    this.session.write('weightIntents.recordOutcome', (tx) => {
      tx.insert(weightOutcomes).values(outcome).run();
      tx.update(weightIntents)
        .set({ state: outcome.ok ? 'submitted' : 'failed' })
        .where(eq(weightIntents.id, outcome.intentId))
        .run();
    });
  }

  /** Writes what chain storage holds for the intent. */
  recordVerification(seen: WeightVerification): void {
    this.session.write('weightIntents.recordVerification', (tx) => {
      tx.insert(weightVerifications).values(seen).run();
      tx.update(weightIntents)
        .set({ state: seen.match ? 'verified' : 'mismatch' })
        .where(eq(weightIntents.id, seen.intentId))
        .run();
    });
  }

  /** Ends a submitted intent whose weights can no longer be seen on chain because later ones took their place. */
  supersede(intentId: string): void {
    this.session.write('weightIntents.supersede', (tx) => {
      tx.update(weightIntents)
        .set({ state: 'superseded' })
        .where(and(eq(weightIntents.id, intentId), eq(weightIntents.state, 'submitted')))
        .run();
    });
  }

  /** The attempts of one window, oldest first. */
  ofWindow(window: string): WeightIntent[] {
    return this.session.read('weightIntents.ofWindow', (tx) =>
      tx.select().from(weightIntents).where(eq(weightIntents.window, window)).orderBy(asc(weightIntents.attempt)).all(),
    );
  }

  outcomeOf(intentId: string): WeightOutcome | null {
    return this.session.read(
      'weightIntents.outcomeOf',
      (tx) => tx.select().from(weightOutcomes).where(eq(weightOutcomes.intentId, intentId)).get() ?? null,
    );
  }

  /** Intents without an end: `intended` (crash before the answer was written) and `submitted` (not yet verified). */
  unfinished(netuid: number, mecid: number): WeightIntent[] {
    return this.session.read('weightIntents.unfinished', (tx) =>
      tx
        .select()
        .from(weightIntents)
        .where(
          and(
            eq(weightIntents.netuid, netuid),
            eq(weightIntents.mecid, mecid),
            inArray(weightIntents.state, ['intended', 'submitted']),
          ),
        )
        .orderBy(asc(weightIntents.createdMs))
        .all(),
    );
  }

  /** The newest intent that the chain accepted. */
  lastAccepted(netuid: number, mecid: number): WeightIntent | null {
    return this.session.read(
      'weightIntents.lastAccepted',
      (tx) =>
        tx
          .select()
          .from(weightIntents)
          .where(
            and(
              eq(weightIntents.netuid, netuid),
              eq(weightIntents.mecid, mecid),
              inArray(weightIntents.state, ['submitted', 'verified', 'mismatch', 'superseded']),
            ),
          )
          .orderBy(desc(weightIntents.createdMs), desc(weightIntents.id))
          .limit(1)
          .get() ?? null,
    );
  }

  /** How many of the newest settled commits in a row the chain never opened. */
  revealsLostInARow(netuid: number, mecid: number): number {
    const settled = this.session.read('weightIntents.revealsLostInARow', (tx) =>
      tx
        .select({ state: weightIntents.state })
        .from(weightIntents)
        .innerJoin(weightOutcomes, eq(weightOutcomes.intentId, weightIntents.id))
        .where(
          and(
            eq(weightIntents.netuid, netuid),
            eq(weightIntents.mecid, mecid),
            eq(weightOutcomes.mode, 'timelocked'),
            inArray(weightIntents.state, ['verified', 'mismatch']),
          ),
        )
        .orderBy(desc(weightIntents.createdMs))
        .limit(LOSSES_COUNTED)
        .all(),
    );
    const opened = settled.findIndex((row) => row.state === 'verified');
    return opened < 0 ? settled.length : opened;
  }

  /** Deletes up to `limit` settled intents made before `beforeMs`, but never the newest one. */
  deleteBefore(beforeMs: number, limit: number): number {
    return this.session.write('weightIntents.deleteBefore', (tx) => {
      const newest = tx
        .select({ ms: max(weightIntents.createdMs) })
        .from(weightIntents)
        .get();
      const old = tx
        .select({ id: weightIntents.id })
        .from(weightIntents)
        .where(
          and(
            lt(weightIntents.createdMs, Math.min(beforeMs, newest?.ms ?? 0)),
            notInArray(weightIntents.state, ['intended', 'submitted']),
          ),
        )
        .limit(limit)
        .all();
      const ids = old.map((row) => row.id);
      return tx.delete(weightIntents).where(inArray(weightIntents.id, ids)).run().changes;
    });
  }

  latest(
    limit: number,
  ): { intent: WeightIntent; outcome: WeightOutcome | null; verification: WeightVerification | null }[] {
    return this.session.read('weightIntents.latest', (tx) =>
      tx
        .select({ intent: weightIntents, outcome: weightOutcomes, verification: weightVerifications })
        .from(weightIntents)
        .leftJoin(weightOutcomes, eq(weightOutcomes.intentId, weightIntents.id))
        .leftJoin(weightVerifications, eq(weightVerifications.intentId, weightIntents.id))
        .orderBy(desc(weightIntents.createdMs), desc(weightIntents.id))
        .limit(limit)
        .all(),
    );
  }
}
