import { asc, eq } from 'drizzle-orm';
import { scores } from '../schema/index.js';
import type { JsonRecord } from '../schema/shapes.js';
import type { Session } from '../session.js';
import { writeOutcome } from './stageRows.js';

export type Score = typeof scores.$inferSelect;

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
}
