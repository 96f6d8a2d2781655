import { and, desc, eq, inArray, isNotNull } from 'drizzle-orm';
import { judgements, lengthFits, questions, requests, rounds } from '../schema/index.js';
import type { JsonRecord } from '../schema/shapes.js';
import type { Session } from '../session.js';

export type LengthFitRow = typeof lengthFits.$inferSelect;

/** A judged answer as the fit of reward on length needs it. */
export interface JudgedLength {
  /** Bank entry and version: answers to the same question, in whichever round. */
  readonly questionId: string;
  readonly reward: number;
  readonly lengthAdjustment: number;
  readonly caps: readonly unknown[];
  /** Holds `words`, in the shape the judge wrote it. */
  readonly details: JsonRecord;
}

/** The fit of reward on length that each round was judged with, and the judgements it is made from. */
export class LengthFitRepository {
  constructor(private readonly session: Session) {}

  /** Undefined: none was made yet; a row whose `fit` is null: there were too few answers. */
  ofRound(roundId: string): LengthFitRow | undefined {
    return this.session.read('lengthFits.ofRound', (tx) =>
      tx.select().from(lengthFits).where(eq(lengthFits.roundId, roundId)).get(),
    );
  }

  /** The first fit of a round stands. */
  keep(row: LengthFitRow): void {
    this.session.write('lengthFits.keep', (tx) => {
      tx.insert(lengthFits).values(row).onConflictDoNothing().run();
    });
  }

  /** Decided judgements of the `rounds` newest counted rounds, newest first, at most `limit`, all by one judge. */
  recent(at: { readonly manifestSha256: string; readonly rounds: number; readonly limit: number }): JudgedLength[] {
    return this.session.read('lengthFits.recent', (tx) => {
      const recent = tx
        .select({ id: rounds.id })
        .from(rounds)
        .where(eq(rounds.counted, true))
        .orderBy(desc(rounds.number))
        .limit(at.rounds)
        .all();
      return tx
        .select({ judgement: judgements, bankId: questions.bankId, bankVersion: questions.bankVersion })
        .from(requests)
        .innerJoin(judgements, eq(judgements.requestId, requests.id))
        .innerJoin(questions, eq(questions.id, requests.questionId))
        .where(
          and(
            inArray(
              requests.roundId,
              recent.map(({ id }) => id),
            ),
            eq(judgements.manifestSha256, at.manifestSha256),
            isNotNull(judgements.reward),
          ),
        )
        .orderBy(desc(judgements.judgedMs), desc(requests.id))
        .limit(at.limit)
        .all()
        .map(({ judgement: { reward, lengthAdjustment, caps, details }, bankId, bankVersion }) => {
          return { questionId: `${bankId}@${bankVersion}`, reward: reward ?? 0, lengthAdjustment, caps, details };
        });
    });
  }
}
