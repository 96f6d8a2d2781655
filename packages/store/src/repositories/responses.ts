import { and, asc, count, eq, isNull } from 'drizzle-orm';
import { requests, responses } from '../schema/index.js';
import type { Session } from '../session.js';

export type Response = typeof responses.$inferSelect;

/** What came back, one row per request, including the explicit rows of miners that did not answer. */
export class ResponseRepository {
  constructor(private readonly session: Session) {}

  /** Commits one response; false when the request has one already or was given up (the first row stands). */
  record(row: Response): boolean {
    return this.recordMany([row]) === 1;
  }

  /** Commits several responses in one transaction; resolves to how many were new. */
  recordMany(rows: readonly Response[]): number {
    return this.session.write('responses.record', (tx) => {
      let added = 0;
      for (const row of rows) {
        const wanted = tx
          .select({ id: requests.id })
          .from(requests)
          .where(and(eq(requests.id, row.requestId), isNull(requests.lostMs)))
          .get();
        if (wanted) added += tx.insert(responses).values(row).onConflictDoNothing().run().changes;
      }
      return added;
    });
  }

  /** In order of arrival. */
  ofRound(roundId: string): Response[] {
    return this.session.read('responses.ofRound', (tx) =>
      tx
        .select({ response: responses })
        .from(responses)
        .innerJoin(requests, eq(requests.id, responses.requestId))
        .where(eq(requests.roundId, roundId))
        .orderBy(asc(responses.receivedMs), asc(responses.requestId))
        .all()
        .map((row) => row.response),
    );
  }

  byId(requestId: string): Response | null {
    return this.session.read(
      'responses.byId',
      (tx) => tx.select().from(responses).where(eq(responses.requestId, requestId)).get() ?? null,
    );
  }

  count(): number {
    return this.session.read('responses.count', (tx) => tx.select({ n: count() }).from(responses).get()?.n ?? 0);
  }
}
