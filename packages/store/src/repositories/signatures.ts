import type { Hotkey } from '@bettertherapy/core';
import { and, desc, eq, gte, ne } from 'drizzle-orm';
import { answerSignatures, questions, requests, responses } from '../schema/index.js';
import type { Session } from '../session.js';

export type AnswerSignature = typeof answerSignatures.$inferSelect;

/** MinHash signatures of answers, and the answers behind them. They go when their round goes. */
export class SignatureRepository {
  constructor(private readonly session: Session) {}

  /** A request keeps its first signature. */
  keep(row: AnswerSignature): void {
    this.session.write('signatures.keep', (tx) => {
      tx.insert(answerSignatures).values(row).onConflictDoNothing().run();
    });
  }

  /** The newest signatures of a miner since `sinceMs` for other questions than `bankId`, at most `limit`. */
  ofOtherQuestions(at: {
    readonly hotkey: Hotkey;
    readonly bankId: string;
    readonly sinceMs: number;
    readonly limit: number;
  }): AnswerSignature[] {
    return this.session.read('signatures.ofOtherQuestions', (tx) =>
      tx
        .select()
        .from(answerSignatures)
        .where(
          and(
            eq(answerSignatures.hotkey, at.hotkey),
            gte(answerSignatures.receivedMs, at.sinceMs),
            ne(answerSignatures.bankId, at.bankId),
          ),
        )
        .orderBy(desc(answerSignatures.receivedMs), desc(answerSignatures.requestId))
        .limit(at.limit)
        .all(),
    );
  }

  /** The answer behind a signature and the question as it was asked; null when there is no answer. */
  answer(requestId: string): { readonly text: string; readonly question: string } | null {
    return this.session.read('signatures.answer', (tx) => {
      const row = tx
        .select({ text: responses.output, question: questions.askedText })
        .from(requests)
        .innerJoin(responses, eq(responses.requestId, requests.id))
        .innerJoin(questions, eq(questions.id, requests.questionId))
        .where(eq(requests.id, requestId))
        .get();
      return row?.text ? { text: row.text, question: row.question } : null;
    });
  }
}
