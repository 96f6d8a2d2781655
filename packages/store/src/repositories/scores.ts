import { aliasedTable, and, asc, countDistinct, eq, gte, isNotNull } from 'drizzle-orm';
import { requests, scores } from '../schema/index.js';
import type { JsonRecord } from '../schema/shapes.js';
import type { Session } from '../session.js';
import { groupBy } from './groupBy.js';
import { writeOutcome } from './stageRows.js';

export type Score = typeof scores.$inferSelect;

/** How often one of two miners repeated the other. */
export interface CopyPair {
  readonly a: string;
  readonly b: string;
  /** Questions that both were asked. */
  readonly together: number;
  readonly copies: number;
  readonly roundsWithCopies: number;
}

/** A score never travels alone: each row carries its components, the scoring version and the judge manifest. */
export class ScoreRepository {
  constructor(private readonly session: Session) {}

  /** Commits all scores of a round together with the end of its score stage. */
  recordRound(at: {
    readonly roundId: string;
    readonly scores: readonly Omit<Score, 'roundId'>[];
    readonly outcome: JsonRecord;
    readonly nowMs: number;
  }): void {
    this.session.write('scores.recordRound', (tx) => {
      for (const row of at.scores)
        tx.insert(scores)
          .values({ ...row, roundId: at.roundId })
          .run();
      writeOutcome(tx, { roundId: at.roundId, stage: 'score', outcome: at.outcome, nowMs: at.nowMs });
    });
  }

  ofRound(roundId: string): Score[] {
    return this.session.read('scores.ofRound', (tx) =>
      tx
        .select()
        .from(scores)
        .where(eq(scores.roundId, roundId))
        .orderBy(asc(scores.hotkey), asc(scores.requestId))
        .all(),
    );
  }

  /** Every pair of hotkeys with at least one copied answer scored since `sinceMs`; `a` sorts before `b`. */
  copyPairs(sinceMs: number): CopyPair[] {
    return this.session.read('scores.copyPairs', (tx) => {
      const original = aliasedTable(requests, 'original');
      const rows = tx
        .select({ copier: scores.hotkey, copied: original.hotkey, roundId: scores.roundId })
        .from(scores)
        .innerJoin(original, eq(original.id, scores.copyOf))
        .where(and(isNotNull(scores.copyOf), gte(scores.scoredMs, sinceMs)))
        .all();
      const pairs = groupBy(rows, (row) => [row.copier, row.copied].sort().join(' '));
      return [...pairs.values()].flatMap((copies) => {
        const [first] = copies;
        if (!first) return [];
        const [a, b] = first.copier < first.copied ? [first.copier, first.copied] : [first.copied, first.copier];
        const other = aliasedTable(requests, 'other');
        const together = tx
          .select({ n: countDistinct(requests.questionId) })
          .from(requests)
          .innerJoin(other, and(eq(other.questionId, requests.questionId), eq(other.hotkey, b)))
          .where(and(eq(requests.hotkey, a), gte(requests.intentMs, sinceMs)))
          .get();
        const roundsWithCopies = new Set(copies.map((row) => row.roundId)).size;
        return [{ a, b, together: together?.n ?? 0, copies: copies.length, roundsWithCopies }];
      });
    });
  }
}
