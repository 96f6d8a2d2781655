import { and, asc, eq, inArray, isNull } from 'drizzle-orm';
import { outOfStep } from '../errors.js';
import { requests, responses } from '../schema/index.js';
import type { Session } from '../session.js';

export type Request = typeof requests.$inferSelect;
export type NewRequest = Pick<Request, 'id' | 'questionId' | 'hotkey'>;

/** Intents to ask. A row exists before a byte is sent. */
export class RequestRepository {
  constructor(private readonly session: Session) {}

  /** Writes the first attempt of every question and miner of a round. */
  intend(at: { readonly roundId: string; readonly requests: readonly NewRequest[]; readonly nowMs: number }): void {
    this.session.write('requests.intend', (tx) => {
      for (const row of at.requests) {
        tx.insert(requests)
          .values({ ...row, roundId: at.roundId, attempt: 1, intentMs: at.nowMs })
          .run();
      }
    });
  }

  /** Gives up on attempts that a crash cut off and writes their successors, in one transaction. */
  reask(at: {
    readonly retries: readonly { readonly lostId: string; readonly newId: string }[];
    readonly nowMs: number;
  }): void {
    this.session.write('requests.reask', (tx) => {
      for (const { lostId, newId } of at.retries) {
        const old = tx
          .select()
          .from(requests)
          .where(and(eq(requests.id, lostId), isNull(requests.lostMs)))
          .get();
        if (!old) throw outOfStep('only a request without an answer is asked again', { requestId: lostId });
        tx.update(requests).set({ lostMs: at.nowMs, lostReason: 'asked again' }).where(eq(requests.id, lostId)).run();
        tx.insert(requests)
          .values({
            id: newId,
            roundId: old.roundId,
            questionId: old.questionId,
            hotkey: old.hotkey,
            attempt: old.attempt + 1,
            intentMs: at.nowMs,
          })
          .run();
      }
    });
  }

  /** Gives up on attempts for good; they count neither for nor against the miner. */
  markLost(at: { readonly ids: readonly string[]; readonly reason: string; readonly nowMs: number }): void {
    this.session.write('requests.markLost', (tx) => {
      for (const id of at.ids) {
        tx.update(requests)
          .set({ lostMs: at.nowMs, lostReason: at.reason })
          .where(and(eq(requests.id, id), isNull(requests.lostMs)))
          .run();
      }
    });
  }

  /** Every attempt of a round, oldest first. */
  ofRound(roundId: string): Request[] {
    return this.session.read('requests.ofRound', (tx) =>
      tx
        .select()
        .from(requests)
        .where(eq(requests.roundId, roundId))
        .orderBy(asc(requests.intentMs), asc(requests.id))
        .all(),
    );
  }

  /** Attempts that are neither answered nor given up. */
  unanswered(roundId: string): Request[] {
    return this.session.read('requests.unanswered', (tx) =>
      tx
        .select({ request: requests })
        .from(requests)
        .leftJoin(responses, eq(responses.requestId, requests.id))
        .where(and(eq(requests.roundId, roundId), isNull(requests.lostMs), isNull(responses.requestId)))
        .orderBy(asc(requests.intentMs), asc(requests.id))
        .all()
        .map((row) => row.request),
    );
  }

  byIds(ids: readonly string[]): Request[] {
    return this.session.read('requests.byIds', (tx) =>
      tx
        .select()
        .from(requests)
        .where(inArray(requests.id, [...ids]))
        .all(),
    );
  }
}
