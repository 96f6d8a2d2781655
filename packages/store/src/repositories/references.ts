import { and, eq, or, sql } from 'drizzle-orm';
import { judgeReferences, rounds } from '../schema/index.js';
import type { Session } from '../session.js';

export type JudgedReference = typeof judgeReferences.$inferSelect;

/** References judged like answers; kept as long as answers are that were measured against them. */
export class ReferenceRepository {
  constructor(private readonly session: Session) {}

  get(manifestSha256: string, questionSha256: string): JudgedReference | null {
    return this.session.read('references.get', (tx) => {
      const key = and(
        eq(judgeReferences.manifestSha256, manifestSha256),
        eq(judgeReferences.questionSha256, questionSha256),
      );
      return tx.select().from(judgeReferences).where(key).get() ?? null;
    });
  }

  /**
   * Deletes up to `limit` that no answer was measured against since `beforeMs`. Rounds begun later may need the others, and
   * so may the newest round and an open one, which stay however old they are.
   */
  deleteUnusedSince(beforeMs: number, limit: number): number {
    return this.session.write('references.deleteUnusedSince', (tx) => {
      const staying = tx
        .select({ startedMs: rounds.startedMs })
        .from(rounds)
        .where(or(eq(rounds.state, 'open'), sql`${rounds.number} = (SELECT max(number) FROM rounds)`))
        .all();
      const untilMs = Math.min(beforeMs, ...staying.map((round) => round.startedMs));
      const unused = sql`rowid IN (SELECT rowid FROM judge_references WHERE used_ms < ${untilMs} LIMIT ${limit})`;
      return tx.delete(judgeReferences).where(unused).run().changes;
    });
  }

  /** The first judgement of a reference stands; keeping it again notes that it was used. */
  keep(row: Omit<JudgedReference, 'usedMs'> & { readonly usedMs?: number | undefined }): void {
    const usedMs = row.usedMs ?? row.judgedMs;
    this.session.write('references.keep', (tx) => {
      tx.insert(judgeReferences)
        .values({ ...row, usedMs })
        .onConflictDoUpdate({
          target: [judgeReferences.manifestSha256, judgeReferences.questionSha256],
          set: { usedMs: sql`max(${judgeReferences.usedMs}, ${usedMs})` },
        })
        .run();
    });
  }
}
