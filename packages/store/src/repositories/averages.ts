import type { Hotkey } from '@bettertherapy/core';
import { and, asc, desc, eq, gte, lt, max, sql } from 'drizzle-orm';
import { outOfStep } from '../errors.js';
import { averageHistory, averages, organicAnswers, roundComponents, rounds } from '../schema/index.js';
import type { FoldSettings, JsonRecord } from '../schema/shapes.js';
import type { Session } from '../session.js';
import { writeOutcome } from './stageRows.js';

export type Average = typeof averages.$inferSelect;
export type AverageStep = typeof averageHistory.$inferSelect;
/** The part of an average that the fold formula knows. */
export interface AverageState {
  readonly ema: number;
  readonly rounds: number;
}

/** By which arithmetic and which judge the scores of a round were made. */
export interface MadeBy {
  readonly scoringVersion: string | null;
  readonly manifestSha256: string | null;
}

/** What one miner made of one round. */
export interface RoundResult {
  readonly hotkey: Hotkey;
  readonly registeredAtBlock: number;
  /** 0..100. */
  readonly mean: number;
  readonly asked: number;
  readonly answered: number;
  /** What the mean was made of, numbers only; kept with the round. */
  readonly components?: JsonRecord | undefined;
  /** Answers to patients that the mean holds; they are marked as counted together with it. */
  readonly organic?: readonly string[] | undefined;
}

/** What one miner's result of one round was made of. */
export type RoundComponentsRow = typeof roundComponents.$inferSelect;

/** Moving averages by hotkey and registration block, and the steps that made them. */
export class AverageRepository {
  constructor(private readonly session: Session) {}

  /**
   * Folds a round into the averages and closes it, in one transaction: a round counts exactly once per hotkey or not at all.
   * With `voidReason` the round is closed without touching any average. A `fold` that returns one round begins the average
   * anew: it is told what the stored one was made by.
   * @throws CodedError STORE_OUT_OF_STEP when the round is not open.
   */
  closeRound(at: {
    readonly roundId: string;
    readonly results: readonly RoundResult[];
    readonly fold: (state: (AverageState & MadeBy) | null, roundMean: number) => AverageState;
    readonly madeBy?: MadeBy | undefined;
    /** What `fold` computes with; kept with the round. */
    readonly settings?: FoldSettings | undefined;
    readonly voidReason: string | null;
    readonly outcome: JsonRecord;
    readonly nowMs: number;
  }): void {
    const madeBy = at.madeBy ?? { scoringVersion: null, manifestSha256: null };
    this.session.write('averages.closeRound', (tx) => {
      const open = tx
        .select()
        .from(rounds)
        .where(and(eq(rounds.id, at.roundId), eq(rounds.state, 'open')))
        .get();
      if (!open) throw outOfStep('only an open round can be folded', { roundId: at.roundId });
      for (const result of at.voidReason === null ? at.results : []) {
        const key = and(eq(averages.hotkey, result.hotkey), eq(averages.registeredAtBlock, result.registeredAtBlock));
        const before = tx.select().from(averages).where(key).get() ?? null;
        const after = at.fold(before, result.mean);
        const { hotkey, registeredAtBlock, asked, answered } = result;
        // The primary key (round, hotkey) makes a second fold of the same round fail the whole transaction.
        tx.insert(averageHistory)
          .values({
            roundId: at.roundId,
            hotkey,
            registeredAtBlock,
            roundMean: result.mean,
            asked,
            answered,
            emaBefore: after.rounds > 1 ? (before?.ema ?? null) : null,
            emaAfter: after.ema,
            roundsAfter: after.rounds,
            foldedMs: at.nowMs,
            ...madeBy,
          })
          .run();
        if (result.components !== undefined) {
          tx.insert(roundComponents)
            .values({
              roundId: at.roundId,
              hotkey,
              registeredAtBlock,
              components: result.components,
              foldedMs: at.nowMs,
            })
            .run();
        }
        for (const answerId of result.organic ?? []) {
          tx.update(organicAnswers)
            .set({ countedRound: at.roundId })
            .where(and(eq(organicAnswers.answerId, answerId), eq(organicAnswers.hotkey, hotkey)))
            .run();
        }
        const next = {
          ema: after.ema,
          rounds: after.rounds,
          asked: (before?.asked ?? 0) + asked,
          answered: (before?.answered ?? 0) + answered,
          lastRoundId: at.roundId,
          updatedMs: at.nowMs,
          ...madeBy,
        };
        tx.insert(averages)
          .values({ hotkey, registeredAtBlock, ...next })
          .onConflictDoUpdate({ target: [averages.hotkey, averages.registeredAtBlock], set: next })
          .run();
      }
      tx.update(rounds)
        .set({
          state: 'closed',
          closedMs: at.nowMs,
          counted: at.voidReason === null,
          voidReason: at.voidReason,
          settings: at.settings ?? null,
        })
        .where(eq(rounds.id, at.roundId))
        .run();
      writeOutcome(tx, { roundId: at.roundId, stage: 'fold', outcome: at.outcome, nowMs: at.nowMs });
    });
  }

  all(): Average[] {
    return this.session.read('averages.all', (tx) =>
      tx.select().from(averages).orderBy(asc(averages.hotkey), asc(averages.registeredAtBlock)).all(),
    );
  }

  of(hotkey: Hotkey, registeredAtBlock: number): Average | null {
    return this.session.read(
      'averages.of',
      (tx) =>
        tx
          .select()
          .from(averages)
          .where(and(eq(averages.hotkey, hotkey), eq(averages.registeredAtBlock, registeredAtBlock)))
          .get() ?? null,
    );
  }

  /** The steps of one miner, newest first. */
  history(hotkey: Hotkey, registeredAtBlock: number, limit: number): AverageStep[] {
    return this.session.read('averages.history', (tx) =>
      tx
        .select()
        .from(averageHistory)
        .where(and(eq(averageHistory.hotkey, hotkey), eq(averageHistory.registeredAtBlock, registeredAtBlock)))
        .orderBy(desc(averageHistory.foldedMs), desc(averageHistory.roundId))
        .limit(limit)
        .all(),
    );
  }

  /** What the newest step was made by; null before the first one. */
  lastMadeBy(): MadeBy | null {
    return this.session.read(
      'averages.lastMadeBy',
      (tx) =>
        tx
          .select({ scoringVersion: averageHistory.scoringVersion, manifestSha256: averageHistory.manifestSha256 })
          .from(averageHistory)
          .orderBy(desc(averageHistory.foldedMs), desc(averageHistory.roundId))
          .limit(1)
          .get() ?? null,
    );
  }

  /** What every miner was asked and answered in the rounds folded since `sinceMs`. */
  countsSince(sinceMs: number): { hotkey: Hotkey; registeredAtBlock: number; asked: number; answered: number }[] {
    return this.session.read('averages.countsSince', (tx) =>
      tx
        .select({
          hotkey: averageHistory.hotkey,
          registeredAtBlock: averageHistory.registeredAtBlock,
          asked: sql<number>`sum(${averageHistory.asked})`,
          answered: sql<number>`sum(${averageHistory.answered})`,
        })
        .from(averageHistory)
        .where(gte(averageHistory.foldedMs, sinceMs))
        .groupBy(averageHistory.hotkey, averageHistory.registeredAtBlock)
        .all(),
    );
  }

  /** Deletes up to `limit` steps folded before `beforeMs`, but never those of the newest fold. */
  deleteHistoryBefore(beforeMs: number, limit: number): number {
    return this.session.write('averages.deleteHistoryBefore', (tx) => {
      const newest = tx
        .select({ ms: max(averageHistory.foldedMs) })
        .from(averageHistory)
        .get();
      const until = Math.min(beforeMs, newest?.ms ?? 0);
      const old = sql`rowid IN (SELECT rowid FROM average_history WHERE folded_ms < ${until} LIMIT ${limit})`;
      return tx.delete(averageHistory).where(old).run().changes;
    });
  }

  /** Deletes the averages of registrations that are not among `present` and were last folded into before `beforeMs`. */
  deleteGone(present: readonly { readonly hotkey: Hotkey; readonly registeredAt: number }[], beforeMs: number): number {
    const here = new Set(present.map(({ hotkey, registeredAt }) => `${hotkey}:${registeredAt}`));
    return this.session.write('averages.deleteGone', (tx) => {
      const old = tx.select().from(averages).where(lt(averages.updatedMs, beforeMs)).all();
      const gone = old.filter((row) => !here.has(`${row.hotkey}:${row.registeredAtBlock}`));
      for (const { hotkey, registeredAtBlock } of gone) {
        const key = and(eq(averages.hotkey, hotkey), eq(averages.registeredAtBlock, registeredAtBlock));
        tx.delete(averages).where(key).run();
      }
      return gone.length;
    });
  }

  /** What the results of a round were made of. */
  componentsOfRound(roundId: string): RoundComponentsRow[] {
    return this.session.read('averages.componentsOfRound', (tx) =>
      tx
        .select()
        .from(roundComponents)
        .where(eq(roundComponents.roundId, roundId))
        .orderBy(asc(roundComponents.hotkey))
        .all(),
    );
  }

  /** What the newest counted round was made of; empty before the first. */
  lastComponents(): RoundComponentsRow[] {
    return this.session.read('averages.lastComponents', (tx) => {
      const newest = tx
        .select({ roundId: roundComponents.roundId })
        .from(roundComponents)
        .orderBy(desc(roundComponents.foldedMs), desc(roundComponents.roundId))
        .limit(1)
        .get();
      if (!newest) return [];
      return tx
        .select()
        .from(roundComponents)
        .where(eq(roundComponents.roundId, newest.roundId))
        .orderBy(asc(roundComponents.hotkey))
        .all();
    });
  }

  historyOfRound(roundId: string): AverageStep[] {
    return this.session.read('averages.historyOfRound', (tx) =>
      tx
        .select()
        .from(averageHistory)
        .where(eq(averageHistory.roundId, roundId))
        .orderBy(asc(averageHistory.hotkey))
        .all(),
    );
  }
}
