import { asc, count, desc, eq, max } from 'drizzle-orm';
import { questions, rounds } from '../schema/index.js';
import type { Session } from '../session.js';
import type { AskedQuestion } from './rounds.js';

/** How a bank question was used so far. */
export interface QuestionUse {
  readonly bankId: string;
  readonly times: number;
  /** Number of the last round that asked it. */
  readonly lastRound: number;
}

/** What was asked, in which words. Rows are written with the plan of their round. */
export class QuestionRepository {
  constructor(private readonly session: Session) {}

  /** In the order of the round. */
  ofRound(roundId: string): AskedQuestion[] {
    return this.session.read('questions.ofRound', (tx) =>
      tx.select().from(questions).where(eq(questions.roundId, roundId)).orderBy(asc(questions.position)).all(),
    );
  }

  /** Use of every bank question that was ever asked, most recent first. */
  uses(): QuestionUse[] {
    return this.session.read('questions.uses', (tx) =>
      tx
        .select({ bankId: questions.bankId, times: count(), lastRound: max(rounds.number) })
        .from(questions)
        .innerJoin(rounds, eq(rounds.id, questions.roundId))
        .groupBy(questions.bankId)
        .orderBy(desc(max(rounds.number)), asc(questions.bankId))
        .all()
        .map((row) => ({ ...row, lastRound: row.lastRound ?? 0 })),
    );
  }
}
