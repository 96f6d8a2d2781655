import { and, asc, count, desc, eq, gt, lt, max, ne, sql } from 'drizzle-orm';
import { outOfStep } from '../errors.js';
import { participants, questions, roundStages, rounds, STAGES, type Stage } from '../schema/index.js';
import type { JsonRecord } from '../schema/shapes.js';
import type { Session } from '../session.js';
import { writeOutcome } from './stageRows.js';

export type Round = typeof rounds.$inferSelect;
export type StageRow = typeof roundStages.$inferSelect;
export type Participant = typeof participants.$inferSelect;
export type NewParticipant = Omit<typeof participants.$inferInsert, 'roundId'>;
export type AskedQuestion = typeof questions.$inferSelect;
export type NewQuestion = Omit<AskedQuestion, 'roundId'>;

/** Rounds and their stages: what was begun, how far it came, how it ended. */
export class RoundRepository {
  constructor(private readonly session: Session) {}

  /** Opens the next round and enters its plan stage. @throws CodedError STORE_OUT_OF_STEP when one is open. */
  begin(round: Pick<Round, 'id' | 'startedMs' | 'block' | 'blockHash' | 'seed'>): Round {
    return this.session.write('rounds.begin', (tx) => {
      const open = tx.select({ id: rounds.id }).from(rounds).where(eq(rounds.state, 'open')).get();
      if (open) throw outOfStep('a round is open already', { roundId: open.id });
      const last = tx
        .select({ number: max(rounds.number) })
        .from(rounds)
        .get();
      const row = tx
        .insert(rounds)
        .values({ ...round, number: (last?.number ?? 0) + 1, state: 'open' })
        .returning()
        .get();
      tx.insert(roundStages).values({ roundId: round.id, stage: 'plan', intentMs: round.startedMs, entries: 0 }).run();
      return row;
    });
  }

  /** The round under way, if any. */
  open(): Round | null {
    return this.session.read(
      'rounds.open',
      (tx) => tx.select().from(rounds).where(eq(rounds.state, 'open')).get() ?? null,
    );
  }

  byId(id: string): Round | null {
    return this.session.read('rounds.byId', (tx) => tx.select().from(rounds).where(eq(rounds.id, id)).get() ?? null);
  }

  /** The newest rounds, newest first. */
  latest(limit: number): Round[] {
    return this.session.read('rounds.latest', (tx) =>
      tx.select().from(rounds).orderBy(desc(rounds.number)).limit(limit).all(),
    );
  }

  /** The newest round that was brought to its end. */
  lastEnded(): Round | null {
    return this.session.read(
      'rounds.lastEnded',
      (tx) =>
        tx.select().from(rounds).where(eq(rounds.state, 'closed')).orderBy(desc(rounds.number)).limit(1).get() ?? null,
    );
  }

  /** The oldest round after `number` that was brought to its end; null when there is none. */
  nextEndedAfter(number: number): Round | null {
    return this.session.read(
      'rounds.nextEndedAfter',
      (tx) =>
        tx
          .select()
          .from(rounds)
          .where(and(eq(rounds.state, 'closed'), gt(rounds.number, number)))
          .orderBy(asc(rounds.number))
          .limit(1)
          .get() ?? null,
    );
  }

  /** How many rounds were brought to their end (folded or voided). */
  closedCount(): number {
    return this.session.read(
      'rounds.closedCount',
      (tx) => tx.select({ n: count() }).from(rounds).where(eq(rounds.state, 'closed')).get()?.n ?? 0,
    );
  }

  /** The stages entered so far, in order. */
  stages(roundId: string): StageRow[] {
    return this.session.read('rounds.stages', (tx) => {
      const rows = tx.select().from(roundStages).where(eq(roundStages.roundId, roundId)).all();
      return rows.sort((a, b) => STAGES.indexOf(a.stage) - STAGES.indexOf(b.stage));
    });
  }

  /**
   * Writes the intent of a stage (or counts one more entry after a restart).
   * @throws CodedError STORE_OUT_OF_STEP when an earlier stage has no outcome, or this one has.
   */
  enterStage(at: { readonly roundId: string; readonly stage: Stage; readonly nowMs: number }): StageRow {
    return this.session.write('rounds.enterStage', (tx) => {
      const rows = tx.select().from(roundStages).where(eq(roundStages.roundId, at.roundId)).all();
      const done = new Set(rows.filter((row) => row.outcomeMs !== null).map((row) => row.stage));
      const missing = STAGES.slice(0, STAGES.indexOf(at.stage)).find((stage) => !done.has(stage));
      if (missing) throw outOfStep(`stage ${at.stage} entered before ${missing} ended`, { roundId: at.roundId });
      if (done.has(at.stage)) throw outOfStep(`stage ${at.stage} entered after its end`, { roundId: at.roundId });
      return tx
        .insert(roundStages)
        .values({ roundId: at.roundId, stage: at.stage, intentMs: at.nowMs })
        .onConflictDoUpdate({
          target: [roundStages.roundId, roundStages.stage],
          set: { entries: sql`${roundStages.entries} + 1` },
        })
        .returning()
        .get();
    });
  }

  /** Writes the outcome of a stage whose effects were committed row by row. */
  finishStage(at: {
    readonly roundId: string;
    readonly stage: Stage;
    readonly outcome: JsonRecord;
    readonly nowMs: number;
  }): void {
    this.session.write('rounds.finishStage', (tx) => writeOutcome(tx, at));
  }

  /** Commits the plan: who is asked what, and that planning is done. */
  commitPlan(plan: {
    readonly roundId: string;
    readonly participants: readonly NewParticipant[];
    readonly questions: readonly NewQuestion[];
    readonly outcome: JsonRecord;
    readonly nowMs: number;
  }): void {
    const { roundId } = plan;
    this.session.write('rounds.commitPlan', (tx) => {
      for (const row of plan.participants)
        tx.insert(participants)
          .values({ ...row, roundId })
          .run();
      for (const row of plan.questions)
        tx.insert(questions)
          .values({ ...row, roundId })
          .run();
      writeOutcome(tx, { roundId, stage: 'plan', outcome: plan.outcome, nowMs: plan.nowMs });
    });
  }

  /** In the order they are asked. */
  participants(roundId: string): Participant[] {
    return this.session.read('rounds.participants', (tx) =>
      tx.select().from(participants).where(eq(participants.roundId, roundId)).orderBy(asc(participants.position)).all(),
    );
  }

  /** Ends a round that can not be finished; it never enters the averages. */
  abandon(at: { readonly roundId: string; readonly reason: string; readonly nowMs: number }): void {
    this.session.write('rounds.abandon', (tx) => {
      const changed = tx
        .update(rounds)
        .set({ state: 'abandoned', closedMs: at.nowMs, voidReason: at.reason })
        .where(and(eq(rounds.id, at.roundId), eq(rounds.state, 'open')))
        .run();
      if (changed.changes !== 1) throw outOfStep('only an open round can be abandoned', { roundId: at.roundId });
    });
  }

  /** Deletes up to `limit` ended rounds older than `beforeMs` with all their texts; averages and their history stay. */
  deleteEndedBefore(beforeMs: number, limit: number): number {
    return this.session.write('rounds.deleteEndedBefore', (tx) => {
      const newest = tx
        .select({ number: max(rounds.number) })
        .from(rounds)
        .get();
      const old = tx
        .select({ id: rounds.id })
        .from(rounds)
        // The newest stays: it is what the next round's number is counted from.
        .where(and(ne(rounds.state, 'open'), lt(rounds.startedMs, beforeMs), lt(rounds.number, newest?.number ?? 0)))
        .orderBy(asc(rounds.number))
        .limit(limit)
        .all();
      for (const { id } of old) tx.delete(rounds).where(eq(rounds.id, id)).run();
      return old.length;
    });
  }
}
