import { and, eq, inArray, lt, max, ne } from 'drizzle-orm';
import { judgeReferences } from '../schema/index.js';
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

  /** Deletes those of judges that are not the present one and judged no reference since `beforeMs`: their answers are gone. */
  deleteOfFormerJudges(presentSha256: string, beforeMs: number): number {
    return this.session.write('references.deleteOfFormerJudges', (tx) => {
      const former = tx
        .select({ sha256: judgeReferences.manifestSha256 })
        .from(judgeReferences)
        .where(ne(judgeReferences.manifestSha256, presentSha256))
        .groupBy(judgeReferences.manifestSha256)
        .having(lt(max(judgeReferences.judgedMs), beforeMs))
        .all();
      const shas = former.map((row) => row.sha256);
      return tx.delete(judgeReferences).where(inArray(judgeReferences.manifestSha256, shas)).run().changes;
    });
  }

  /** The first judgement of a reference stands. */
  keep(row: JudgedReference): void {
    this.session.write('references.keep', (tx) => {
      tx.insert(judgeReferences).values(row).onConflictDoNothing().run();
    });
  }
}
