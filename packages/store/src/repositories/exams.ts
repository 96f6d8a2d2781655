import { and, desc, eq } from 'drizzle-orm';
import { examAnswers, exams } from '../schema/index.js';
import type { Session } from '../session.js';

export type ExamRow = typeof exams.$inferSelect;
export type ExamAnswerRow = typeof examAnswers.$inferSelect;

/** Which exam: the judge that takes it and the questions it is asked. */
export type ExamKey = Pick<ExamRow, 'manifestSha256' | 'paperSha256'>;

/** The exams of judges: answers one by one as they are judged, and the results. */
export class ExamRepository {
  constructor(private readonly session: Session) {}

  /** Null while it has not been taken to its end. */
  result(key: ExamKey): ExamRow | null {
    return this.session.read('exams.result', (tx) => tx.select().from(exams).where(isExam(key)).get() ?? null);
  }

  /** Of whichever judge; null before the first. */
  newest(): ExamRow | null {
    return this.session.read(
      'exams.newest',
      (tx) => tx.select().from(exams).orderBy(desc(exams.takenMs)).limit(1).get() ?? null,
    );
  }

  answers(key: ExamKey): ExamAnswerRow[] {
    return this.session.read('exams.answers', (tx) => tx.select().from(examAnswers).where(ofExam(key)).all());
  }

  /** The first judgement of an answer stands. */
  keepAnswer(row: ExamAnswerRow): void {
    this.session.write('exams.keepAnswer', (tx) => {
      tx.insert(examAnswers).values(row).onConflictDoNothing().run();
    });
  }

  /** Keeps a result in the place of an earlier one. */
  keepResult({ manifestSha256, paperSha256, ...result }: ExamRow): void {
    this.session.write('exams.keepResult', (tx) => {
      tx.insert(exams)
        .values({ manifestSha256, paperSha256, ...result })
        .onConflictDoUpdate({ target: [exams.manifestSha256, exams.paperSha256], set: result })
        .run();
    });
  }

  /** Forgets the answers, so that all of them are judged again; the last result stands until there is another. */
  beginAnew(key: ExamKey): void {
    this.session.write('exams.beginAnew', (tx) => {
      tx.delete(examAnswers).where(ofExam(key)).run();
    });
  }
}

function isExam({ manifestSha256, paperSha256 }: ExamKey) {
  return and(eq(exams.manifestSha256, manifestSha256), eq(exams.paperSha256, paperSha256));
}

function ofExam({ manifestSha256, paperSha256 }: ExamKey) {
  return and(eq(examAnswers.manifestSha256, manifestSha256), eq(examAnswers.paperSha256, paperSha256));
}
