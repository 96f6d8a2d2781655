import { and, eq } from 'drizzle-orm';
import { judgeReferences } from '../schema/index.js';
import type { Session } from '../session.js';

export type JudgedReference = typeof judgeReferences.$inferSelect;

/** References judged like answers; kept for ever, because rewards cannot be recomputed without them. */
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

  /** The first judgement of a reference stands. */
  keep(row: JudgedReference): void {
    this.session.write('references.keep', (tx) => {
      tx.insert(judgeReferences).values(row).onConflictDoNothing().run();
    });
  }
}
